package io.gamay.segment.forward;

import java.util.Arrays;

/** Masks of a run of rows: row i of the run is bit {@code i % 64} of word {@code i / 64}. */
final class RowBits {

  private RowBits() {}

  /** A mask of a run, all bits clear. */
  static long[] of(int rows) {
    return new long[(rows + Long.SIZE - 1) >>> 6];
  }

  /** Clears the words of a run. */
  static void clear(long[] mask, int rows) {
    Arrays.fill(mask, 0, (rows + Long.SIZE - 1) >>> 6, 0);
  }

  /** Sets the bits [from, to); from is below to. */
  static void set(long[] mask, int from, int to) {
    int firstWord = from >>> 6;
    int lastWord = (to - 1) >>> 6;
    long head = -1L << from;
    long tail = -1L >>> -to;
    if (firstWord == lastWord) {
      mask[firstWord] |= head & tail;
      return;
    }
    mask[firstWord] |= head;
    Arrays.fill(mask, firstWord + 1, lastWord, -1L);
    mask[lastWord] |= tail;
  }

  static void put(long[] mask, int row, boolean isSet) {
    long bit = 1L << row;
    mask[row >>> 6] = isSet ? mask[row >>> 6] | bit : mask[row >>> 6] & ~bit;
  }
}
