package io.gamay.benchmarks.query;

import io.gamay.benchmarks.seal.SealedEvents;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.execute.SegmentExecutor;
import io.gamay.query.execute.StatisticsCollector;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.plan.ServerPlan;
import io.gamay.segment.immutable.ImmutableSegment;
import java.io.IOException;

/**
 * A query over one sealed segment of events, in the way that a server takes: everything from the
 * plan to the partial result, on the caller's thread. What follows from dictionaries alone is kept
 * from one run to the next, as in a server.
 */
final class SegmentQuery implements AutoCloseable {

  /** Of the segment in which rows are measured. */
  static final int ROWS = 5_000_000;

  private final ImmutableSegment segment;
  private final ServerPlan plan;
  private final SegmentExecutor executor = new SegmentExecutor();

  /**
   * @param sql of a table {@code events}
   */
  SegmentQuery(int rows, String sql) throws IOException {
    segment = SealedEvents.open(rows);
    plan = PlannedQuery.of("query", sql, segment.schema()).plan();
  }

  ServerPlan plan() {
    return plan;
  }

  PartialResult run() {
    return executor.execute(plan, segment, QueryBudget.unlimited(), new StatisticsCollector());
  }

  @Override
  public void close() {
    segment.close();
  }
}
