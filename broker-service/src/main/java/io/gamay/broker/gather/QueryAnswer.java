package io.gamay.broker.gather;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.merge.ExecutionStatistics;
import io.gamay.query.merge.ResultBuilder;
import io.gamay.query.merge.ResultTable;
import io.gamay.query.plan.QueryPlan;
import io.gamay.segment.ledger.OffsetRange;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a client is told.
 *
 * @param table empty when there is nothing that could be called an answer
 * @param isPartial whether something is missing: then {@code problems} or {@code notices} say what
 * @param notices what is no error, but must be known to understand the rows
 * @param coverage offset ranges covered, by partition
 * @param offsets up to where the answer covers partitions without a hole; empty without a table
 * @param offsetToken the same, and what earlier answers told the client, to be handed on
 */
public record QueryAnswer(
    String requestId,
    Optional<String> clientQueryId,
    Optional<ResultTable> table,
    boolean isPartial,
    List<Problem> problems,
    List<String> notices,
    ExecutionStatistics statistics,
    Effort effort,
    Map<Integer, List<OffsetRange>> coverage,
    NavigableMap<Integer, Long> offsets,
    Optional<String> offsetToken,
    List<String> tablesQueried) {

  public QueryAnswer {
    problems = List.copyOf(problems);
    notices = List.copyOf(notices);
    coverage = Collections.unmodifiableMap(new TreeMap<>(coverage));
    offsets = Collections.unmodifiableNavigableMap(new TreeMap<>(offsets));
    tablesQueried = List.copyOf(tablesQueried);
  }

  /** One entry of {@code exceptions}. */
  public record Problem(QueryErrorCode code, String message) {}

  /**
   * What the broker knows of how the answer came about.
   *
   * @param segmentsPruned segments that were not asked for
   * @param docsPruned rows of these
   * @param groupLimitReached whether the answer lacks groups, or failed, for having too many
   * @param groupLimitNear whether a server had many groups
   * @param groupsTrimmed whether groups were left out before all parts of the answer were together
   * @param minConsumingFreshnessMillis oldest "all rows until here are in" of the tails answered,
   *     epoch milliseconds; 0 without tails
   * @param reduceMillis time of merging
   * @param emptyFilterSegments of EXPLAIN: segments asked for of which no row passes, as is known
   *     without looking; {@code matchAllFilterSegments} the same for all rows
   */
  public record Effort(
      int serversQueried,
      int serversResponded,
      int segmentsPruned,
      long docsPruned,
      boolean groupLimitReached,
      boolean groupLimitNear,
      boolean groupsTrimmed,
      long minConsumingFreshnessMillis,
      long reduceMillis,
      long emptyFilterSegments,
      long matchAllFilterSegments) {

    public static final Effort NONE = new Effort(0, 0, 0, 0, false, false, false, 0, 0, 0, 0);
  }

  /**
   * The answer to a query without FROM.
   *
   * @throws io.gamay.query.error.QueryException if a value cannot be computed
   */
  public static QueryAnswer ofConstants(String requestId, QueryPlan plan, QueryBudget budget) {
    ResultTable row =
        ResultBuilder.build(plan.server().work(), plan.output(), Optional.empty(), budget);
    return new QueryAnswer(
        requestId,
        plan.options().clientQueryId(),
        Optional.of(row),
        false,
        List.of(),
        plan.options().warnings(),
        ExecutionStatistics.ZERO,
        Effort.NONE,
        Map.of(),
        new TreeMap<>(),
        Optional.empty(),
        List.of());
  }

  /** An answer that is only an error. */
  public static QueryAnswer failed(
      String requestId, Optional<String> clientQueryId, QueryErrorCode code, String message) {
    return new QueryAnswer(
        requestId,
        clientQueryId,
        Optional.empty(),
        true,
        List.of(new Problem(code, message)),
        List.of(),
        ExecutionStatistics.ZERO,
        Effort.NONE,
        Map.of(),
        new TreeMap<>(),
        Optional.empty(),
        List.of());
  }
}
