package io.gamay.query.aggregate;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.ExpressionCompiler;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.explain.Amount;
import io.gamay.query.explain.Clause;
import io.gamay.query.merge.GroupLimit;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.TypedExpression;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Aggregation whose keys have few possible values: all is added up in arrays over all possible
 * groups, by dictIds and scaled integers where the calls allow it, and values appear only at the
 * end, for groups that have rows. One thread.
 */
final class DenseAggregation implements SegmentAggregation {

  private final Optional<DenseKeys> keys;
  private final int groupLimit;
  private final DenseAccumulators accumulators;
  private final QueryBudget.Reservation memory;

  /** For calls that want groups numbered as they are met. */
  private final Optional<GroupsMet> met;

  private final RowGroups rowGroups = new RowGroups();

  private DenseAggregation(
      Optional<DenseKeys> keys,
      int groupLimit,
      DenseAccumulators accumulators,
      QueryBudget.Reservation memory) {
    this.keys = keys;
    this.groupLimit = groupLimit;
    this.accumulators = accumulators;
    this.memory = memory;
    this.met = keys.filter(_ -> accumulators.hasGeneral()).map(k -> new GroupsMet(k.groupCount()));
  }

  /**
   * Empty where a key is of another kind.
   *
   * @param refusals takes the reason then
   */
  static Optional<SegmentAggregation> of(
      List<TypedExpression> expressions,
      List<AggregateCall> calls,
      int groupLimit,
      SegmentLeaves leaves,
      QueryBudget budget,
      List<Clause> refusals) {
    DenseColumns columns = new DenseColumns();
    ExpressionCompiler compiler = new ExpressionCompiler(leaves);
    Optional<DenseKeys> keys = Optional.empty();
    if (!expressions.isEmpty()) {
      keys = DenseKeys.of(expressions, leaves, compiler, columns, refusals);
      if (keys.isEmpty()) {
        return Optional.empty();
      }
    }
    int groupCount = keys.map(DenseKeys::groupCount).orElse(1);
    QueryBudget.Reservation memory = budget.reserve();
    try {
      DenseAccumulators accumulators =
          DenseAccumulators.of(calls, groupCount, leaves, compiler, columns, memory);
      DenseAggregation aggregation = new DenseAggregation(keys, groupLimit, accumulators, memory);
      aggregation.reserve();
      return Optional.of(aggregation);
    } catch (RuntimeException e) {
      memory.close();
      throw e;
    }
  }

  private void reserve() {
    memory.resize(
        accumulators.sizeBytes()
            + keys.map(DenseKeys::sizeBytes).orElse(0L)
            + met.map(GroupsMet::sizeBytes).orElse(0L));
  }

  @Override
  public void add(Block block) {
    if (keys.isEmpty()) {
      accumulators.addToFirst(block);
      if (accumulators.hasGeneral()) {
        rowGroups.setAllInFirst(block.count());
        accumulators.addGeneral(block, rowGroups, 1);
        reserve();
      }
      return;
    }
    int[] groups = keys.get().of(block);
    accumulators.add(block, groups);
    if (met.isPresent()) {
      rowGroups.setOneEach(block.count());
      met.get().number(groups, block.count(), rowGroups.groups());
      GroupLimit.requireAtMost(groupLimit, met.get().count());
      accumulators.addGeneral(block, rowGroups, met.get().count());
      reserve();
    }
  }

  @Override
  public Groups finish() {
    if (keys.isEmpty()) {
      int[] only = {0};
      return new Groups(1, List.of(), accumulators.finish(only));
    }
    int[] present = met.isPresent() ? met.get().inOrder() : present(keys.get().groupCount());
    GroupLimit.requireAtMost(groupLimit, present.length);
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

  @Override
  public List<Clause> how() {
    List<Clause> clauses = new ArrayList<>();
    keys.ifPresent(
        dense -> {
          clauses.add(Clause.of("arrays over {} possible groups", Amount.each(dense.groupCount())));
          clauses.addAll(dense.how());
        });
    clauses.addAll(accumulators.how());
    return clauses;
  }

  @Override
  public long heldBytes() {
    return memory.heldBytes();
  }
}
