package io.gamay.query.aggregate;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.ExpressionCompiler;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.TypedExpression;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Aggregation whose keys and arguments are columns with dictionaries: all is added up by dictIds in
 * arrays over all possible groups, and values appear only at the end, for groups that have rows.
 * One thread.
 */
final class DenseAggregation implements SegmentAggregation {

  private final Optional<DenseKeys> keys;
  private final int groupLimit;
  private final DenseAccumulators accumulators;
  private final QueryBudget.Reservation memory;

  private DenseAggregation(
      Optional<DenseKeys> keys,
      int groupLimit,
      DenseAccumulators accumulators,
      QueryBudget.Reservation memory) {
    this.keys = keys;
    this.groupLimit = groupLimit;
    this.accumulators = accumulators;
    this.memory = memory;
  }

  /** Empty where a key or a call is of another kind. */
  static Optional<SegmentAggregation> of(
      List<TypedExpression> expressions,
      List<AggregateCall> calls,
      int groupLimit,
      SegmentLeaves leaves,
      QueryBudget budget) {
    DenseColumns columns = new DenseColumns();
    Optional<DenseKeys> keys = Optional.empty();
    if (!expressions.isEmpty()) {
      keys = DenseKeys.of(expressions, leaves, new ExpressionCompiler(leaves), columns);
      if (keys.isEmpty()) {
        return Optional.empty();
      }
    }
    int groupCount = keys.map(DenseKeys::groupCount).orElse(1);
    Optional<DenseAccumulators> accumulators =
        DenseAccumulators.of(calls, groupCount, leaves, columns);
    if (accumulators.isEmpty()) {
      return Optional.empty();
    }
    QueryBudget.Reservation memory = budget.reserve();
    memory.resize(accumulators.get().sizeBytes() + keys.map(DenseKeys::sizeBytes).orElse(0L));
    return Optional.of(new DenseAggregation(keys, groupLimit, accumulators.get(), memory));
  }

  @Override
  public void add(Block block) {
    if (keys.isPresent()) {
      accumulators.add(block, keys.get().of(block));
    } else {
      accumulators.addToFirst(block);
    }
  }

  @Override
  public Groups finish() {
    if (keys.isEmpty()) {
      int[] only = {0};
      return new Groups(1, List.of(), accumulators.finish(only));
    }
    int[] present = present(keys.get().groupCount());
    if (present.length > groupLimit) {
      throw new QueryException(
          QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED,
          "query has more than its limit of %d groups (numGroupsLimit)".formatted(groupLimit));
    }
    return Groups.of(present.length, keys.get().of(present), accumulators.finish(present));
  }

  /** The groups that have rows, ascending. */
  private int[] present(int groupCount) {
    int[] present = new int[Math.min(groupCount, 1024)];
    int count = 0;
    for (int group = 0; group < groupCount; group++) {
      if (accumulators.hasRows(group)) {
        if (count == present.length) {
          present = Arrays.copyOf(present, Math.min(groupCount, 2 * count));
        }
        present[count++] = group;
      }
    }
    return Arrays.copyOf(present, count);
  }

  @Override
  public void close() {
    memory.close();
  }
}
