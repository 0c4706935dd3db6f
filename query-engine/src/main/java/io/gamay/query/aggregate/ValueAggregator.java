package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.BlockExpression;
import io.gamay.query.merge.AggregateStates;
import io.gamay.query.merge.IntegerSumStates;
import io.gamay.query.merge.ValueStates;
import io.gamay.query.vector.Vector;

/** Feeds the values of an expression, or all elements of its lists, into states. */
final class ValueAggregator implements Aggregator {

  private final BlockExpression argument;
  private final ValueStates states;

  ValueAggregator(BlockExpression argument, ValueStates states) {
    this.argument = argument;
    this.states = states;
  }

  @Override
  public void add(Block block, RowGroups rowGroups, int groupCount) {
    states.ensureGroups(groupCount);
    Vector values = argument.evaluate(block);
    if (groupCount == 1
        && rowGroups.isOneEach()
        && !values.isList()
        && !values.hasNulls()
        && addAllToFirst(values, block.count())) {
      return;
    }
    int[] groups = rowGroups.groups();
    for (int entry = 0; entry < rowGroups.count(); entry++) {
      int row = rowGroups.row(entry);
      if (values.isNull(row)) {
        continue;
      }
      if (!values.isList()) {
        states.add(groups[entry], values, row);
        continue;
      }
      for (int value = values.listStart(row); value < values.listEnds()[row]; value++) {
        states.add(groups[entry], values, value);
      }
    }
  }

  /** Adds a whole block to the only group at once, where that is simpler; else returns false. */
  private boolean addAllToFirst(Vector values, int count) {
    if (!(states instanceof IntegerSumStates sums)) {
      return false;
    }
    switch (values.type()) {
      case INT -> {
        int[] ints = values.ints();
        long sum = 0;
        for (int row = 0; row < count; row++) {
          sum += ints[row];
        }
        sums.addSum(0, sum >> 63, sum);
      }
      case LONG -> {
        // High and low halves apart: neither can overflow within one block.
        long[] longs = values.longs();
        long high = 0;
        long low = 0;
        for (int row = 0; row < count; row++) {
          high += longs[row] >> 32;
          low += longs[row] & 0xffffffffL;
        }
        sums.addSum(0, high >> 32, high << 32);
        sums.addSum(0, 0, low);
      }
      case FLOAT, DOUBLE, STRING, BYTES, BIG_DECIMAL -> {
        return false;
      }
    }
    sums.counts()[0] += count;
    return true;
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
