package io.gamay.query.plan;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TimestampText;
import io.gamay.segment.schema.Value;
import io.gamay.segment.schema.Value.BigDecimalValue;
import io.gamay.segment.schema.Value.BytesValue;
import io.gamay.segment.schema.Value.DoubleValue;
import io.gamay.segment.schema.Value.FloatValue;
import io.gamay.segment.schema.Value.IntValue;
import io.gamay.segment.schema.Value.LongValue;
import io.gamay.segment.schema.Value.StringValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HexFormat;
import java.util.Locale;

/**
 * What {@link TypedExpression.Convert} and CAST mean, one value at a time: the definition that
 * faster code agrees with. Fractions are cut towards zero; what does not fit the target is an
 * error, never another number. Text stands for a whole number only without a point.
 */
public final class ValueConverter {

  private static final int MAX_NUMBER_TEXT = 20_000;

  private ValueConverter() {}

  /** Whether values of one type convert to the other at all. */
  public static boolean isConvertible(DataType from, DataType to) {
    if (from == to || isText(from) || isText(to)) {
      return true;
    }
    return from != DataType.BYTES && to != DataType.BYTES;
  }

  /**
   * @throws QueryException if this value does not convert
   */
  public static Value convert(Value value, DataType from, DataType to) {
    if (from == to) {
      return value;
    }
    try {
      return switch (to) {
        case INT -> new IntValue(Math.toIntExact(toLong(value, from)));
        case LONG -> new LongValue(toLong(value, from));
        case FLOAT -> new FloatValue(toFloat(value, from));
        case DOUBLE -> new DoubleValue(toDouble(value, from));
        case BIG_DECIMAL -> new BigDecimalValue(decimal(value, from));
        case BOOLEAN -> new IntValue(toBoolean(value, from) ? 1 : 0);
        case TIMESTAMP -> new LongValue(millis(value, from));
        case STRING, JSON -> new StringValue(text(value, from));
        case BYTES -> new BytesValue(bytes(value, from));
      };
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw new QueryException(
          QueryErrorCode.QUERY_VALIDATION,
          "cannot convert %s '%s' to %s".formatted(from, text(value, from), to),
          e);
    }
  }

  /** The value as text, as CAST(x AS STRING) gives it. */
  public static String text(Value value, DataType type) {
    return switch (value) {
      case IntValue(int number) when type == DataType.BOOLEAN -> number == 0 ? "false" : "true";
      case IntValue(int number) -> Integer.toString(number);
      case LongValue(long number) when type == DataType.TIMESTAMP -> TimestampText.format(number);
      case LongValue(long number) -> Long.toString(number);
      case FloatValue(float number) -> Float.toString(number);
      case DoubleValue(double number) -> Double.toString(number);
      case BigDecimalValue(BigDecimal number) -> number.toPlainString();
      case StringValue(String text) -> text;
      case BytesValue(byte[] bytes) -> HexFormat.of().formatHex(bytes);
    };
  }

  private static boolean isText(DataType type) {
    return type == DataType.STRING || type == DataType.JSON;
  }

  private static long toLong(Value value, DataType from) {
    return switch (value) {
      case FloatValue(float number) -> truncated(new BigDecimal(number));
      case DoubleValue(double number) -> truncated(new BigDecimal(number));
      case StringValue(String text) -> Long.parseLong(text.strip());
      default -> truncated(decimal(value, from));
    };
  }

  private static long truncated(BigDecimal number) {
    return number.setScale(0, RoundingMode.DOWN).longValueExact();
  }

  private static float toFloat(Value value, DataType from) {
    return switch (value) {
      case FloatValue(float number) -> number;
      case DoubleValue(double number) -> (float) number;
      case StringValue(String text) -> Float.parseFloat(floating(text));
      default -> decimal(value, from).floatValue();
    };
  }

  /** A decimal number, NaN or an infinity: not the suffixes and hexadecimal forms of Java. */
  private static String floating(String text) {
    String stripped = text.strip();
    int last = stripped.length() - 1;
    boolean isJavaForm =
        last >= 0
            && (Character.toLowerCase(stripped.charAt(last)) == 'd'
                || Character.toLowerCase(stripped.charAt(last)) == 'f'
                || stripped.toLowerCase(Locale.ROOT).contains("x"));
    if (isJavaForm) {
      throw new IllegalArgumentException("not a number");
    }
    return stripped;
  }

  private static double toDouble(Value value, DataType from) {
    return switch (value) {
      case FloatValue(float number) -> number;
      case DoubleValue(double number) -> number;
      case StringValue(String text) -> Double.parseDouble(floating(text));
      default -> decimal(value, from).doubleValue();
    };
  }

  /** Numbers, BOOLEAN as 0 and 1, TIMESTAMP as milliseconds, text that is a number. */
  static BigDecimal decimal(Value value, DataType from) {
    return switch (value) {
      case IntValue(int number) -> BigDecimal.valueOf(number);
      case LongValue(long number) -> BigDecimal.valueOf(number);
      case FloatValue(float number) -> new BigDecimal(Float.toString(number));
      case DoubleValue(double number) -> BigDecimal.valueOf(number);
      case BigDecimalValue(BigDecimal number) -> number;
      case StringValue(String text) -> boundedDecimal(text.strip());
      case BytesValue _ -> throw new IllegalArgumentException(from + " is not a number");
    };
  }

  /**
   * A number whose digits fit in memory and are read in no time: an exponent of a billion is not
   * one, nor are a million digits.
   */
  private static BigDecimal boundedDecimal(String text) {
    if (text.length() > MAX_NUMBER_TEXT) {
      throw new IllegalArgumentException("number is too long");
    }
    BigDecimal number = new BigDecimal(text);
    if (Math.abs((long) number.scale()) > 10_000) {
      throw new IllegalArgumentException("exponent is too large");
    }
    return number;
  }

  private static boolean toBoolean(Value value, DataType from) {
    if (value instanceof StringValue(String text)) {
      return switch (text.strip().toLowerCase(Locale.ROOT)) {
        case "true", "1" -> true;
        case "false", "0" -> false;
        default -> throw new IllegalArgumentException("not a boolean");
      };
    }
    return decimal(value, from).signum() != 0;
  }

  private static long millis(Value value, DataType from) {
    return value instanceof StringValue(String text)
        ? TimestampText.parse(text.strip())
            .orElseThrow(() -> new IllegalArgumentException("not a timestamp: " + text))
        : toLong(value, from);
  }

  private static byte[] bytes(Value value, DataType from) {
    if (value instanceof StringValue(String text)) {
      return HexFormat.of().parseHex(text);
    }
    throw new IllegalArgumentException(from + " has no bytes");
  }
}
