package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;

/** The distinct numbers of an argument per group: a bit for each possible one. */
final class DenseIdSets implements DenseAccumulator {

  /** Bits of all groups together; beyond, sets that grow with their members take less. */
  private static final long MOST_BITS = 1L << 27;

  private final IdSource source;
  private final int wordsPerGroup;
  private final long[] bits;

  DenseIdSets(IdSource source, int groupCount) {
    this.source = source;
    this.wordsPerGroup = words(source);
    this.bits = new long[groupCount * wordsPerGroup];
  }

  static boolean fits(IdSource source, int groupCount, int docCount) {
    long needed = (long) words(source) * groupCount * Long.SIZE;
    return needed <= MOST_BITS && needed <= 64L * Math.max(docCount, 1 << 16);
  }

  private static int words(IdSource source) {
    return (source.count() + Long.SIZE - 1) >>> 6;
  }

  @Override
  public void add(Block block, int[] groups) {
    int count = block.count();
    int[] ids = source.of(block);
    for (int row = 0; row < count; row++) {
      bits[groups[row] * wordsPerGroup + (ids[row] >>> 6)] |= 1L << ids[row];
    }
  }

  @Override
  public void addToFirst(Block block) {
    int count = block.count();
    int[] ids = source.of(block);
    for (int row = 0; row < count; row++) {
      bits[ids[row] >>> 6] |= 1L << ids[row];
    }
  }

  IdSource source() {
    return source;
  }

  /** The numbers that a group has, ascending. */
  int[] members(int group) {
    int from = group * wordsPerGroup;
    int count = 0;
    for (int word = 0; word < wordsPerGroup; word++) {
      count += Long.bitCount(bits[from + word]);
    }
    int[] members = new int[count];
    int next = 0;
    for (int word = 0; word < wordsPerGroup; word++) {
      for (long rest = bits[from + word]; rest != 0; rest &= rest - 1) {
        members[next++] = (word << 6) + Long.numberOfTrailingZeros(rest);
      }
    }
    return members;
  }

  @Override
  public long sizeBytes() {
    return 8L * bits.length;
  }

  @Override
  public String way() {
    return "sets of dictIds";
  }
}
