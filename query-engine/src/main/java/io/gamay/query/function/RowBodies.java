package io.gamay.query.function;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.BigDecimalCodec;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bodies out of a function of one row; it is not called for rows that are NULL. */
final class RowBodies {

  /** What a function may give for the rows of one block: the budget is asked only after it. */
  static final long MAX_BLOCK_BYTES = 64L << 20;

  /** Rows between two looks of the watch: a row may be a large document or polygon. */
  private static final int WATCHED_ROWS = 64;

  private static final byte[] EMPTY = {};

  private RowBodies() {}

  interface OfLong {
    long at(Vector[] arguments, int row);
  }

  interface OfInt {
    int at(Vector[] arguments, int row);
  }

  interface OfDouble {
    double at(Vector[] arguments, int row);
  }

  interface OfFlag {
    boolean at(Vector[] arguments, int row);
  }

  /** Java null is SQL NULL. */
  interface OfText {
    @Nullable String at(Vector[] arguments, int row);
  }

  /** Java null is SQL NULL. */
  interface OfBytes {
    byte @Nullable [] at(Vector[] arguments, int row);
  }

  /** Java null is SQL NULL. */
  interface OfDecimal {
    @Nullable BigDecimal at(Vector[] arguments, int row);
  }

  /** Java null is SQL NULL. */
  interface OfValue {
    @Nullable Value at(Vector[] arguments, int row);
  }

  /** Java null is SQL NULL. */
  interface OfList {
    @Nullable List<Value> at(Vector[] arguments, int row);
  }

  /** Fills rows in [from, end); ranges come in their order, without gaps. */
  private interface Range {
    void apply(Vector[] arguments, int from, int end, Vector out);
  }

  private static ScalarBody byRow(Range range) {
    return new ScalarBody() {
      @Override
      public void apply(Vector[] arguments, int rows, Vector out) {
        range.apply(arguments, 0, rows, out);
      }

      @Override
      public void apply(Vector[] arguments, int rows, Vector out, Watch watch) {
        for (int from = 0; from < rows; from += WATCHED_ROWS) {
          watch.look();
          range.apply(arguments, from, Math.min(rows, from + WATCHED_ROWS), out);
        }
      }
    };
  }

  static ScalarBody longs(OfLong function) {
    return byRow(
        (arguments, from, end, out) -> {
          long[] results = out.longs();
          for (int row = from; row < end; row++) {
            if (!out.isNull(row)) {
              results[row] = function.at(arguments, row);
            }
          }
        });
  }

  static ScalarBody ints(OfInt function) {
    return byRow(
        (arguments, from, end, out) -> {
          int[] results = out.ints();
          for (int row = from; row < end; row++) {
            if (!out.isNull(row)) {
              results[row] = function.at(arguments, row);
            }
          }
        });
  }

  static ScalarBody flags(OfFlag function) {
    return ints((arguments, row) -> function.at(arguments, row) ? 1 : 0);
  }

  static ScalarBody doubles(OfDouble function) {
    return byRow(
        (arguments, from, end, out) -> {
          double[] results = out.doubles();
          for (int row = from; row < end; row++) {
            if (!out.isNull(row)) {
              results[row] = Vector.canonical(function.at(arguments, row));
            }
          }
        });
  }

  static ScalarBody texts(OfText function) {
    return bytes(
        (arguments, row) -> {
          String text = function.at(arguments, row);
          return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
        });
  }

  static ScalarBody decimals(OfDecimal function) {
    return bytes(
        (arguments, row) -> {
          BigDecimal number = function.at(arguments, row);
          return number == null ? null : BigDecimalCodec.encode(number);
        });
  }

  static ScalarBody bytes(OfBytes function) {
    return byRow(
        (arguments, from, end, out) -> {
          for (int row = from; row < end; row++) {
            byte[] value = out.isNull(row) ? EMPTY : function.at(arguments, row);
            if (value == null) {
              out.setNull(row);
              value = EMPTY;
            }
            append(out, value);
          }
        });
  }

  static ScalarBody values(OfValue function) {
    return byRow(
        (arguments, from, end, out) -> {
          for (int row = from; row < end; row++) {
            Value value = out.isNull(row) ? null : function.at(arguments, row);
            if (value != null) {
              put(out, row, value);
              continue;
            }
            out.setNull(row);
            if (!out.type().isFixedWidth()) {
              append(out, EMPTY);
            }
          }
        });
  }

  static ScalarBody lists(OfList function) {
    return byRow(
        (arguments, from, end, out) -> {
          int count = from == 0 ? 0 : out.listEnds()[from - 1];
          for (int row = from; row < end; row++) {
            List<Value> values = out.isNull(row) ? null : function.at(arguments, row);
            if (values == null) {
              out.setNull(row);
            } else {
              out.resizeValues(count + values.size());
              for (Value value : values) {
                put(out, count++, value);
              }
            }
            out.listEnds()[row] = count;
          }
          out.resizeValues(count);
        });
  }

  /**
   * Appends the value of a row.
   *
   * @throws QueryException if the rows of the block take more than {@link #MAX_BLOCK_BYTES}
   */
  static void append(Vector out, byte[] value) {
    int before = out.bytes().count();
    long held = before == 0 ? 0 : out.bytes().end(before - 1);
    if (held + value.length > MAX_BLOCK_BYTES) {
      throw new QueryException(
          QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED,
          "a function gives more than %d bytes for %d rows: filter the rows or make its results shorter"
              .formatted(MAX_BLOCK_BYTES, before + 1));
    }
    int start = out.bytes().append(value.length);
    System.arraycopy(value, 0, out.bytes().bytes(), start, value.length);
  }

  /** Writes a value; those of varying width are appended. */
  static void put(Vector out, int index, Value value) {
    switch (value) {
      case Value.IntValue(int v) -> out.ints()[index] = v;
      case Value.LongValue(long v) -> out.longs()[index] = v;
      case Value.FloatValue(float v) -> out.floats()[index] = Vector.canonical(v);
      case Value.DoubleValue(double v) -> out.doubles()[index] = Vector.canonical(v);
      case Value.StringValue(String v) -> append(out, v.getBytes(StandardCharsets.UTF_8));
      case Value.BytesValue(byte[] v) -> append(out, v);
      case Value.BigDecimalValue(BigDecimal v) -> append(out, BigDecimalCodec.encode(v));
    }
  }
}
