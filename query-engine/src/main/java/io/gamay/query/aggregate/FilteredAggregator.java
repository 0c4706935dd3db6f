package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.BlockExpression;
import io.gamay.query.evaluate.Subset;
import io.gamay.query.merge.AggregateStates;
import io.gamay.query.vector.Vector;

/** FILTER (WHERE ...): only rows for which the condition is true go on. */
final class FilteredAggregator implements Aggregator {

  private final BlockExpression condition;
  private final Aggregator target;
  private final Subset passing = new Subset();
  private final RowGroups passingGroups = new RowGroups();

  FilteredAggregator(BlockExpression condition, Aggregator target) {
    this.condition = condition;
    this.target = target;
  }

  @Override
  public void add(Block block, RowGroups rowGroups, int groupCount) {
    Vector met = condition.evaluate(block);
    int[] positions = passing.positions();
    int count = 0;
    for (int row = 0; row < block.count(); row++) {
      if (met.ints()[row] != 0 && !met.isNull(row)) {
        positions[count++] = row;
      }
    }
    if (count > 0) {
      passing.take(block, count);
      passingGroups.setPart(rowGroups, positions, count);
      target.add(passing.block(), passingGroups, groupCount);
    }
  }

  @Override
  public AggregateStates finish(int groupCount) {
    return target.finish(groupCount);
  }

  @Override
  public long sizeBytes() {
    return target.sizeBytes();
  }
}
