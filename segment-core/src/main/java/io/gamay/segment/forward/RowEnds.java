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
}
