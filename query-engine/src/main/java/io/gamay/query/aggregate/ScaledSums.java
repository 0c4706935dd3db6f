package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;

/** Sums of scaled values of an expression, and counts of rows. */
final class ScaledSums implements DenseSums {

  private final ScaledBlock values;
  private final long[] sums;
  private final RowCounts counts;

  ScaledSums(ScaledBlock values, int groupCount) {
    this.values = values;
    this.sums = new long[groupCount];
    this.counts = new RowCounts(groupCount);
  }

  /** Whether no sum can overflow. */
  static boolean fits(long min, long max, int docCount) {
    long most = Math.max(Math.abs(min), Math.abs(max));
    return Math.abs(min) >= 0 && most <= Long.MAX_VALUE / Math.max(1, docCount);
  }

  @Override
  public void add(Block block, int[] groups) {
    int count = block.count();
    long[] scaled = values.of(block);
    for (int row = 0; row < count; row++) {
      sums[groups[row]] += scaled[row];
    }
    counts.add(block, groups);
  }

  @Override
  public void addToFirst(Block block) {
    int count = block.count();
    long[] scaled = values.of(block);
    long sum = 0;
    for (int row = 0; row < count; row++) {
      sum += scaled[row];
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
    return sums[group];
  }

  @Override
  public long sizeBytes() {
    return 8L * sums.length + counts.sizeBytes();
  }

  @Override
  public String way() {
    return "sums of scaled integers";
  }
}
