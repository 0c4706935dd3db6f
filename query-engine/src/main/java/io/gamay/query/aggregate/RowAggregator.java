package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.BlockExpression;
import io.gamay.query.merge.AggregateStates;
import io.gamay.query.merge.RowStates;
import io.gamay.query.vector.Vector;
import java.util.ArrayList;
import java.util.List;

/** Feeds several expressions of each row into states. */
final class RowAggregator implements Aggregator {

  private final List<BlockExpression> arguments;
  private final RowStates states;
  private final List<Vector> vectors = new ArrayList<>();

  RowAggregator(List<BlockExpression> arguments, RowStates states) {
    this.arguments = arguments;
    this.states = states;
  }

  @Override
  public void add(Block block, RowGroups rowGroups, int groupCount) {
    states.ensureGroups(groupCount);
    vectors.clear();
    for (BlockExpression argument : arguments) {
      vectors.add(argument.evaluate(block));
    }
    int[] groups = rowGroups.groups();
    for (int entry = 0; entry < rowGroups.count(); entry++) {
      states.add(groups[entry], vectors, rowGroups.row(entry));
    }
  }

  @Override
  public AggregateStates finish(int groupCount) {
    states.ensureGroups(groupCount);
    states.settle();
    return states;
  }

  @Override
  public long sizeBytes() {
    return states.sizeBytes();
  }
}
