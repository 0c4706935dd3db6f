package io.gamay.query.execute;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.PartialResultMerger;
import io.gamay.query.plan.ServerPlan;
import io.gamay.segment.read.SegmentReader;
import java.util.List;

/** Runs a plan over several segments, one after the other, on the caller's thread. */
public final class QueryExecution {

  private final SegmentExecutor executor;

  public QueryExecution() {
    this(new SegmentExecutor());
  }

  public QueryExecution(SegmentExecutor executor) {
    this.executor = executor;
  }

  /**
   * Gives what all segments together know of the answer.
   *
   * @throws io.gamay.query.error.QueryException as {@link SegmentExecutor#execute}, and if there
   *     are more groups than the plan allows on one server
   */
  public PartialResult execute(
      ServerPlan plan,
      List<SegmentReader> segments,
      QueryBudget budget,
      StatisticsCollector statistics) {
    try (PartialResultMerger merger = PartialResultMerger.onServer(plan.work(), budget)) {
      for (SegmentReader segment : segments) {
        merger.add(executor.execute(plan, segment, budget, statistics));
      }
      return merger.result();
    }
  }
}
