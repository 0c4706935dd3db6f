package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.query.structure.ScaledValues;

/**
 * Sums of a column and counts of its rows in one word per group: the values, less the least one,
 * add up in the low bits, the rows in the high ones, so that a row costs one addition to memory.
 */
final class FusedSums implements DenseSums {

  private final BlockDictIds column;
  private final ScaledValues values;
  private final long[] words;
  private final int shift;

  private FusedSums(BlockDictIds column, ScaledValues values, int groupCount, int shift) {
    this.column = column;
    this.values = values;
    this.words = new long[groupCount];
    this.shift = shift;
  }

  /** Whether both fit, however the rows are spread over groups. */
  static boolean fits(ScaledValues values, int docCount) {
    return sumBits(values, docCount) + bits(docCount) <= Long.SIZE;
  }

  static FusedSums of(BlockDictIds column, ScaledValues values, int groupCount, int docCount) {
    return new FusedSums(column, values, groupCount, sumBits(values, docCount));
  }

  private static int sumBits(ScaledValues values, int docCount) {
    return bits(values.max() - values.min()) + bits(docCount);
  }

  private static int bits(long value) {
    return Long.SIZE - Long.numberOfLeadingZeros(value);
  }

  @Override
  public void add(Block block, int[] groups) {
    int count = block.count();
    int[] ids = column.of(block);
    int[] offsets = values.offsets();
    long one = 1L << shift;
    for (int row = 0; row < count; row++) {
      words[groups[row]] += one + offsets[ids[row]];
    }
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
    words[0] += ((long) count << shift) + sum;
  }

  @Override
  public int scale() {
    return values.scale();
  }

  @Override
  public long count(int group) {
    return words[group] >>> shift;
  }

  @Override
  public long sum(int group) {
    return (words[group] & ((1L << shift) - 1)) + values.min() * count(group);
  }

  @Override
  public long sizeBytes() {
    return 8L * words.length;
  }

  @Override
  public String way() {
    return "sums and counts of dictIds' values in one array";
  }
}
