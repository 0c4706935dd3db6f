package io.gamay.query.evaluate;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.plan.ResultType;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.BigDecimalCodec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.StoredType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;

/**
 * Conversion of each element to another type. Numbers to integers drop what is behind the point and
 * fail out of range; text must be a number of the type as Java writes it, {@code true} or {@code
 * false} (1, 0), a timestamp, or hex digits. What does not convert fails the query; what stands in
 * rows that are NULL never does.
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
    switch (target) {
      case INT -> {
        long number = toLong(in, value);
        if (number != (int) number) {
          throw fails(in, value);
        }
        out.ints()[value] = (int) number;
      }
      case LONG -> out.longs()[value] = toLong(in, value);
      case TIMESTAMP -> out.longs()[value] = toTimestamp(in, value);
      case BOOLEAN -> out.ints()[value] = toBoolean(in, value) ? 1 : 0;
      case FLOAT -> out.floats()[value] = Vector.canonical(toFloat(in, value));
      case DOUBLE -> out.doubles()[value] = Vector.canonical(toDouble(in, value));
      case BIG_DECIMAL -> append(out, BigDecimalCodec.encode(toDecimal(in, value)));
      case STRING, JSON -> append(out, toText(in, value));
      case BYTES -> append(out, toBytes(in, value));
    }
  }

  private long toLong(Vector in, int value) {
    return switch (in.type()) {
      case INT -> in.ints()[value];
      case LONG -> in.longs()[value];
      case FLOAT -> truncated(in.floats()[value], in, value);
      case DOUBLE -> truncated(in.doubles()[value], in, value);
      case BIG_DECIMAL -> truncated(in.decimalAt(value), in, value);
      case STRING -> {
        try {
          yield Long.parseLong(in.stringAt(value).strip());
        } catch (NumberFormatException e) {
          throw fails(in, value);
        }
      }
      case BYTES -> throw fails(in, value);
    };
  }

  private long truncated(double number, Vector in, int value) {
    if (number >= -0x1p63 && number < 0x1p63) {
      return (long) number;
    }
    throw fails(in, value);
  }

  private long truncated(BigDecimal number, Vector in, int value) {
    if ((long) number.precision() - number.scale() > 19) {
      throw fails(in, value);
    }
    if ((long) number.precision() - number.scale() <= 0) {
      return 0;
    }
    try {
      return number.toBigInteger().longValueExact();
    } catch (ArithmeticException e) {
      throw fails(in, value);
    }
  }

  private long toTimestamp(Vector in, int value) {
    if (in.type() != StoredType.STRING) {
      return toLong(in, value);
    }
    OptionalLong millis = TimestampText.parse(in.stringAt(value));
    if (millis.isEmpty()) {
      throw fails(in, value);
    }
    return millis.getAsLong();
  }

  private boolean toBoolean(Vector in, int value) {
    return switch (in.type()) {
      case INT -> in.ints()[value] != 0;
      case LONG -> in.longs()[value] != 0;
      case FLOAT -> in.floats()[value] != 0;
      case DOUBLE -> in.doubles()[value] != 0;
      case BIG_DECIMAL -> in.decimalAt(value).signum() != 0;
      case STRING -> {
        String text = in.stringAt(value).strip();
        if (text.equalsIgnoreCase("true") || text.equals("1")) {
          yield true;
        }
        if (text.equalsIgnoreCase("false") || text.equals("0")) {
          yield false;
        }
        throw fails(in, value);
      }
      case BYTES -> throw fails(in, value);
    };
  }

  private float toFloat(Vector in, int value) {
    return switch (in.type()) {
      case INT -> in.ints()[value];
      case LONG -> in.longs()[value];
      case FLOAT -> in.floats()[value];
      case DOUBLE -> (float) in.doubles()[value];
      case BIG_DECIMAL -> in.decimalAt(value).floatValue();
      case STRING -> {
        try {
          yield Float.parseFloat(in.stringAt(value));
        } catch (NumberFormatException e) {
          throw fails(in, value);
        }
      }
      case BYTES -> throw fails(in, value);
    };
  }

  private double toDouble(Vector in, int value) {
    return switch (in.type()) {
      case INT -> in.ints()[value];
      case LONG -> in.longs()[value];
      case FLOAT -> in.floats()[value];
      case DOUBLE -> in.doubles()[value];
      case BIG_DECIMAL -> in.decimalAt(value).doubleValue();
      case STRING -> {
        try {
          yield Double.parseDouble(in.stringAt(value));
        } catch (NumberFormatException e) {
          throw fails(in, value);
        }
      }
      case BYTES -> throw fails(in, value);
    };
  }

  private BigDecimal toDecimal(Vector in, int value) {
    try {
      return switch (in.type()) {
        case INT -> BigDecimal.valueOf(in.ints()[value]);
        case LONG -> BigDecimal.valueOf(in.longs()[value]);
        case FLOAT -> new BigDecimal(Float.toString(in.floats()[value]));
        case DOUBLE -> BigDecimal.valueOf(in.doubles()[value]);
        case BIG_DECIMAL -> in.decimalAt(value);
        case STRING -> new BigDecimal(in.stringAt(value).strip());
        case BYTES -> throw fails(in, value);
      };
    } catch (NumberFormatException e) {
      throw fails(in, value);
    }
  }

  private byte[] toText(Vector in, int value) {
    return text(in, value).getBytes(StandardCharsets.UTF_8);
  }

  private String text(Vector in, int value) {
    return switch (in.type()) {
      case INT ->
          source == DataType.BOOLEAN
              ? Boolean.toString(in.ints()[value] != 0)
              : Integer.toString(in.ints()[value]);
      case LONG ->
          source == DataType.TIMESTAMP
              ? TimestampText.format(in.longs()[value])
              : Long.toString(in.longs()[value]);
      case FLOAT -> Float.toString(in.floats()[value]);
      case DOUBLE -> Double.toString(in.doubles()[value]);
      case BIG_DECIMAL -> {
        BigDecimal number = in.decimalAt(value);
        boolean writable = Math.abs((long) number.scale()) + number.precision() <= MAX_PLAIN_DIGITS;
        yield writable ? number.toPlainString() : number.toString();
      }
      case STRING -> in.stringAt(value);
      case BYTES ->
          HexFormat.of()
              .formatHex(in.bytes().bytes(), in.bytes().start(value), in.bytes().end(value));
    };
  }

  private byte[] toBytes(Vector in, int value) {
    return switch (in.type()) {
      case BYTES ->
          Arrays.copyOfRange(in.bytes().bytes(), in.bytes().start(value), in.bytes().end(value));
      case STRING -> {
        try {
          yield HexFormat.of().parseHex(in.stringAt(value));
        } catch (IllegalArgumentException e) {
          throw fails(in, value);
        }
      }
      case INT, LONG, FLOAT, DOUBLE, BIG_DECIMAL -> throw fails(in, value);
    };
  }

  private QueryException fails(Vector in, int value) {
    String shown = text(in, value);
    return new QueryException(
        QueryErrorCode.QUERY_EXECUTION,
        "cannot convert %s '%s' to %s"
            .formatted(
                source, shown.length() > 100 ? shown.substring(0, 100) + "..." : shown, target));
  }

  private static void append(Vector out, byte[] encoded) {
    int start = out.bytes().append(encoded.length);
    System.arraycopy(encoded, 0, out.bytes().bytes(), start, encoded.length);
  }
}
