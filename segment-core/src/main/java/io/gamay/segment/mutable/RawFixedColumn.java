package io.gamay.segment.mutable;

import io.gamay.segment.dictionary.CanonicalFloats;
import io.gamay.segment.memory.FixedWidthVector;
import io.gamay.segment.memory.MemoryAccount;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.ColumnSpec;

/** An INT, LONG, FLOAT or DOUBLE column without a dictionary; floats in canonical form. */
final class RawFixedColumn implements MutableColumn {

  private final ColumnSpec spec;
  private final FixedWidthVector values;
  private final NullBits nulls;

  /** Bounds and order in numbers that are ordered as the values are. */
  private final OrderTracker order = new OrderTracker();

  private final ZoneBounds zones;

  RawFixedColumn(ColumnSpec spec, MemoryAccount memory) {
    this.spec = spec;
    this.values = new FixedWidthVector(memory, spec.storedType().widthBytes());
    this.nulls = new NullBits(memory);
    this.zones = new ZoneBounds(memory);
  }

  @Override
  public void append(ColumnBuffer buffer, int fromRow, int toRow) {
    nulls.append(buffer, fromRow, toRow, values.size());
    switch (spec.storedType()) {
      case INT -> appendInts(buffer.ints(), fromRow, toRow);
      case LONG -> appendLongs(buffer.longs(), fromRow, toRow);
      case FLOAT -> appendFloats(buffer.floats(), fromRow, toRow);
      case DOUBLE -> appendDoubles(buffer.doubles(), fromRow, toRow);
      case STRING, BYTES, BIG_DECIMAL ->
          throw new IllegalStateException("not a column of fixed width: " + spec);
    }
  }

  @Override
  public RawFixedColumnView view(int docCount) {
    return new RawFixedColumnView(
        new ViewFrame(spec, docCount, nulls.view(docCount)),
        values.view(),
        order.min(),
        order.max(),
        order.firstUnsortedDoc(),
        zones.view());
  }

  private void appendInts(int[] source, int from, int to) {
    order.addAll(source, from, to);
    zones.addAll(source, from, to);
    values.appendInts(source, from, to);
  }

  private void appendLongs(long[] source, int from, int to) {
    order.addAll(source, from, to);
    zones.addAll(source, from, to);
    values.appendLongs(source, from, to);
  }

  private void appendFloats(float[] source, int from, int to) {
    for (int i = from; i < to; i++) {
      float value = CanonicalFloats.canonical(source[i]);
      int sortable = CanonicalFloats.sortableBits(value);
      order.add(sortable);
      zones.add(sortable);
      values.appendInt(Float.floatToRawIntBits(value));
    }
  }

  private void appendDoubles(double[] source, int from, int to) {
    for (int i = from; i < to; i++) {
      double value = CanonicalFloats.canonical(source[i]);
      long sortable = CanonicalFloats.sortableBits(value);
      order.add(sortable);
      zones.add(sortable);
      values.appendLong(Double.doubleToRawLongBits(value));
    }
  }
}
