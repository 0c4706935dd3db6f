package io.gamay.benchmarks.mutable;

import io.gamay.segment.row.ColumnBuffer;

/** Copies rows between buffers of the same type. */
final class ColumnCopier {

  private ColumnCopier() {}

  static void copyRow(ColumnBuffer source, int row, ColumnBuffer target) {
    if (source.isNull(row)) {
      target.appendNull();
      return;
    }
    for (int value = source.firstValue(row); value < source.endValue(row); value++) {
      switch (source.spec().storedType()) {
        case INT -> target.appendInt(source.ints()[value]);
        case LONG -> target.appendLong(source.longs()[value]);
        case FLOAT -> target.appendFloat(source.floats()[value]);
        case DOUBLE -> target.appendDouble(source.doubles()[value]);
        case STRING, BYTES, BIG_DECIMAL -> {
          int start = source.byteStart(value);
          target.appendBytes(source.bytes(), start, source.byteEnd(value) - start);
        }
      }
    }
    if (!source.spec().singleValue()) {
      target.endRow();
    }
  }
}
