package io.gamay.segment.forward;

/** Rows by their ends: those of the first format version. */
public record RowEnds(PackedReader ends) implements RowBounds {

  @Override
  public long start(int docId) {
    return docId == 0 ? 0 : ends.longAt(docId - 1);
  }

  @Override
  public long readEnds(int first, int count, int[] out) {
    long start = start(first);
    for (int index = 0; index < count; index++) {
      out[index] = Math.toIntExact(ends.longAt((long) first + index) - start);
    }
    return start;
  }

  @Override
  public void matchAny(int first, int count, long[] values, long[] rows) {
    int[] rowEnds = new int[count];
    readEnds(first, count, rowEnds);
    RowBits.clear(rows, count);
    int value = 0;
    for (int row = 0; row < count; row++) {
      long found = 0;
      for (; value < rowEnds[row]; value++) {
        found |= values[value >>> 6] >>> value & 1;
      }
      rows[row >>> 6] |= found << row;
    }
  }
}
