package io.gamay.segment.dictionary;

import io.gamay.segment.format.PackedLayout;
import java.util.Arrays;

/**
 * Sorts byte strings by their unsigned bytes, a string before those that it is a prefix of. A round
 * skips what all strings of a group share and sorts them by the 8 bytes behind it, each in one long
 * with its position; those that agree in these are the next round's groups. After {@link
 * #MAX_ROUNDS} rounds, which strings that are prefixes of each other need many of, whole strings
 * are compared: n strings take at most 8 n words and n log n comparisons.
 */
final class PrefixSorter {

  static final int MAX_ROUNDS = 8;

  /** Fewer are sorted by comparing whole strings. */
  private static final int LEAST_BY_PREFIX = 24;

  /** Strings by index. */
  interface Strings {

    /** Bytes of the string. */
    int length(int index);

    /**
     * The 8 bytes from a place on as one number, the first byte highest, zeros behind the string's
     * end.
     */
    long word(int index, int from);

    /**
     * Where two strings first differ, at {@code from} or behind it and before {@code to}; {@code
     * to} if they do not. Both are at least so long.
     */
    int mismatch(int left, int right, int from, int to);

    /** The order of two strings whose first {@code from} bytes are the same. */
    int compare(int left, int right, int from);
  }

  private final Strings strings;

  private PrefixSorter(Strings strings) {
    this.strings = strings;
  }

  /** Brings indexes into the order of their strings. */
  static void sort(int[] indexes, Strings strings) {
    new PrefixSorter(strings).sort(indexes, 0, MAX_ROUNDS);
  }

  /**
   * @param from bytes that all strings of the group share
   */
  private void sort(int[] indexes, int from, int roundsLeft) {
    if (indexes.length < LEAST_BY_PREFIX || roundsLeft == 0) {
      IndexSorter.sort(indexes, (left, right) -> strings.compare(left, right, from));
      return;
    }
    int shared = sharedBytes(indexes, from);
    int[] unsorted = indexes.clone();
    int positionBits = PackedLayout.bitsFor(unsorted.length - 1L);
    long positionMask = (1L << positionBits) - 1;
    long[] sorted = new long[unsorted.length];
    for (int position = 0; position < sorted.length; position++) {
      long word = strings.word(unsorted[position], shared) ^ Long.MIN_VALUE;
      sorted[position] = word & ~positionMask | position;
    }
    Arrays.sort(sorted);
    for (int start = 0; start < sorted.length; ) {
      int end = start + 1;
      while (end < sorted.length && (sorted[end] ^ sorted[start]) >>> positionBits == 0) {
        end++;
      }
      int[] alike = new int[end - start];
      for (int position = start; position < end; position++) {
        alike[position - start] = unsorted[(int) (sorted[position] & positionMask)];
      }
      if (alike.length > 1) {
        sort(alike, shared, roundsLeft - 1);
      }
      System.arraycopy(alike, 0, indexes, start, alike.length);
      start = end;
    }
  }

  private int sharedBytes(int[] indexes, int from) {
    int first = indexes[0];
    int shared = strings.length(first);
    for (int position = 1; position < indexes.length && shared > from; position++) {
      int index = indexes[position];
      int end = Math.min(shared, strings.length(index));
      shared = strings.mismatch(first, index, from, end);
    }
    return shared;
  }
}
