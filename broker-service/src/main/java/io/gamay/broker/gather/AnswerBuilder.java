package io.gamay.broker.gather;

import io.gamay.broker.compile.QueryCompiler.CompiledQuery;
import io.gamay.broker.compile.SmallWork;
import io.gamay.broker.gather.QueryAnswer.Effort;
import io.gamay.broker.gather.QueryAnswer.Problem;
import io.gamay.broker.route.AskedOffsets;
import io.gamay.broker.route.HighWaterMarks;
import io.gamay.broker.route.PartitionParts;
import io.gamay.broker.route.PartitionParts.SealedSource;
import io.gamay.broker.route.PartitionParts.TailSource;
import io.gamay.broker.route.PartitionRouter;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.explain.BrokerOperators.Answered;
import io.gamay.query.explain.BrokerOperators.Reduced;
import io.gamay.query.explain.Measure;
import io.gamay.query.merge.ExecutionStatistics;
import io.gamay.query.merge.GroupLoss;
import io.gamay.query.merge.GroupTrimmer;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.PartialResultMerger;
import io.gamay.query.merge.ResultBuilder;
import io.gamay.query.merge.ResultTable;
import io.gamay.query.offset.OffsetToken;
import io.gamay.query.offset.TableOffsets;
import io.gamay.query.plan.GroupOptions;
import io.gamay.query.plan.GroupTrim;
import io.gamay.query.plan.QueryPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.sql.Query.Explain;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequest.SealedPart;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponse.ServerError;
import io.gamay.query.wire.ServerResponse.TailCoverage;
import io.gamay.segment.ledger.OffsetRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Collects the responses to one query: which parts are answered, which are pending, what went
 * wrong. A response is taken whole or not at all, and each part at most once, so no row is counted
 * twice. Thread-safe.
 */
public final class AnswerBuilder {

  /** Parts that an answer names of those that are missing. */
  private static final int MOST_NAMED = 100;

  private final String requestId;
  private final CompiledQuery query;
  private final AskedOffsets offsets;
  private final QueryBudget budget;
  private final long maxResultRows;

  /** Of the results that are not merged yet, then of the answer's rows. */
  private final QueryBudget.Reservation memory;

  private final Map<Integer, PartitionCoverage> coverage = new TreeMap<>();

  /** Sealed segments asked for and not answered. */
  private final Map<SegmentName, OffsetRange> pendingSealed = new LinkedHashMap<>();

  /** Who said not to have a sealed segment. */
  private final Map<SegmentName, Set<String>> lacking = new HashMap<>();

  /** Tails asked for and not answered: partition to first offset. */
  private final Map<Integer, Long> pendingTails = new TreeMap<>();

  /** Who answered which tail. */
  private final Map<Integer, String> tailInstances = new HashMap<>();

  /** Up to where a tail that was answered was asked for at least. */
  private final Map<Integer, Long> leastEnds = new TreeMap<>();

  private final List<PartialResult> results = new ArrayList<>();

  /** Taken only if nobody has more. */
  private final List<Response> setAside = new ArrayList<>();

  /** Whether what did not come is asked for once more: then what comes is taken as it is. */
  private boolean isLastRound;

  /** That answered or failed: of two that were asked for the same, not the one given up. */
  private final Set<String> askedInstances = new LinkedHashSet<>();

  private final Set<String> respondedInstances = new LinkedHashSet<>();
  private final Map<String, Problem> failures = new LinkedHashMap<>();
  private ExecutionStatistics statistics = ExecutionStatistics.ZERO;
  private final AnswerExplanation explanation;
  private @Nullable Problem doom;
  private long minFreshnessMillis;
  private int prunedSegments;
  private long prunedDocs;

  /** Of what the answer is made of, once it is merged. */
  private GroupLoss loss = GroupLoss.NONE;

  /** Segments and tails that were expected, pruned ones included. */
  private int partCount;

  /**
   * @param parts those of them that are asked for
   * @param budget of the query on this broker
   * @param maxResultRows that the answer may have, whatever the query says
   */
  public AnswerBuilder(
      String requestId,
      CompiledQuery query,
      AskedOffsets offsets,
      List<PartitionParts> parts,
      QueryBudget budget,
      long maxResultRows) {
    this.requestId = requestId;
    this.query = query;
    this.offsets = offsets;
    this.budget = budget;
    this.maxResultRows = Math.min(maxResultRows, query.plan().options().limits().maxResultRows());
    this.memory = budget.reserve();
    this.explanation = new AnswerExplanation(query.plan());
    for (PartitionParts partition : parts) {
      coverage.put(
          partition.partition(), new PartitionCoverage(partition.partition(), partition.from()));
      expect(partition);
    }
  }

  /** A response that is not taken yet. */
  private record Response(
      String instance, ServerRequest request, ServerResponse response, long elapsedNanos) {

    long sizeBytes() {
      return response.result().map(PartialResult::sizeBytes).orElse(0L);
    }
  }

  /**
   * Takes a server's response to a request. One whose tail has a hole, or ends before an offset
   * that was answered before, is set aside: its parts are asked for once more, and it is taken if
   * nobody answers them then.
   *
   * @param elapsedNanos since it was asked
   */
  public synchronized void add(
      String instance, ServerRequest request, ServerResponse response, long elapsedNanos) {
    askedInstances.add(instance);
    respondedInstances.add(instance);
    for (ServerError error : response.errors()) {
      noteError(instance, error);
    }
    if (response.result().isEmpty()) {
      return;
    }
    String disagreement = disagreement(request, response);
    if (!disagreement.isEmpty()) {
      failures.put(
          instance,
          new Problem(QueryErrorCode.INTERNAL, "server %s %s".formatted(instance, disagreement)));
      return;
    }
    Response whole = new Response(instance, request, response, elapsedNanos);
    if (!isLastRound && TailAnswers.fallShort(request, response)) {
      setAside.add(whole);
      memory.resize(resultBytes());
      return;
    }
    take(whole);
  }

  /** Takes what was set aside and nobody has answered since. */
  private void takeSetAside() {
    List<Response> responses = List.copyOf(setAside);
    setAside.clear();
    for (Response response : responses) {
      if (disagreement(response.request(), response.response()).isEmpty()) {
        take(response);
      }
    }
  }

  private void take(Response response) {
    PartialResult result = response.response().result().orElseThrow();
    take(response.instance(), response.request(), response.response(), result);
    response
        .response()
        .explanation()
        .ifPresent(
            told ->
                explanation.answered(
                    new Answered(
                        response.instance(), told, result.rowCount(), response.elapsedNanos())));
  }

  /** Notes why the broker leaves segments out; for EXPLAIN only. */
  public synchronized void explainPruned(
      PartitionRouter router, TableView table, PartitionParts parts) {
    PartitionView view = table.partitions().get(parts.partition());
    if (view != null && !parts.pruned().isEmpty()) {
      query
          .plan()
          .server()
          .filter()
          .ifPresent(
              filter ->
                  explanation.pruned(
                      router.explainPruned(view, parts.pruned(), filter, table.schema())));
    }
  }

  /** Notes that a server gave no response, or one that could not be taken in. */
  public synchronized void failed(String instance, Throwable failure) {
    askedInstances.add(instance);
    if (failure instanceof QueryException limit) {
      doom = new Problem(limit.code(), String.valueOf(limit.getMessage()));
      return;
    }
    if (failure.getCause() instanceof TimeoutException) {
      failures.put(
          instance,
          late(
              QueryErrorCode.BROKER_TIMEOUT,
              "server %s gave no answer in the query's time of %d ms",
              instance));
      return;
    }
    failures.put(
        instance,
        new Problem(
            QueryErrorCode.SERVER_NOT_RESPONDING,
            "server %s did not respond: %s"
                .formatted(
                    instance, failure instanceof IOException ? failure.getMessage() : failure)));
  }

  /** Notes that the query's time was over before a server could be asked. */
  public synchronized void tooLateFor(String instance) {
    askedInstances.add(instance);
    failures.putIfAbsent(
        instance,
        late(
            QueryErrorCode.BROKER_TIMEOUT,
            "server %s could not be asked in the query's time of %d ms",
            instance));
  }

  /** The time that the query was given, whatever of it was left for the server. */
  private Problem late(QueryErrorCode code, String sentence, String instance) {
    return new Problem(
        code,
        sentence.formatted(instance, query.plan().options().timeout().toMillis())
            + ": narrow the query, or raise its option timeoutMs");
  }

  /** Those from whom something did not come, or not whole. */
  public synchronized Set<String> failedInstances() {
    Set<String> failed = new HashSet<>(failures.keySet());
    setAside.forEach(response -> failed.add(response.instance()));
    return failed;
  }

  /** Whether every part is answered. */
  public synchronized boolean isComplete() {
    return pendingSealed.isEmpty() && pendingTails.isEmpty();
  }

  /** Whether an error was met that asking again does not mend. */
  public synchronized boolean isDoomed() {
    return doom != null;
  }

  /**
   * Whether {@link #build} is {@link SmallWork} for an event loop. Not after a server has failed: a
   * timer's thread may say so.
   */
  public synchronized boolean isSmall() {
    return failures.isEmpty()
        && partCount <= SmallWork.MOST_PARTS
        && resultBytes() <= SmallWork.MOST_BYTES;
  }

  /** What {@link #build} has to merge. */
  public synchronized long resultBytes() {
    return results.stream().mapToLong(PartialResult::sizeBytes).sum()
        + setAside.stream().mapToLong(Response::sizeBytes).sum();
  }

  /** Whether to look for others for what is missing is {@link SmallWork} for an event loop. */
  public synchronized boolean isOfFewParts() {
    return partCount <= SmallWork.MOST_PARTS;
  }

  /** What is pending, as a fresh view has it: a tail may have been sealed in part meanwhile. */
  public synchronized List<PartitionParts> missing(
      PartitionRouter router, TableView table, Optional<TypedExpression> filter) {
    isLastRound = true;
    List<PartitionParts> parts = new ArrayList<>();
    Map<Integer, List<SegmentName>> pendingByPartition =
        pendingSealed.keySet().stream().collect(Collectors.groupingBy(SegmentName::partition));
    for (PartitionCoverage partition : coverage.values()) {
      PartitionView view = table.partitions().get(partition.partition());
      if (view == null) {
        continue;
      }
      List<SegmentName> names = pendingByPartition.getOrDefault(partition.partition(), List.of());
      forgetDeleted(names, partition, view);
      List<SealedSource> sealed = pendingSources(names, router, view);
      List<OffsetRange> pruned = List.of();
      long docs = 0;
      Optional<TailSource> tail = Optional.empty();
      Long tailFrom = pendingTails.remove(partition.partition());
      if (tailFrom != null) {
        PartitionParts behind = router.routeFrom(view, tailFrom, filter);
        sealed = new ArrayList<>(sealed);
        sealed.addAll(behind.sealed());
        pruned = behind.pruned();
        docs = behind.prunedDocs();
        tail = behind.tail();
      }
      PartitionParts pending =
          offsets.cut(new PartitionParts(partition.partition(), 0, sealed, pruned, docs, tail));
      expect(pending);
      if (explain() != Explain.NONE) {
        explainPruned(router, table, pending);
      }
      parts.add(pending);
    }
    return parts;
  }

  /** Merges what came and says what is missing. Marks of partitions that are covered rise. */
  public synchronized QueryAnswer build(HighWaterMarks marks, LongSupplier nanoTime) {
    long started = nanoTime.getAsLong();
    takeSetAside();
    List<Problem> problems = problems();
    Optional<ResultTable> table = Optional.empty();
    if (doom == null && (!results.isEmpty() || isComplete()) && mayBeTold(problems)) {
      try {
        table = Optional.of(withinLimit(answered(nanoTime)));
        raise(marks);
      } catch (QueryException failure) {
        problems = List.of(new Problem(failure.code(), String.valueOf(failure.getMessage())));
      }
    }
    Map<Integer, List<OffsetRange>> covered = new TreeMap<>();
    coverage.forEach((partition, ranges) -> covered.put(partition, ranges.joined()));
    NavigableMap<Integer, OffsetRange> whole = table.isPresent() ? whole() : new TreeMap<>();
    NavigableMap<Integer, Long> ends = new TreeMap<>();
    whole.forEach((partition, range) -> ends.put(partition, range.end()));
    return new QueryAnswer(
        requestId,
        query.plan().options().clientQueryId(),
        table,
        !problems.isEmpty() || loss.isLimited() || table.map(ResultTable::isCapped).orElse(true),
        problems,
        notices(table),
        statistics,
        new Effort(
            askedInstances.size(),
            respondedInstances.size(),
            prunedSegments,
            prunedDocs,
            loss.isLimited() || problems.stream().anyMatch(AnswerBuilder::isGroupLimit),
            isGroupLimitNear(),
            loss.isTrimmed(),
            minFreshnessMillis,
            (nanoTime.getAsLong() - started) / 1_000_000,
            explanation.emptyFilterSegments(),
            explanation.matchAllFilterSegments()),
        covered,
        ends,
        table.flatMap(_ -> token(whole)),
        List.of(query.table().config().name()));
  }

  /** An answer as of some offsets is exactly that, or none. */
  private boolean mayBeTold(List<Problem> problems) {
    return offsets.asOf().isEmpty() || problems.isEmpty();
  }

  private NavigableMap<Integer, OffsetRange> whole() {
    NavigableMap<Integer, OffsetRange> whole = new TreeMap<>();
    coverage.forEach(
        (partition, ranges) -> ranges.whole().ifPresent(range -> whole.put(partition, range)));
    return whole;
  }

  /** Empty where nobody could give it back. */
  private Optional<String> token(NavigableMap<Integer, OffsetRange> whole) {
    String text = offsets.carried().with(new TableOffsets(query.table().tableId(), whole)).text();
    return Optional.of(text).filter(token -> token.length() <= OffsetToken.MAX_CHARACTERS);
  }

  private Explain explain() {
    return query.plan().query().explain();
  }

  private ResultTable answered(LongSupplier nanoTime) {
    return switch (explain()) {
      case NONE -> built(trimmedMerge());
      case PLAN -> explanation.planned();
      case ANALYZE -> analyzed(nanoTime);
    };
  }

  private ResultTable analyzed(LongSupplier nanoTime) {
    long rows = results.stream().mapToLong(PartialResult::rowCount).sum();
    long started = nanoTime.getAsLong();
    PartialResult merged = trimmedMerge();
    long mergedAt = nanoTime.getAsLong();
    ResultTable table = withinLimit(built(merged));
    long builtAt = nanoTime.getAsLong();
    return explanation.run(
        new Reduced(
            Measure.ofRows(rows, merged.rowCount())
                .withNanos(mergedAt - started)
                .withBytes(merged.sizeBytes()),
            Measure.ofRows(merged.rowCount(), table.rowCount())
                .withNanos(builtAt - mergedAt)
                .withBytes(table.sizeBytes())));
  }

  private PartialResult trimmedMerge() {
    PartialResult merged = trimmed(merged());
    loss = merged.loss();
    return merged;
  }

  private ResultTable built(PartialResult merged) {
    results.clear();
    QueryPlan plan = query.plan();
    return ResultBuilder.build(plan.server().work(), plan.output(), Optional.of(merged), budget);
  }

  private ResultTable withinLimit(ResultTable table) {
    memory.resize(table.sizeBytes());
    if (table.rowCount() > maxResultRows) {
      throw new QueryException(
          QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED,
          "answer has %d rows, more than its limit of %d: write a smaller LIMIT, or raise the option maxResultRows or the broker's setting gamay.max-result-rows"
              .formatted(table.rowCount(), maxResultRows));
    }
    return table;
  }

  /** HAVING looks at no more groups than the trim leaves. */
  private PartialResult trimmed(PartialResult merged) {
    QueryPlan plan = query.plan();
    Optional<GroupTrim> trim = plan.trim().filter(_ -> plan.output().having().isPresent());
    return trim.isEmpty()
        ? merged
        : GroupTrimmer.trim(
            plan.server().work(), trim.get(), trim.get().brokerGroups(), merged, budget);
  }

  private List<String> notices(Optional<ResultTable> table) {
    List<String> notices = new ArrayList<>(query.plan().options().warnings());
    if (loss.isLimited()) {
      notices.add(
          "there are more groups than the limit of %d on a server: rows of the others are in no group of this answer, and groups may count less than all their rows; raise the option numGroupsLimit, or SET errorOnNumGroupsLimit = true"
              .formatted(query.plan().options().groups().limit()));
    }
    if (loss.isTrimmed()) {
      notices.add(
          "groups at the end of the order were left out before all parts of the answer were"
              + " together: raise the options minServerGroupTrimSize and minBrokerGroupTrimSize, or"
              + " set them to -1, for exact groups");
    }
    table
        .filter(ResultTable::isCapped)
        .ifPresent(
            capped ->
                notices.add(
                    "the query has no LIMIT: these are its first %d rows, there are more; write a LIMIT to get them"
                        .formatted(capped.rowCount())));
    return notices;
  }

  private static boolean isGroupLimit(Problem problem) {
    return problem.code() == QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED
        && problem.message().contains("(numGroupsLimit)");
  }

  private void expect(PartitionParts parts) {
    for (SealedSource source : parts.sealed()) {
      pendingSealed.put(source.segment(), source.offsets());
    }
    PartitionCoverage covered = coverage.get(parts.partition());
    parts.tail().ifPresent(tail -> pendingTails.put(parts.partition(), tail.from()));
    if (covered != null) {
      parts.pruned().forEach(covered::add);
    }
    prunedSegments += parts.pruned().size();
    prunedDocs += parts.prunedDocs();
    partCount += parts.sealed().size() + parts.pruned().size() + parts.tail().map(_ -> 1).orElse(0);
  }

  /**
   * The first segments of a partition may exist no more: their rows are not in the table, unless
   * the answer is to be of rows that were.
   */
  private void forgetDeleted(
      List<SegmentName> pending, PartitionCoverage partition, PartitionView view) {
    if (offsets.asOf().isPresent()) {
      return;
    }
    for (SegmentName segment : pending) {
      OffsetRange range = pendingSealed.get(segment);
      if (range != null
          && !view.segments().isEmpty()
          && segment.sequence() < view.segments().firstKey()
          && partition.beginsBehind(range)) {
        pendingSealed.remove(segment);
      }
    }
  }

  private List<SealedSource> pendingSources(
      List<SegmentName> pending, PartitionRouter router, PartitionView view) {
    List<SealedSource> sources = new ArrayList<>();
    for (SegmentName segment : pending) {
      if (!pendingSealed.containsKey(segment)) {
        continue;
      }
      SegmentView found = view.segments().get(segment.sequence());
      if (found != null
          && found.metadata().name().equals(segment)
          && found.metadata().state() == SegmentState.ONLINE) {
        sources.add(
            router.sealedSource(found).withoutCandidates(lacking.getOrDefault(segment, Set.of())));
      }
    }
    return sources;
  }

  private void noteError(String instance, ServerError error) {
    Problem problem =
        error.code() == QueryErrorCode.EXECUTION_TIMEOUT
            ? late(error.code(), "server %s was not done in the query's time of %d ms", instance)
            : new Problem(error.code(), error.message());
    if (isFinal(error.code())) {
      doom = problem;
    } else {
      failures.put(instance, problem);
    }
  }

  /** Whether another server would say the same, or should not be burdened as well. */
  private static boolean isFinal(QueryErrorCode code) {
    return code.family() == QueryErrorCode.Family.USER
        || code == QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED
        || code == QueryErrorCode.QUERY_SCAN_LIMIT_EXCEEDED;
  }

  /** Why a response does not fit its request, empty if it does. */
  private String disagreement(ServerRequest request, ServerResponse response) {
    for (SealedPart part : request.sealed()) {
      if (!response.missingSegments().contains(part.segmentName())
          && !pendingSealed.containsKey(SegmentName.parse(part.segmentName()))) {
        return "answered segment %s, which was answered already".formatted(part.segmentName());
      }
    }
    for (TailCoverage tail : response.tails()) {
      Long from = pendingTails.get(tail.partition());
      boolean wasAsked =
          request.tails().stream().anyMatch(part -> part.partition() == tail.partition());
      if (!wasAsked || from == null || tail.covered().start() < from) {
        return "answered partition %d from offset %d, which was not asked"
            .formatted(tail.partition(), tail.covered().start());
      }
      if (tail.covered().end() > request.endOf(tail.partition())) {
        return "answered partition %d up to offset %d, which was not asked"
            .formatted(tail.partition(), tail.covered().end());
      }
    }
    boolean isFinished =
        response.result().map(PartialResult.FinishedGroups.class::isInstance).orElse(false);
    return isFinished && !isWhole(request, response)
        ? "finished groups, which was not asked, or which others have to add to"
        : "";
  }

  /** Whether a response to the request may be finished: it is the whole answer. */
  private boolean isWhole(ServerRequest request, ServerResponse response) {
    Set<Integer> tails =
        response.tails().stream().map(TailCoverage::partition).collect(Collectors.toSet());
    return request.finish().isPresent()
        && results.isEmpty()
        && response.missingSegments().isEmpty()
        && request.sealed().size() == pendingSealed.size()
        && tails.equals(pendingTails.keySet());
  }

  private void take(
      String instance, ServerRequest request, ServerResponse response, PartialResult result) {
    for (SealedPart part : request.sealed()) {
      if (response.missingSegments().contains(part.segmentName())) {
        lacking
            .computeIfAbsent(SegmentName.parse(part.segmentName()), _ -> new HashSet<>())
            .add(instance);
        continue;
      }
      OffsetRange range = pendingSealed.remove(SegmentName.parse(part.segmentName()));
      if (range != null) {
        coverageOf(part.partition()).add(range);
      }
    }
    for (TailCoverage tail : response.tails()) {
      pendingTails.remove(tail.partition());
      tailInstances.put(tail.partition(), instance);
      leastEnds.merge(tail.partition(), leastEnd(request, tail.partition()), Math::max);
      coverageOf(tail.partition()).add(tail.covered());
    }
    results.add(result);
    memory.resize(resultBytes());
    statistics = statistics.plus(response.statistics());
    long freshness = response.minConsumingFreshnessMillis();
    if (freshness > 0) {
      minFreshnessMillis =
          minFreshnessMillis == 0 ? freshness : Math.min(minFreshnessMillis, freshness);
    }
  }

  private static long leastEnd(ServerRequest request, int partition) {
    return request.tails().stream()
        .filter(part -> part.partition() == partition)
        .mapToLong(part -> Math.min(part.minimumEnd(), request.endOf(partition)))
        .max()
        .orElse(0);
  }

  /** Whether a server had so many groups that the limit is worth a thought. */
  private boolean isGroupLimitNear() {
    GroupOptions groups = query.plan().options().groups();
    long many = groups.leavesOut() ? GroupOptions.PINOT_MANY : groups.limit() / 2;
    return query.plan().server().work() instanceof ServerWork.GroupBy
        && statistics.mostGroups() > many;
  }

  private PartitionCoverage coverageOf(int partition) {
    return coverage.computeIfAbsent(partition, p -> new PartitionCoverage(p, 0));
  }

  private PartialResult merged() {
    try (PartialResultMerger merger =
        PartialResultMerger.onBroker(query.plan().server().work(), query.plan().trim(), budget)) {
      for (PartialResult result : results) {
        budget.check();
        merger.add(result);
      }
      return merger.result();
    }
  }

  private List<Problem> problems() {
    if (doom != null) {
      return List.of(doom);
    }
    List<Problem> problems = new ArrayList<>();
    if (!isComplete()) {
      problems.addAll(failures.values());
      problems.add(new Problem(QueryErrorCode.SEGMENT_UNAVAILABLE, pending()));
    }
    for (PartitionCoverage partition : coverage.values()) {
      if (partition.overlaps()) {
        problems.add(
            new Problem(
                QueryErrorCode.INTERNAL,
                "parts of partition %d overlap: %s"
                    .formatted(partition.partition(), partition.joined())));
      } else if (isComplete() && !partition.isGapless()) {
        problems.add(
            new Problem(
                QueryErrorCode.SEGMENT_UNAVAILABLE,
                "offsets of partition %d are missing: up to %d there are only %s"
                    .formatted(partition.partition(), partition.reached(), partition.joined())));
      }
    }
    if (isComplete()) {
      addUnreached(problems);
    }
    if (problems.isEmpty()) {
      addFallen(problems);
    }
    return problems;
  }

  /** All that is not answered, in one sentence: it has one cause more often than not. */
  private String pending() {
    List<String> parts = new ArrayList<>();
    if (!pendingSealed.isEmpty()) {
      parts.add(
          "%d segments unavailable: %s"
              .formatted(
                  pendingSealed.size(),
                  shortened(pendingSealed.keySet().stream().map(SegmentName::toString).toList())));
    }
    if (!pendingTails.isEmpty()) {
      List<String> tails = new ArrayList<>();
      pendingTails.forEach(
          (partition, from) ->
              tails.add("partition %d from offset %d on".formatted(partition, from)));
      parts.add(shortened(tails) + (tails.size() == 1 ? " is" : " are") + " not in this answer");
    }
    return String.join("; ", parts);
  }

  /** What the query demands at least may be beyond all that there is: no tail, no partition. */
  private void addUnreached(List<Problem> problems) {
    offsets
        .minimumEnds()
        .forEach(
            (partition, minimumEnd) -> {
              PartitionCoverage covered = coverage.get(partition);
              long high = covered == null ? 0 : covered.high();
              if (high < minimumEnd) {
                problems.add(
                    new Problem(
                        QueryErrorCode.SEGMENT_UNAVAILABLE,
                        "partition %d is asked up to %soffset %d, has reached %d"
                            .formatted(
                                partition,
                                offsets.asOf().isPresent() ? "" : "at least ",
                                minimumEnd,
                                high)));
              }
            });
  }

  /** A replica may have passed an offset without having what lies before it. */
  private void addFallen(List<Problem> problems) {
    leastEnds.forEach(
        (partition, leastEnd) -> {
          long high = coverageOf(partition).high();
          if (high < leastEnd) {
            problems.add(
                new Problem(
                    QueryErrorCode.SEGMENT_UNAVAILABLE,
                    "offsets of partition %d are missing from %d on: up to %d was answered before"
                        .formatted(partition, high, leastEnd)));
          }
        });
  }

  private void raise(HighWaterMarks marks) {
    String tableId = query.table().tableId();
    for (Map.Entry<Integer, String> tail : tailInstances.entrySet()) {
      PartitionCoverage partition = coverageOf(tail.getKey());
      if (partition.whole().isEmpty()) {
        continue;
      }
      if (offsets.asOf().isPresent()) {
        marks.raise(tableId, tail.getKey(), partition.high());
      } else {
        marks.raise(tableId, tail.getKey(), partition.high(), tail.getValue());
      }
    }
  }

  private static String shortened(List<String> names) {
    String text = String.join(", ", names.stream().limit(MOST_NAMED).toList());
    return names.size() > MOST_NAMED
        ? text + " and %d more".formatted(names.size() - MOST_NAMED)
        : text;
  }
}
