package io.gamay.ingest.decode;

import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.List;

/** Columns for one record, shown as text: a list of values, "missing", or a value. */
final class DecodedRow {

  private final FieldWriter[] writers;

  DecodedRow(List<ColumnSpec> specs) {
    writers =
        specs.stream().map(ColumnBuffer::new).map(FieldWriter::new).toArray(FieldWriter[]::new);
  }

  FieldWriter[] writers() {
    return writers;
  }

  static List<String> names(List<ColumnSpec> specs) {
    return specs.stream().map(ColumnSpec::name).toList();
  }

  List<String> shown() {
    List<String> shown = new ArrayList<>();
    for (FieldWriter writer : writers) {
      shown.add(shown(writer.column()));
    }
    return shown;
  }

  /** Of the first row. */
  static String shown(ColumnBuffer column) {
    if (column.rowCount() == 0) {
      return "missing";
    }
    List<String> values = new ArrayList<>();
    for (int value = column.firstValue(0); value < column.endValue(0); value++) {
      values.add(shown(column.valueAt(value)));
    }
    return column.spec().singleValue() ? values.getFirst() : values.toString();
  }

  private static String shown(Value value) {
    return switch (value) {
      case Value.IntValue(int v) -> Integer.toString(v);
      case Value.LongValue(long v) -> Long.toString(v);
      case Value.FloatValue(float v) -> Float.toString(v);
      case Value.DoubleValue(double v) -> Double.toString(v);
      case Value.StringValue(String v) -> v;
      case Value.BytesValue(byte[] v) -> java.util.HexFormat.of().formatHex(v);
      case Value.BigDecimalValue(var v) -> v.toPlainString();
    };
  }
}
