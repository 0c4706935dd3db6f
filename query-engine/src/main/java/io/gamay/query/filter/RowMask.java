package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;
import io.gamay.segment.read.DocIdBlock;
import java.util.Arrays;
import org.roaringbitmap.RoaringBitmap;

/**
 * Bits for the rows of a run: row {@code first + i} is bit {@code i % 64} of word {@code i / 64}.
 * Bits behind the run's end are clear.
 */
final class RowMask {

  /** Words for the longest run. */
  static final int WORDS = DocIdBlock.MAX_DOCS / Long.SIZE;

  private RowMask() {}

  static int words(int count) {
    return (count + Long.SIZE - 1) >>> 6;
  }

  static void clear(long[] mask, int count) {
    Arrays.fill(mask, 0, words(count), 0);
  }

  static void fill(long[] mask, int count) {
    Arrays.fill(mask, 0, words(count), -1L);
    clearTail(mask, count);
  }

  static void flip(long[] mask, int count) {
    for (int word = 0; word < words(count); word++) {
      mask[word] = ~mask[word];
    }
    clearTail(mask, count);
  }

  static void and(long[] mask, long[] other, int count) {
    for (int word = 0; word < words(count); word++) {
      mask[word] &= other[word];
    }
  }

  static void or(long[] mask, long[] other, int count) {
    for (int word = 0; word < words(count); word++) {
      mask[word] |= other[word];
    }
  }

  static int cardinality(long[] mask, int count) {
    int rows = 0;
    for (int word = 0; word < words(count); word++) {
      rows += Long.bitCount(mask[word]);
    }
    return rows;
  }

  /** Clears the rows that are in a bitmap. */
  static void remove(RoaringBitmap rows, int first, int count, long[] mask) {
    long end = (long) first + count;
    for (long row = rows.nextValue(first); row >= 0 && row < end; ) {
      int index = (int) (row - first);
      mask[index >>> 6] &= ~(1L << index);
      row = row + 1 < end ? rows.nextValue((int) row + 1) : -1;
    }
  }

  /** Makes the rows of a mask a block: a run if they are one. */
  static void select(long[] mask, int first, int count, Block out) {
    int words = words(count);
    int from = 0;
    while (from < words && mask[from] == 0) {
      from++;
    }
    if (from == words) {
      out.setList(0);
      return;
    }
    int last = words - 1;
    while (mask[last] == 0) {
      last--;
    }
    int rows = cardinality(mask, count);
    int low = from * Long.SIZE + Long.numberOfTrailingZeros(mask[from]);
    int high = (last + 1) * Long.SIZE - Long.numberOfLeadingZeros(mask[last]);
    if (rows == high - low) {
      out.setRange(first + low, rows);
    } else {
      out.setMask(first, count, mask, rows);
    }
  }

  private static void clearTail(long[] mask, int count) {
    int tail = count & (Long.SIZE - 1);
    if (tail != 0) {
      mask[count >>> 6] &= -1L >>> (Long.SIZE - tail);
    }
  }
}
