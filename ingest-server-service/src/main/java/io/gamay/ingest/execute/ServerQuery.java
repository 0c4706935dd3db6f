package io.gamay.ingest.execute;

import io.gamay.cluster.segment.SegmentName;
import io.gamay.ingest.hosting.LeaseRegistry;
import io.gamay.ingest.hosting.PartitionServing;
import io.gamay.ingest.hosting.SegmentHost;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.budget.ThreadUsage;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.explain.BrokerOperators;
import io.gamay.query.explain.Clause;
import io.gamay.query.explain.Measure;
import io.gamay.query.explain.ServerExplanation;
import io.gamay.query.merge.GroupFinisher;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.reuse.SegmentResults;
import io.gamay.query.sql.Query.Explain;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequest.SealedPart;
import io.gamay.query.wire.ServerRequest.TailPart;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponse.ServerError;
import io.gamay.query.wire.ServerResponse.TailCoverage;
import io.gamay.segment.format.SegmentCorruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its way: wait until the tails reach what is asked, lease, read on the pool, merge,
 * and finish whole groups if the broker asks for it. Sealed segments whose files are not on this
 * disk are fetched meanwhile, unless what was kept of them answers. A tail or a file that does not
 * get there in time is named in an error and left out; everything else is answered.
 */
final class ServerQuery {

  private static final Logger LOG = LoggerFactory.getLogger(ServerQuery.class);

  /** The share of the time that may go by waiting for tails and files: the rest is for the work. */
  private static final double WAITING_SHARE = 0.8;

  private static final Clause FINISHED =
      Clause.of("finished here, HAVING, ORDER BY and LIMIT included: no other server is asked");

  private final ServerRequest request;
  private final SegmentHost host;
  private final TailEnds tailEnds;
  private final QueryWorkers pool;
  private final QueryBudget budget;
  private final SegmentResults results;
  private final LongSupplier nanoTime;
  private final Runnable onFetching;
  private final long startedNanos;
  private final List<ServerError> errors = Collections.synchronizedList(new ArrayList<>());

  /** Why the first segment that did not come in time did not. */
  private final AtomicReference<@Nullable Throwable> notFetched = new AtomicReference<>();

  /**
   * @param onFetching run once if files have to be fetched; returns at once
   */
  ServerQuery(
      ServerRequest request,
      SegmentHost host,
      TailEnds tailEnds,
      QueryWorkers pool,
      QueryBudget budget,
      SegmentResults results,
      LongSupplier nanoTime,
      Runnable onFetching) {
    this.request = request;
    this.host = host;
    this.tailEnds = tailEnds;
    this.pool = pool;
    this.budget = budget;
    this.results = results;
    this.nanoTime = nanoTime;
    this.onFetching = onFetching;
    this.startedNanos = nanoTime.getAsLong();
  }

  CompletableFuture<ServerResponse> run() {
    Map<Integer, TailPart> reached = new ConcurrentHashMap<>();
    CompletableFuture<?>[] waits =
        request.tails().stream()
            .map(tail -> waitFor(tail, reached))
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture<Void> waited = CompletableFuture.allOf(waits);
    var _ = budget.ended().thenAccept(waited::completeExceptionally);
    return waited.thenCompose(_ -> read(reached));
  }

  static ServerResponse errorResponse(ServerRequest request, List<ServerError> errors) {
    return ServerResponse.of(request.requestId(), Optional.empty()).withErrors(errors);
  }

  static ServerResponse failure(ServerRequest request, Throwable thrown) {
    Throwable cause = cause(thrown);
    ServerError error =
        switch (cause) {
          case QueryException e -> new ServerError(e.code(), String.valueOf(e.getMessage()));
          case SegmentCorruptException e ->
              new ServerError(
                  QueryErrorCode.SERVER_SEGMENT_MISSING, String.valueOf(e.getMessage()));
          case LeaseRegistry.TooManyLeasesException e ->
              new ServerError(
                  QueryErrorCode.SERVER_OUT_OF_CAPACITY, String.valueOf(e.getMessage()));
          case CancellationException e ->
              new ServerError(QueryErrorCode.SERVER_SHUTTING_DOWN, String.valueOf(e.getMessage()));
          default -> {
            LOG.error("request {} failed", request.requestId(), cause);
            yield new ServerError(QueryErrorCode.INTERNAL, cause.toString());
          }
        };
    return errorResponse(request, List.of(error));
  }

  private static Throwable cause(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  // Waiting

  /** Ends normally in any case: with the tail in {@code reached}, or with an error noted. */
  private CompletableFuture<@Nullable Void> waitFor(TailPart tail, Map<Integer, TailPart> reached) {
    Optional<PartitionServing> serving = host.serving(request.tableId(), tail.partition());
    if (serving.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    Duration wait = waitingTime();
    CompletableFuture<TailPart> atEnd =
        endOf(tail)
            .thenCompose(
                end -> {
                  TailPart wanted =
                      new TailPart(tail.partition(), tail.fromOffset(), end, tail.passEnd());
                  CompletableFuture<Void> reaches =
                      serving.get().whenTailReaches(tail.fromOffset(), end);
                  return pool.endAfter(reaches, wait).thenApply(_ -> wanted);
                });
    return pool.endAfter(atEnd, wait)
        .handle(
            (wanted, failure) -> {
              if (failure == null) {
                reached.put(tail.partition(), wanted);
              } else {
                errors.add(notReached(tail, serving.get(), inWords(failure, wait)));
              }
              return null;
            });
  }

  /** That may go by until all is there that is read. */
  private Duration waitingTime() {
    return Duration.ofMillis((long) (request.timeout().toMillis() * WAITING_SHARE));
  }

  /** Behind an end that the request names nothing is waited for. */
  private CompletableFuture<Long> endOf(TailPart tail) {
    if (!passesEnd(tail)) {
      return CompletableFuture.completedFuture(leastEnd(tail));
    }
    OptionalLong held =
        host.serving(request.tableId(), tail.partition())
            .map(PartitionServing::heldAt)
            .orElse(OptionalLong.empty());
    if (held.isPresent()) {
      return CompletableFuture.completedFuture(Math.max(held.getAsLong(), tail.minimumEnd()));
    }
    return tailEnds
        .endOffset(request.tableId(), tail.partition())
        .thenApply(end -> Math.max(end, tail.minimumEnd()));
  }

  private boolean passesEnd(TailPart tail) {
    return tail.passEnd() && !request.ends().containsKey(tail.partition());
  }

  private long leastEnd(TailPart tail) {
    return Math.min(tail.minimumEnd(), request.endOf(tail.partition()));
  }

  private static String inWords(Throwable failure, Duration wait) {
    Throwable cause = cause(failure);
    return cause instanceof TimeoutException
        ? "it did not get there within %d ms, the part of the query's time that may go by waiting; raise the option timeoutMs if it is to wait longer"
            .formatted(wait.toMillis())
        : cause.toString();
  }

  private ServerError notReached(TailPart tail, PartitionServing serving, String reason) {
    return new ServerError(
        QueryErrorCode.SEGMENT_UNAVAILABLE,
        "partition %d is asked from offset %d up to at least %d%s, has reached %d%s: %s"
            .formatted(
                tail.partition(),
                tail.fromOffset(),
                leastEnd(tail),
                passesEnd(tail) ? " and the stream's end" : "",
                serving.view().tailEnd(tail.fromOffset()),
                serving.view().isTailReady() ? "" : " and is still catching up after its start",
                reason));
  }

  // Reading

  private CompletableFuture<ServerResponse> read(Map<Integer, TailPart> tails) {
    List<PartitionReads> opened = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    try {
      openAll(tails, opened, missing);
      List<PartitionReads.Part> reads =
          opened.stream().flatMap(partition -> partition.segments().stream()).toList();
      ReadWork work = new ReadWork(request, host, budget, results, nanoTime, reads);
      return (work.awaited().isEmpty() ? runAtOnce(work) : runInRounds(work, opened))
          .thenApply(usage -> answer(opened, missing, work, usage))
          .whenComplete((_, _) -> opened.forEach(PartitionReads::close));
    } catch (RuntimeException e) {
      opened.forEach(PartitionReads::close);
      throw e;
    }
  }

  private CompletableFuture<ThreadUsage> runAtOnce(ReadWork work) {
    CompletableFuture<ThreadUsage> done = pool.run(work.pieces(), request.limits().maxThreads());
    var _ = budget.ended().thenAccept(reason -> pool.abandon(done, reason));
    return done;
  }

  private CompletableFuture<ThreadUsage> runInRounds(ReadWork work, List<PartitionReads> opened) {
    onFetching.run();
    Duration elapsed = Duration.ofNanos(nanoTime.getAsLong() - startedNanos);
    Duration left = waitingTime().minus(elapsed);
    return new LateReads(
            request.tableId(),
            work,
            host,
            pool,
            request.limits().maxThreads(),
            reason -> notFetched.compareAndSet(null, reason))
        .run(
            left.isNegative() ? Duration.ZERO : left,
            budget,
            () -> opened.forEach(PartitionReads::close));
  }

  private void openAll(
      Map<Integer, TailPart> tails, List<PartitionReads> opened, List<String> missing) {
    long use = host.nextUse();
    Map<Integer, List<SealedPart>> sealed = new TreeMap<>();
    tails.keySet().forEach(partition -> sealed.put(partition, new ArrayList<>()));
    for (SealedPart part : request.sealed()) {
      sealed.computeIfAbsent(part.partition(), _ -> new ArrayList<>()).add(part);
    }
    sealed.forEach(
        (partition, parts) -> {
          Optional<PartitionServing> serving = host.serving(request.tableId(), partition);
          if (serving.isEmpty()) {
            parts.forEach(part -> missing.add(part.segmentName()));
            return;
          }
          PartitionReads reads =
              PartitionReads.open(
                  serving.get(),
                  parts,
                  Optional.ofNullable(tails.get(partition)),
                  request.endOf(partition),
                  use);
          opened.add(reads);
          missing.addAll(reads.missingSegments());
        });
  }

  private ServerResponse answer(
      List<PartitionReads> opened, List<String> missing, ReadWork work, ThreadUsage usage) {
    Set<SegmentName> absent = work.absent();
    noteAbsent(absent, missing);
    List<TailCoverage> coverage =
        opened.stream().flatMap(partition -> partition.coverage(absent).stream()).toList();
    long freshness =
        opened.stream()
            .filter(PartitionReads::hasTail)
            .mapToLong(PartitionReads::freshnessMillis)
            .min()
            .orElse(0);
    boolean finishes = request.finish().isPresent() && isWhole(missing, coverage);
    long started = nanoTime.getAsLong();
    Optional<PartialResult> result =
        work.merged()
            .map(
                merged ->
                    finishes && request.explain() != Explain.PLAN ? finished(merged) : merged);
    long nanos = nanoTime.getAsLong() - started;
    return new ServerResponse(
        request.requestId(),
        result,
        work.statistics(usage),
        coverage,
        missing,
        errors,
        freshness,
        explained(work, result, finishes, nanos));
  }

  /** Segments whose files did not come are missing as if they were not hosted here. */
  private void noteAbsent(Set<SegmentName> absent, List<String> missing) {
    Throwable reason = notFetched.get();
    if (absent.isEmpty() || reason == null) {
      return;
    }
    for (SealedPart part : request.sealed()) {
      if (absent.contains(SegmentName.parse(part.segmentName()))) {
        missing.add(part.segmentName());
      }
    }
    errors.add(
        new ServerError(
            QueryErrorCode.SEGMENT_UNAVAILABLE,
            "the files of %d segments are not on this server's disk and did not come from the deep store, among them %s: %s"
                .formatted(
                    absent.size(),
                    absent.stream().min(Comparator.comparing(SegmentName::toString)).orElseThrow(),
                    inWords(reason, waitingTime())
                        + host.eviction()
                            .room()
                            .shortage()
                            .map(" ("::concat)
                            .map(text -> text + ")")
                            .orElse(""))));
  }

  private Optional<ServerExplanation> explained(
      ReadWork work, Optional<PartialResult> result, boolean finishes, long nanos) {
    if (request.explain() == Explain.NONE) {
      return Optional.empty();
    }
    Measure measure =
        request.explain() == Explain.PLAN
            ? Measure.NONE
            : Measure.ofRows(
                    work.rowsFound(), result.map(PartialResult::rowCount).orElse(0).longValue())
                .withNanos(nanos)
                .withBytes(result.map(PartialResult::sizeBytes).orElse(0L));
    return Optional.of(
        work.segments()
            .explanation(
                BrokerOperators.combine(request.plan().work()),
                finishes ? List.of(FINISHED) : List.of(),
                measure,
                nanoTime.getAsLong() - startedNanos));
  }

  /** Of groups that are whole. */
  private PartialResult finished(PartialResult merged) {
    if (request.finish().isEmpty() || !(merged instanceof PartialResult.Groups groups)) {
      return merged;
    }
    try (QueryBudget.Reservation memory = budget.reserve()) {
      memory.resize(groups.sizeBytes());
      return GroupFinisher.finish(request.plan().work(), request.finish().get(), groups, budget);
    }
  }

  /** Whether everything asked for is there: then nobody has to add to the answer. */
  private boolean isWhole(List<String> missing, List<TailCoverage> coverage) {
    return missing.isEmpty()
        && errors.isEmpty()
        && request.tails().stream().allMatch(tail -> isWhole(tail, coverage));
  }

  private static boolean isWhole(TailPart tail, List<TailCoverage> coverage) {
    List<TailCoverage> covered =
        coverage.stream().filter(range -> range.partition() == tail.partition()).toList();
    return covered.size() == 1 && covered.getFirst().covered().start() == tail.fromOffset();
  }
}
