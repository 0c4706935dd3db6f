package io.gamay.query.execute;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.merge.ExecutionStatistics;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.merge.PartialResultMerger;
import io.gamay.query.merge.SetGroups;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.segment.read.SegmentReader;
import java.util.Optional;

/**
 * Grouping sets over one segment: each set is a grouping of its own over the same rows, so that it
 * is answered as fast as a query that asks for it alone.
 */
final class GroupingSetsExecution {

  private final SegmentExecutor executor;

  GroupingSetsExecution(SegmentExecutor executor) {
    this.executor = executor;
  }

  /** As {@link SegmentExecutor#execute}; rows and segments count once, what was read each time. */
  PartialResult execute(
      ServerPlan plan,
      ServerWork.GroupBy work,
      SegmentReader segment,
      QueryBudget budget,
      StatisticsCollector statistics,
      Optional<SegmentRecorder> recorder) {
    try (PartialResultMerger merger = PartialResultMerger.onServer(work, budget)) {
      ExecutionStatistics cost = ExecutionStatistics.ZERO;
      for (int set = 0; set < work.groupingSets().size(); set++) {
        var ofSet = new StatisticsCollector();
        var alone =
            new ServerPlan(plan.table(), plan.schemaVersion(), plan.filter(), work.ofSet(set));
        PartialResult groups = executor.execute(alone, segment, budget, ofSet, recorder);
        merger.add(SetGroups.of(work, set, (Groups) groups));
        cost = set == 0 ? ofSet.total() : cost.plus(ofSet.total().entriesOnly());
      }
      statistics.add(cost);
      return merger.result();
    }
  }
}
