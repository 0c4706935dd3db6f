package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;

/** Rows per group. */
final class RowCounts implements DenseCounter {

  /** A segment has fewer rows than an int can count. */
  private final int[] counts;

  RowCounts(int groupCount) {
    counts = new int[groupCount];
  }

  @Override
  public void add(Block block, int[] groups) {
    int count = block.count();
    for (int row = 0; row < count; row++) {
      counts[groups[row]]++;
    }
  }

  @Override
  public void addToFirst(Block block) {
    counts[0] += block.count();
  }

  @Override
  public long count(int group) {
    return counts[group];
  }

  @Override
  public long sizeBytes() {
    return 4L * counts.length;
  }

  @Override
  public String way() {
    return "rows counted in an array";
  }
}
