package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.BlockExpression;
import io.gamay.query.merge.AggregateStates;
import io.gamay.query.merge.CountStates;
import io.gamay.query.vector.Vector;
import java.util.Optional;

/** Counts rows, values that are not NULL, or elements of lists. */
final class CountAggregator implements Aggregator {

  private final Optional<BlockExpression> argument;
  private final CountStates states = new CountStates();

  /**
   * @param argument empty: every row counts
   */
  CountAggregator(Optional<BlockExpression> argument) {
    this.argument = argument;
  }

  @Override
  public void add(Block block, RowGroups rowGroups, int groupCount) {
    states.ensureGroups(groupCount);
    if (argument.isEmpty()) {
      countEntries(rowGroups);
    } else {
      countValues(argument.get().evaluate(block), rowGroups);
    }
  }

  private void countEntries(RowGroups rowGroups) {
    long[] counts = states.counts();
    if (states.groupCount() == 1) {
      counts[0] += rowGroups.count();
      return;
    }
    int[] groups = rowGroups.groups();
    for (int entry = 0; entry < rowGroups.count(); entry++) {
      counts[groups[entry]]++;
    }
  }

  private void countValues(Vector values, RowGroups rowGroups) {
    long[] counts = states.counts();
    int[] groups = rowGroups.groups();
    for (int entry = 0; entry < rowGroups.count(); entry++) {
      int row = rowGroups.row(entry);
      if (!values.isNull(row)) {
        counts[groups[entry]] +=
            values.isList() ? values.listEnds()[row] - values.listStart(row) : 1;
      }
    }
  }

  @Override
  public AggregateStates finish(int groupCount) {
    states.ensureGroups(groupCount);
    return states;
  }

  @Override
  public long sizeBytes() {
    return states.sizeBytes();
  }
}
