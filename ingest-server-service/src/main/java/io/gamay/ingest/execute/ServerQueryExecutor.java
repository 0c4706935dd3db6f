package io.gamay.ingest.execute;

import io.gamay.ingest.execute.RunningQueries.Run;
import io.gamay.ingest.hosting.SegmentHost;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.budget.QueryMemory;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.reuse.ResultCache;
import io.gamay.query.reuse.SegmentResults;
import io.gamay.query.sql.Query;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponse.ServerError;
import io.gamay.query.wire.ServerResponseCodec;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;

/**
 * The door for queries: admits a bounded number, gives each a budget, and answers every one that is
 * not cancelled, if only with an error. Never blocks its caller. Thread-safe.
 */
public final class ServerQueryExecutor {

  /** A response that is only an error takes some hundred bytes, whatever the limit. */
  private static final long LEAST_RESPONSE_BYTES = 1 << 20;

  private final SegmentHost host;
  private final TailEnds tailEnds;
  private final QueryWorkers pool;
  private final int maxQueries;
  private final ServerLimits limits;
  private final ResultCache results;
  private final QueryMemory memory;
  private final RunningQueries queries;
  private final LongSupplier nanoTime;
  private final AtomicInteger admitted = new AtomicInteger();

  /**
   * @param maxQueries running and waiting ones together; more are refused at once
   * @param limits of each query
   * @param results of earlier queries
   * @param memory of all queries
   * @param nanoTime a clock in the manner of {@link System#nanoTime()}
   */
  public ServerQueryExecutor(
      SegmentHost host,
      TailEnds tailEnds,
      QueryWorkers pool,
      int maxQueries,
      ServerLimits limits,
      ResultCache results,
      QueryMemory memory,
      RunningQueries queries,
      LongSupplier nanoTime) {
    this.host = host;
    this.tailEnds = tailEnds;
    this.pool = pool;
    this.maxQueries = maxQueries;
    this.limits = limits;
    this.results = results;
    this.memory = memory;
    this.queries = queries;
    this.nanoTime = nanoTime;
  }

  /** The answer; cancelling it ends the work. */
  public CompletableFuture<ServerResponse> submit(ServerRequest request) {
    if (!admit()) {
      return CompletableFuture.completedFuture(refusal(request));
    }
    return start(
        request,
        () -> {},
        (run, response) -> {
          end(run);
          return response;
        });
  }

  /** As the other; whoever takes the answer closes it. */
  public CompletableFuture<ServerAnswer> submitForWire(ServerRequest request) {
    return submitForWire(request, () -> {});
  }

  /**
   * As the other.
   *
   * @param onFetching run once if files have to be fetched first; returns at once
   */
  public CompletableFuture<ServerAnswer> submitForWire(ServerRequest request, Runnable onFetching) {
    if (!admit()) {
      return CompletableFuture.completedFuture(
          new ServerAnswer(encode(request, refusal(request)), () -> {}));
    }
    return start(request, onFetching, this::encoded);
  }

  /** Running, waiting, or being sent. */
  public int admittedQueries() {
    return admitted.get();
  }

  private boolean admit() {
    if (admitted.incrementAndGet() <= maxQueries) {
      return true;
    }
    admitted.decrementAndGet();
    return false;
  }

  /**
   * @param finish makes the outcome of the response; it or whoever gets the outcome ends the run
   */
  private <T> CompletableFuture<T> start(
      ServerRequest request, Runnable onFetching, BiFunction<Run, ServerResponse, T> finish) {
    QueryBudget budget = memory.open(request.timeout(), limits.with(request.limits()), pool);
    Run run = queries.begin(request, budget);
    CompletableFuture<ServerResponse> answer;
    try {
      answer =
          new ServerQuery(
                  request, host, tailEnds, pool, budget, resultsFor(request), nanoTime, onFetching)
              .run();
    } catch (RuntimeException e) {
      answer = CompletableFuture.completedFuture(ServerQuery.failure(request, e));
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    var _ =
        answer.whenComplete(
            (response, failure) -> {
              if (result.isDone()) {
                end(run);
                return;
              }
              T outcome;
              try {
                outcome =
                    finish.apply(
                        run, failure == null ? response : ServerQuery.failure(request, failure));
              } catch (Throwable unforeseen) {
                end(run);
                result.completeExceptionally(unforeseen);
                throw unforeseen;
              }
              if (!result.complete(outcome)) {
                end(run);
              }
            });
    var _ =
        result.whenComplete(
            (_, _) -> {
              if (result.isCancelled()) {
                budget.cancel("the broker waits no longer");
              }
            });
    return result;
  }

  private SegmentResults resultsFor(ServerRequest request) {
    return request.resultReuse() && request.explain() == Query.Explain.NONE
        ? results.forQuery(request.tableId(), request.plan())
        : new SegmentResults.None();
  }

  private void end(Run run) {
    if (queries.end(run)) {
      admitted.decrementAndGet();
      run.budget().close();
    }
  }

  private ServerAnswer encoded(Run run, ServerResponse response) {
    ServerRequest request = run.request();
    QueryBudget.Reservation held = run.budget().reserve();
    ByteBuffer bytes;
    try {
      // The result itself, and what is written of it.
      held.resize(2 * response.result().map(PartialResult::sizeBytes).orElse(0L));
      bytes =
          ServerResponseCodec.encodeMeasured(
              response,
              limits.responseBytesWith(request.limits()),
              limits.responseRemedyWith(request.limits()));
      held.resize(bytes.capacity());
    } catch (QueryException e) {
      bytes = encode(request, ServerQuery.failure(request, e));
    }
    return new ServerAnswer(bytes, () -> end(run));
  }

  private ByteBuffer encode(ServerRequest request, ServerResponse response) {
    return ServerResponseCodec.encodeMeasured(
        response, LEAST_RESPONSE_BYTES, limits.responseRemedyWith(request.limits()));
  }

  private ServerResponse refusal(ServerRequest request) {
    return ServerQuery.errorResponse(
        request,
        List.of(
            new ServerError(
                QueryErrorCode.SERVER_OUT_OF_CAPACITY,
                "%d queries run and wait already (gamay.query.max-queries)"
                    .formatted(maxQueries))));
  }
}
