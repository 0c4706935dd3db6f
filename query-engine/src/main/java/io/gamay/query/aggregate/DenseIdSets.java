package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.segment.read.DictionaryReader;

/** The distinct dictIds of a column per group: a bit for each possible one. */
final class DenseIdSets implements DenseAccumulator {

  /** Bits of all groups together; beyond, sets that grow with their members take less. */
  private static final long MOST_BITS = 1L << 27;

  private final BlockDictIds column;
  private final DictionaryReader dictionary;
  private final int wordsPerGroup;
  private final long[] bits;

  DenseIdSets(BlockDictIds column, DictionaryReader dictionary, int groupCount) {
    this.column = column;
    this.dictionary = dictionary;
    this.wordsPerGroup = words(dictionary);
    this.bits = new long[groupCount * wordsPerGroup];
  }

  static boolean fits(DictionaryReader dictionary, int groupCount, int docCount) {
    long needed = (long) words(dictionary) * groupCount * Long.SIZE;
    return needed <= MOST_BITS && needed <= 64L * Math.max(docCount, 1 << 16);
  }

  private static int words(DictionaryReader dictionary) {
    return (dictionary.cardinality() + Long.SIZE - 1) >>> 6;
  }

  @Override
  public void add(Block block, int[] groups) {
    int count = block.count();
    int[] ids = column.of(block);
    for (int row = 0; row < count; row++) {
      bits[groups[row] * wordsPerGroup + (ids[row] >>> 6)] |= 1L << ids[row];
    }
  }

  @Override
  public void addToFirst(Block block) {
    int count = block.count();
    int[] ids = column.of(block);
    for (int row = 0; row < count; row++) {
      bits[ids[row] >>> 6] |= 1L << ids[row];
    }
  }

  DictionaryReader dictionary() {
    return dictionary;
  }

  int wordsPerGroup() {
    return wordsPerGroup;
  }

  /** The bits of all groups, each a run of {@link #wordsPerGroup()}. */
  long[] bits() {
    return bits;
  }

  @Override
  public long sizeBytes() {
    return 8L * bits.length;
  }
}
