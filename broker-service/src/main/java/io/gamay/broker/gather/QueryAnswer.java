package io.gamay.broker.gather;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.merge.ExecutionStatistics;
import io.gamay.query.merge.ResultTable;
import io.gamay.segment.ledger.OffsetRange;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a client is told.
 *
 * @param table empty when there is nothing that could be called an answer
 * @param isPartial whether something is missing: then {@code problems} or the table's cap say what
 * @param coverage offset ranges covered, by partition
 * @param segmentsPrunedByBroker segments that were not asked for
 * @param reduceMillis time of merging
 */
public record QueryAnswer(
    String requestId,
    Optional<ResultTable> table,
    boolean isPartial,
    List<Problem> problems,
    ExecutionStatistics statistics,
    Map<Integer, List<OffsetRange>> coverage,
    List<String> tablesQueried,
    int serversQueried,
    int serversResponded,
    int segmentsPrunedByBroker,
    long minConsumingFreshnessMillis,
    long reduceMillis) {

  public QueryAnswer {
    problems = List.copyOf(problems);
    coverage = Collections.unmodifiableMap(new TreeMap<>(coverage));
    tablesQueried = List.copyOf(tablesQueried);
  }

  /** One entry of {@code exceptions}. */
  public record Problem(QueryErrorCode code, String message) {}

  /** An answer that is only an error. */
  public static QueryAnswer failed(String requestId, QueryErrorCode code, String message) {
    return new QueryAnswer(
        requestId,
        Optional.empty(),
        true,
        List.of(new Problem(code, message)),
        ExecutionStatistics.ZERO,
        Map.of(),
        List.of(),
        0,
        0,
        0,
        0,
        0);
  }
}
