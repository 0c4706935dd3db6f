package io.gamay.segment.read;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** Tests values after reading them: what a column does that knows no shorter way. */
final class RowMatcher {

  private RowMatcher() {}

  /** Tests row i of the block just read. */
  @FunctionalInterface
  private interface Test {
    boolean passes(int index);
  }

  /** Reads a block's values to where the test finds them. */
  @FunctionalInterface
  private interface Read {
    void read(DocIdBlock docs);
  }

  static void matchDictIds(
      ColumnReader column, int firstDocId, int count, int lowId, int highId, long[] mask) {
    int[] ids = new int[Math.min(count, DocIdBlock.MAX_DOCS)];
    int width = Math.max(0, highId - lowId);
    match(
        firstDocId,
        count,
        mask,
        docs -> column.readDictIds(docs, ids),
        index -> Integer.compareUnsigned(ids[index] - lowId, width) < 0);
  }

  static void matchDictIds(
      ColumnReader column, int firstDocId, int count, long[] members, long[] mask) {
    int[] ids = new int[Math.min(count, DocIdBlock.MAX_DOCS)];
    match(
        firstDocId,
        count,
        mask,
        docs -> column.readDictIds(docs, ids),
        index -> (members[ids[index] >>> 6] >>> ids[index] & 1) != 0);
  }

  static void matchMultiDictIds(
      ColumnReader column, int firstDocId, int count, int lowId, int highId, long[] mask) {
    int width = Math.max(0, highId - lowId);
    matchAny(
        column,
        firstDocId,
        count,
        mask,
        dictId -> Integer.compareUnsigned(dictId - lowId, width) < 0);
  }

  static void matchMultiDictIds(
      ColumnReader column, int firstDocId, int count, long[] members, long[] mask) {
    matchAny(
        column, firstDocId, count, mask, dictId -> (members[dictId >>> 6] >>> dictId & 1) != 0);
  }

  /** Tests each value of each row. */
  private static void matchAny(
      ColumnReader column, int firstDocId, int count, long[] mask, IntPredicate test) {
    Arrays.fill(mask, 0, (count + 63) >>> 6, 0);
    int[] ends = new int[Math.min(count, DocIdBlock.MAX_DOCS)];
    int[] dictIds = new int[2 * ends.length];
    DocIdBlock docs = new DocIdBlock();
    for (int done = 0; done < count; done += DocIdBlock.MAX_DOCS) {
      int length = Math.min(DocIdBlock.MAX_DOCS, count - done);
      docs.setRange(firstDocId + done, length);
      dictIds = column.readMultiDictIds(docs, ends, dictIds);
      int value = 0;
      for (int index = 0; index < length; index++) {
        boolean passes = false;
        for (; value < ends[index]; value++) {
          passes |= test.test(dictIds[value]);
        }
        mask[(done + index) >>> 6] |= (passes ? 1L : 0L) << (done + index);
      }
    }
  }

  static void matchLongs(
      ColumnReader column, int firstDocId, int count, long low, long high, long[] mask) {
    long[] values = new long[Math.min(count, DocIdBlock.MAX_DOCS)];
    match(
        firstDocId,
        count,
        mask,
        docs -> column.readLongs(docs, values),
        index -> values[index] >= low && values[index] <= high);
  }

  static void matchDoubles(
      ColumnReader column, int firstDocId, int count, double low, double high, long[] mask) {
    double[] values = new double[Math.min(count, DocIdBlock.MAX_DOCS)];
    match(
        firstDocId,
        count,
        mask,
        docs -> column.readDoubles(docs, values),
        index -> compare(values[index], low) >= 0 && compare(values[index], high) <= 0);
  }

  private static void match(int firstDocId, int count, long[] mask, Read read, Test test) {
    Arrays.fill(mask, 0, (count + 63) >>> 6, 0);
    DocIdBlock docs = new DocIdBlock();
    for (int done = 0; done < count; done += DocIdBlock.MAX_DOCS) {
      int length = Math.min(DocIdBlock.MAX_DOCS, count - done);
      docs.setRange(firstDocId + done, length);
      read.read(docs);
      for (int index = 0; index < length; index++) {
        if (test.passes(index)) {
          mask[(done + index) >>> 6] |= 1L << (done + index);
        }
      }
    }
  }

  /** -0.0 and 0.0 are equal. */
  private static int compare(double left, double right) {
    return Double.compare(left + 0.0, right + 0.0);
  }
}
