package io.gamay.query.evaluate;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.ValueConverter;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.BigDecimalCodec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Conversion of each element to another type, as {@link ValueConverter} defines it. What does not
 * convert fails the query; what stands in rows that are NULL never does.
 */
final class ConvertExpression extends BlockExpression {

  /** No decimal that is written out or cut to an integer has more digits. */
  private static final int MAX_PLAIN_DIGITS = 10_000;

  private final DataType source;
  private final DataType target;
  private final BlockExpression operand;

  ConvertExpression(ResultType source, ResultType target, BlockExpression operand) {
    super(target);
    this.source = source.element();
    this.target = target.element();
    this.operand = operand;
  }

  @Override
  protected void compute(Block block, Vector out) {
    Vector values = operand.evaluate(block);
    int rows = block.count();
    out.clear();
    out.resize(rows);
    if (values.isList()) {
      System.arraycopy(values.listEnds(), 0, out.listEnds(), 0, rows);
      out.resizeValues(rows == 0 ? 0 : values.listEnds()[rows - 1]);
    }
    for (int row = 0; row < rows; row++) {
      int from = values.isList() ? values.listStart(row) : row;
      int end = values.isList() ? values.listEnds()[row] : row + 1;
      boolean isNull = values.isNull(row);
      if (isNull) {
        out.setNull(row);
      }
      for (int value = from; value < end; value++) {
        if (!isNull) {
          convert(values, value, out);
        } else if (!out.type().isFixedWidth()) {
          out.bytes().append(0);
        }
      }
    }
  }

  private void convert(Vector in, int value, Vector out) {
    switch (in.type()) {
      case INT -> convertInteger(in.ints()[value], in, value, out);
      case LONG -> convertInteger(in.longs()[value], in, value, out);
      case FLOAT -> convertReal(in.floats()[value], in, value, out);
      case DOUBLE -> convertReal(in.doubles()[value], in, value, out);
      case STRING, BYTES, BIG_DECIMAL -> convertSlowly(in, value, out);
    }
  }

  private void convertInteger(long number, Vector in, int value, Vector out) {
    switch (target) {
      case INT -> {
        if (number != (int) number) {
          throw fails(in, value);
        }
        out.ints()[value] = (int) number;
      }
      case LONG, TIMESTAMP -> out.longs()[value] = number;
      case BOOLEAN -> out.ints()[value] = number != 0 ? 1 : 0;
      case FLOAT -> out.floats()[value] = number;
      case DOUBLE -> out.doubles()[value] = number;
      case BIG_DECIMAL, STRING, JSON, BYTES -> convertSlowly(in, value, out);
    }
  }

  private void convertReal(double number, Vector in, int value, Vector out) {
    switch (target) {
      case INT -> {
        if (!(number > -0x1p31 - 1 && number < 0x1p31)) {
          throw fails(in, value);
        }
        out.ints()[value] = (int) number;
      }
      case LONG, TIMESTAMP -> {
        if (!(number >= -0x1p63 && number < 0x1p63)) {
          throw fails(in, value);
        }
        out.longs()[value] = (long) number;
      }
      case FLOAT -> out.floats()[value] = Vector.canonical((float) number);
      case DOUBLE -> out.doubles()[value] = number;
      case BOOLEAN, BIG_DECIMAL, STRING, JSON, BYTES -> convertSlowly(in, value, out);
    }
  }

  /** By way of boxed values. */
  private void convertSlowly(Vector in, int value, Vector out) {
    Value before = in.element(value);
    if (before instanceof Value.BigDecimalValue(BigDecimal number) && isTooLong(number)) {
      throw fails(in, value);
    }
    Value after;
    try {
      after = ValueConverter.convert(before, source, target);
    } catch (QueryException e) {
      throw new QueryException(QueryErrorCode.QUERY_EXECUTION, shortened(e.getMessage()), e);
    }
    switch (after) {
      case Value.IntValue(int v) -> out.ints()[value] = v;
      case Value.LongValue(long v) -> out.longs()[value] = v;
      case Value.FloatValue(float v) -> out.floats()[value] = Vector.canonical(v);
      case Value.DoubleValue(double v) -> out.doubles()[value] = Vector.canonical(v);
      case Value.StringValue(String v) -> append(out, v.getBytes(StandardCharsets.UTF_8));
      case Value.BytesValue(byte[] v) -> append(out, v);
      case Value.BigDecimalValue(BigDecimal v) -> append(out, BigDecimalCodec.encode(v));
    }
  }

  /** Whether a decimal is written out or cut on the way, and has too many digits for that. */
  private boolean isTooLong(BigDecimal number) {
    return switch (target) {
      case INT, LONG, TIMESTAMP, STRING, JSON -> Math.abs((long) number.scale()) > MAX_PLAIN_DIGITS;
      case FLOAT, DOUBLE, BIG_DECIMAL, BOOLEAN, BYTES -> false;
    };
  }

  private QueryException fails(Vector in, int value) {
    return new QueryException(
        QueryErrorCode.QUERY_EXECUTION,
        shortened(
            "cannot convert %s '%s' to %s".formatted(source, shown(in.element(value)), target)));
  }

  private String shown(Value value) {
    return value instanceof Value.BigDecimalValue(BigDecimal number)
        ? number.toString()
        : ValueConverter.text(value, source);
  }

  private static String shortened(@Nullable String message) {
    String text = String.valueOf(message);
    return text.length() > 200 ? text.substring(0, 200) + "..." : text;
  }

  private static void append(Vector out, byte[] encoded) {
    int start = out.bytes().append(encoded.length);
    System.arraycopy(encoded, 0, out.bytes().bytes(), start, encoded.length);
  }
}
