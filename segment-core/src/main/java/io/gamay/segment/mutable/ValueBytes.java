package io.gamay.segment.mutable;

import io.gamay.segment.row.ColumnBuffer;

/** How many bytes values of varying width have together. */
final class ValueBytes {

  private ValueBytes() {}

  /** Of the rows [fromRow, toRow), at least one; 0 for values of fixed width. */
  static long ofRows(ColumnBuffer buffer, int fromRow, int toRow) {
    if (buffer.spec().storedType().isFixedWidth()) {
      return 0;
    }
    int last = buffer.endValue(toRow - 1) - 1;
    return (long) buffer.byteEnd(last) - buffer.byteStart(buffer.firstValue(fromRow));
  }
}
