package io.gamay.query.aggregate;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.TypedExpression;
import java.util.List;

/** Chooses how a segment is aggregated: by dictIds where that is enough, else by values. */
public final class Aggregation {

  private Aggregation() {}

  /** Without groups. */
  public static SegmentAggregation of(
      List<AggregateCall> calls, SegmentLeaves leaves, QueryBudget budget) {
    return of(List.of(), calls, 1, leaves, budget);
  }

  /** Taking in a block may throw {@link DenseOverflow}: then this choice was wrong. */
  public static SegmentAggregation of(
      ServerWork.GroupBy work, SegmentLeaves leaves, QueryBudget budget) {
    return of(work.keys(), work.aggregates(), work.groupLimit(), leaves, budget);
  }

  /** As the other, after a {@link DenseOverflow}. */
  public static SegmentAggregation byValues(
      ServerWork.GroupBy work, SegmentLeaves leaves, QueryBudget budget) {
    return GeneralAggregation.of(work.keys(), work.aggregates(), work.groupLimit(), leaves, budget);
  }

  private static SegmentAggregation of(
      List<TypedExpression> keys,
      List<AggregateCall> calls,
      int groupLimit,
      SegmentLeaves leaves,
      QueryBudget budget) {
    return DenseAggregation.of(keys, calls, groupLimit, leaves, budget)
        .or(() -> ListCounts.of(keys, calls, groupLimit, leaves, budget))
        .orElseGet(() -> GeneralAggregation.of(keys, calls, groupLimit, leaves, budget));
  }
}
