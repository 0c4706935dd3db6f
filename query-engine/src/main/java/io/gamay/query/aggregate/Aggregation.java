package io.gamay.query.aggregate;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.explain.Clause;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.TypedExpression;
import java.util.ArrayList;
import java.util.List;

/** Chooses how a segment is aggregated: by dictIds where that is enough, else by values. */
public final class Aggregation {

  private Aggregation() {}

  /** Without groups. */
  public static SegmentAggregation of(
      List<AggregateCall> calls, SegmentLeaves leaves, QueryBudget budget) {
    return of(List.of(), calls, 1, 1, leaves, budget);
  }

  /**
   * Taking in a block may throw {@link DenseOverflow}: then this choice was wrong. Of groups that
   * the work's limit leaves out there may still be some.
   */
  public static SegmentAggregation of(
      ServerWork.GroupBy work, SegmentLeaves leaves, QueryBudget budget) {
    return of(work.keys(), work.aggregates(), most(work), kept(work), leaves, budget);
  }

  /** As the other, after a {@link DenseOverflow}. */
  public static SegmentAggregation byValues(
      ServerWork.GroupBy work, SegmentLeaves leaves, QueryBudget budget) {
    return GeneralAggregation.of(
        work.keys(),
        work.aggregates(),
        most(work),
        kept(work),
        leaves,
        budget,
        List.of(Clause.of("no arrays: a key turned out to have more values than there was room")));
  }

  /** More groups are an error. */
  private static int most(ServerWork.GroupBy work) {
    return work.leavesOut() ? Integer.MAX_VALUE : work.groupLimit();
  }

  /** More groups are left out. */
  private static int kept(ServerWork.GroupBy work) {
    return work.leavesOut() ? work.groupLimit() : Integer.MAX_VALUE;
  }

  private static SegmentAggregation of(
      List<TypedExpression> keys,
      List<AggregateCall> calls,
      int mostGroups,
      int keptGroups,
      SegmentLeaves leaves,
      QueryBudget budget) {
    List<Clause> refusals = new ArrayList<>(1);
    return DenseAggregation.of(keys, calls, mostGroups, leaves, budget, refusals)
        .or(() -> ListCounts.of(keys, calls, mostGroups, leaves, budget))
        .orElseGet(
            () ->
                GeneralAggregation.of(
                    keys, calls, mostGroups, keptGroups, leaves, budget, refusals));
  }
}
