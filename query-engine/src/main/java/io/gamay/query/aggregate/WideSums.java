package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.query.structure.ScaledValues;

/** Sums and counts in an array each. */
final class WideSums implements DenseSums {

  private final BlockDictIds column;
  private final ScaledValues values;
  private final long[] sums;
  private final RowCounts counts;

  WideSums(BlockDictIds column, ScaledValues values, int groupCount) {
    this.column = column;
    this.values = values;
    this.sums = new long[groupCount];
    this.counts = new RowCounts(groupCount);
  }

  @Override
  public void add(Block block, int[] groups) {
    int count = block.count();
    int[] ids = column.of(block);
    int[] offsets = values.offsets();
    for (int row = 0; row < count; row++) {
      sums[groups[row]] += offsets[ids[row]];
    }
    counts.add(block, groups);
  }

  @Override
  public void addToFirst(Block block) {
    int count = block.count();
    int[] ids = column.of(block);
    int[] offsets = values.offsets();
    long sum = 0;
    for (int row = 0; row < count; row++) {
      sum += offsets[ids[row]];
    }
    sums[0] += sum;
    counts.addToFirst(block);
  }

  @Override
  public int scale() {
    return values.scale();
  }

  @Override
  public long count(int group) {
    return counts.count(group);
  }

  @Override
  public long sum(int group) {
    return sums[group] + values.min() * count(group);
  }

  @Override
  public long sizeBytes() {
    return 8L * sums.length + counts.sizeBytes();
  }

  @Override
  public String way() {
    return "sums of dictIds' values";
  }
}
