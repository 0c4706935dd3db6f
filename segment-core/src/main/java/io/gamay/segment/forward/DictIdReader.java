package io.gamay.segment.forward;

import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.RunTest;

/**
 * dictIds of a single-value column by docId, in whatever form they are stored. Immutable and
 * thread-safe; valid while the segment is open.
 */
public sealed interface DictIdReader permits PackedReader, RunsReader, MappedReader {

  int intAt(long docId);

  /** The dictIds of docIds [first, first + length) into {@code out} from {@code outFrom} on. */
  void readInts(long first, int length, int[] out, int outFrom);

  /** The dictIds at a block's docIds into {@code out[0, docs.count())}. */
  default void readInts(DocIdBlock docs, int[] out) {
    if (docs.isRange()) {
      readInts(docs.first(), docs.count(), out, 0);
      return;
    }
    int[] docIds = docs.docIds();
    for (int index = 0; index < docs.count(); index++) {
      out[index] = intAt(docIds[index]);
    }
  }

  /**
   * The dictIds of those of docIds [first, first + length) that a mask names.
   *
   * @param mask one bit per row; names {@code count} of them
   * @param out receives them in its first {@code count} elements
   */
  default void readSelected(long first, int length, long[] mask, int count, int[] out) {
    int selected = 0;
    for (int word = 0; word << 6 < length; word++) {
      long base = first + (word << 6);
      for (long left = mask[word]; left != 0; left &= left - 1) {
        out[selected++] = intAt(base + Long.numberOfTrailingZeros(left));
      }
    }
  }

  /**
   * Tells which of docIds [first, first + length) hold a dictId in [low, high).
   *
   * @param mask receives one bit per row in its first {@code ceil(length / 64)} words
   */
  default void matchRange(long first, int length, int low, int high, long[] mask) {
    int[] dictIds = new int[length];
    readInts(first, length, dictIds, 0);
    int width = Math.max(0, high - low);
    for (int from = 0; from < length; from += Long.SIZE) {
      int to = Math.min(length, from + Long.SIZE);
      long word = 0;
      for (int index = from; index < to; index++) {
        long isInside = Integer.compareUnsigned(dictIds[index] - low, width) < 0 ? 1 : 0;
        word |= isInside << index;
      }
      mask[from >>> 6] = word;
    }
  }

  /**
   * Tells which of docIds [first, first + length) hold a dictId of a set.
   *
   * @param members one bit for each dictId that there is
   * @param mask as above
   */
  default void matchSet(long first, int length, long[] members, long[] mask) {
    int[] dictIds = new int[length];
    readInts(first, length, dictIds, 0);
    for (int from = 0; from < length; from += Long.SIZE) {
      int to = Math.min(length, from + Long.SIZE);
      long word = 0;
      for (int index = from; index < to; index++) {
        word |= (members[dictIds[index] >>> 6] >>> dictIds[index] & 1) << index;
      }
      mask[from >>> 6] = word;
    }
  }

  /** {@link #matchRange} for many runs. */
  default RunTest rangeTest(int low, int high) {
    return (first, length, mask) -> matchRange(first, length, low, high, mask);
  }

  /**
   * {@link #matchSet} for many runs.
   *
   * @param members not to be changed any more
   */
  default RunTest setTest(long[] members) {
    return (first, length, mask) -> matchSet(first, length, members, mask);
  }
}
