package io.gamay.segment.mutable;

import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import java.util.ArrayList;
import java.util.List;

/** Rows as plain lists, for comparison. */
final class SegmentModel {

  /**
   * One row.
   *
   * @param cells by column, as they are stored: the default where missing, floats canonical
   * @param nulls by column, whether the value is missing
   */
  record Row(long offset, List<List<Value>> cells, List<Boolean> nulls) {}

  final TableSchema schema;
  final List<Row> rows = new ArrayList<>();
  private final List<List<Value>> pools = new ArrayList<>();

  SegmentModel(TableSchema schema, SeededRandom random) {
    this.schema = schema;
    for (ColumnSpec spec : schema.columns()) {
      List<Value> pool = new ArrayList<>();
      int size = random.oneOf(List.of(1, 3, 40, 700));
      for (int i = 0; i < size; i++) {
        pool.add(anyValue(spec, random));
      }
      if (random.chance(0.2)) {
        pool.sort(null);
      }
      pools.add(pool);
    }
  }

  /** Adds rows to a batch and to this model; offsets begin at or behind {@code from}. */
  long fill(RowBatch batch, int count, long from, double nullChance, SeededRandom random) {
    long offset = from;
    for (int i = 0; i < count; i++) {
      offset += random.chance(0.1) ? random.between(1, 5) : 0;
      List<List<Value>> cells = new ArrayList<>();
      List<Boolean> nulls = new ArrayList<>();
      for (int column = 0; column < pools.size(); column++) {
        boolean isNull = random.chance(nullChance);
        nulls.add(isNull);
        cells.add(
            isNull
                ? appendNull(batch.column(column))
                : appendCell(batch.column(column), pools.get(column), random));
      }
      batch.endRow(offset);
      rows.add(new Row(offset, cells, nulls));
      offset++;
    }
    return offset;
  }

  List<Value> stored(int row, int column) {
    return rows.get(row).cells().get(column);
  }

  boolean isNull(int row, int column) {
    return rows.get(row).nulls().get(column);
  }

  int rowsBelow(long offset) {
    return (int) rows.stream().filter(row -> row.offset() < offset).count();
  }

  static Value canonical(Value value) {
    return switch (value) {
      case Value.FloatValue(float v) when v == 0 -> new Value.FloatValue(0);
      case Value.FloatValue(float v) when Float.isNaN(v) -> new Value.FloatValue(Float.NaN);
      case Value.DoubleValue(double v) when v == 0 -> new Value.DoubleValue(0);
      case Value.DoubleValue(double v) when Double.isNaN(v) -> new Value.DoubleValue(Double.NaN);
      default -> value;
    };
  }

  static Value anyValue(ColumnSpec spec, SeededRandom random) {
    return switch (spec.type()) {
      case INT -> new Value.IntValue(random.anyInt());
      case BOOLEAN -> new Value.IntValue(random.nextInt(2));
      case LONG, TIMESTAMP -> new Value.LongValue(random.anyLong());
      case FLOAT -> new Value.FloatValue(random.anyFloat());
      case DOUBLE -> new Value.DoubleValue(random.anyDouble());
      case BIG_DECIMAL -> new Value.BigDecimalValue(random.anyDecimal(30));
      case STRING, JSON -> new Value.StringValue(random.anyString(random.chance(0.05) ? 500 : 20));
      case BYTES -> new Value.BytesValue(random.anyBytes(24));
    };
  }

  private static List<Value> appendNull(ColumnBuffer buffer) {
    buffer.appendNull();
    return List.of(canonical(buffer.spec().defaultValue()));
  }

  private static List<Value> appendCell(
      ColumnBuffer buffer, List<Value> pool, SeededRandom random) {
    if (buffer.spec().singleValue()) {
      Value value = random.oneOf(pool);
      buffer.append(value);
      return List.of(canonical(value));
    }
    List<Value> values = new ArrayList<>();
    int count = random.chance(0.02) ? random.between(1, 600) : random.between(1, 4);
    for (int i = 0; i < count; i++) {
      Value value = random.oneOf(pool);
      buffer.append(value);
      values.add(canonical(value));
    }
    buffer.endRow();
    return values;
  }
}
