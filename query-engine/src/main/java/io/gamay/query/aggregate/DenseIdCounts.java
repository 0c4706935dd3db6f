package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;

/** How often each number of an argument is met, per group. */
final class DenseIdCounts implements DenseAccumulator {

  private static final long MOST_COUNTS = 1L << 22;

  private final IdSource source;
  private final int idCount;
  private final int[] counts;

  DenseIdCounts(IdSource source, int groupCount) {
    this.source = source;
    this.idCount = source.count();
    this.counts = new int[groupCount * idCount];
  }

  static boolean fits(IdSource source, int groupCount, int docCount) {
    long needed = (long) source.count() * groupCount;
    return needed <= MOST_COUNTS && needed <= Math.max(docCount, 1 << 16);
  }

  @Override
  public void add(Block block, int[] groups) {
    int count = block.count();
    int[] ids = source.of(block);
    for (int row = 0; row < count; row++) {
      counts[groups[row] * idCount + ids[row]]++;
    }
  }

  @Override
  public void addToFirst(Block block) {
    int count = block.count();
    int[] ids = source.of(block);
    for (int row = 0; row < count; row++) {
      counts[ids[row]]++;
    }
  }

  IdSource source() {
    return source;
  }

  int count(int group, int id) {
    return counts[group * idCount + id];
  }

  /** The numbers that a group has, ascending. */
  int[] members(int group) {
    int from = group * idCount;
    int count = 0;
    for (int id = 0; id < idCount; id++) {
      count += counts[from + id] > 0 ? 1 : 0;
    }
    int[] members = new int[count];
    int next = 0;
    for (int id = 0; id < idCount; id++) {
      if (counts[from + id] > 0) {
        members[next++] = id;
      }
    }
    return members;
  }

  @Override
  public long sizeBytes() {
    return 4L * counts.length;
  }

  @Override
  public String way() {
    return "counts of dictIds";
  }
}
