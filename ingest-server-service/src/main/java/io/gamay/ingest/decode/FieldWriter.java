package io.gamay.ingest.decode;

import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.BigDecimalCodec;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TimestampText;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.OptionalLong;

/**
 * Appends values of a record format to one column, converting to the column's type where nothing is
 * lost. The nearest FLOAT or DOUBLE of a decimal number counts as nothing lost, as does dropping
 * fractions of a millisecond. Each {@code write} appends one value (of a row, or an element of a
 * multi-value row) only if it returns {@link Written#VALUE}. One thread.
 */
public final class FieldWriter {

  /** What became of a value. */
  public enum Written {
    VALUE,
    /** The value stands for no value (NaN); nothing was appended. */
    MISSING,
    /** The value does not convert; nothing was appended. */
    WRONG_TYPE,
    /**
     * The value is longer than the column allows, and the column wants such records rejected;
     * nothing was appended.
     */
    TOO_LONG
  }

  /**
   * Decimals with more digits than this, written out, are refused: one record must not fill an
   * answer.
   */
  private static final int MAX_PLAIN_DIGITS = 10_000;

  /**
   * Numbers of more characters than this are refused: the time to read one as a decimal grows with
   * the square of its digits.
   */
  private static final int MAX_NUMBER = MAX_PLAIN_DIGITS + 32;

  /** Text longer than this is not tried as a number. */
  private static final int MAX_NUMBER_TEXT = 1_000;

  private final ColumnBuffer column;
  private final ColumnSpec spec;
  private final DataType type;
  private final boolean isSingleValue;

  /** Text of so many bytes has no more characters than the column allows. */
  private final int maxLength;

  public FieldWriter(ColumnBuffer column) {
    this.column = column;
    this.spec = column.spec();
    this.type = spec.type();
    this.isSingleValue = spec.singleValue();
    this.maxLength = spec.maxLength().orElse(Integer.MAX_VALUE);
  }

  public ColumnBuffer column() {
    return column;
  }

  DataType type() {
    return type;
  }

  boolean isSingleValue() {
    return isSingleValue;
  }

  int maxLength() {
    return maxLength;
  }

  /**
   * A number whose text is {@code source[from, to)}, in JSON's grammar.
   *
   * @param isLong whether it is written without fraction and exponent and fits a LONG
   * @param value the number, if {@code isLong}
   */
  public Written writeNumber(byte[] source, int from, int to, boolean isLong, long value) {
    return switch (type) {
      case INT, LONG, TIMESTAMP, BOOLEAN ->
          isLong ? writeLong(value) : writeExact(source, from, to, MAX_NUMBER);
      case DOUBLE -> isLong ? writeLong(value) : writeDouble(DoubleText.parse(source, from, to));
      case FLOAT ->
          isLong ? writeLong(value) : writeFloat(Float.parseFloat(ascii(source, from, to)));
      case BIG_DECIMAL -> writeExact(source, from, to, MAX_NUMBER);
      case STRING, JSON -> writeText(source, from, to);
      case BYTES -> Written.WRONG_TYPE;
    };
  }

  public Written writeBoolean(boolean value) {
    return switch (type) {
      case INT, LONG, FLOAT, DOUBLE, BIG_DECIMAL, BOOLEAN -> writeLong(value ? 1 : 0);
      case STRING, JSON -> {
        byte[] text = (value ? "true" : "false").getBytes(StandardCharsets.US_ASCII);
        yield writeText(text, 0, text.length);
      }
      case TIMESTAMP, BYTES -> Written.WRONG_TYPE;
    };
  }

  /** Text {@code source[from, to)}, valid UTF-8. */
  public Written writeString(byte[] source, int from, int to) {
    return switch (type) {
      case STRING -> writeText(source, from, to);
      case JSON -> writeJsonText(source, from, to);
      case INT, LONG, BIG_DECIMAL -> writeExact(source, from, to, MAX_NUMBER_TEXT);
      case FLOAT, DOUBLE -> writeFloatingText(source, from, to);
      case BOOLEAN -> writeBooleanText(source, from, to);
      case TIMESTAMP -> {
        OptionalLong millis = TimestampText.parse(utf8(source, from, to));
        yield millis.isPresent() ? writeLong(millis.getAsLong()) : Written.WRONG_TYPE;
      }
      case BYTES -> writeHex(source, from, to);
    };
  }

  /** A JSON object or list, valid and without spaces between tokens. */
  public Written writeJson(byte[] source, int from, int to) {
    return switch (type) {
      case STRING, JSON -> writeText(source, from, to);
      case INT, LONG, FLOAT, DOUBLE, BIG_DECIMAL, BOOLEAN, TIMESTAMP, BYTES -> Written.WRONG_TYPE;
    };
  }

  /** An integer. */
  public Written writeLong(long value) {
    switch (type) {
      case INT -> {
        if (value != (int) value) {
          return Written.WRONG_TYPE;
        }
        column.appendInt((int) value);
      }
      case BOOLEAN -> {
        if (value != 0 && value != 1) {
          return Written.WRONG_TYPE;
        }
        column.appendInt((int) value);
      }
      case LONG, TIMESTAMP -> column.appendLong(value);
      case FLOAT -> column.appendFloat((float) value);
      case DOUBLE -> column.appendDouble((double) value);
      case BIG_DECIMAL -> {
        return writeDecimal(BigDecimal.valueOf(value));
      }
      case STRING, JSON -> {
        byte[] digits = Long.toString(value).getBytes(StandardCharsets.US_ASCII);
        return writeText(digits, 0, digits.length);
      }
      case BYTES -> {
        return Written.WRONG_TYPE;
      }
    }
    return Written.VALUE;
  }

  /**
   * A binary floating-point number; NaN is no value.
   *
   * @param isFloat whether it has a FLOAT's precision, which decides how it reads as text
   */
  public Written writeFloating(double value, boolean isFloat) {
    if (Double.isNaN(value)) {
      return Written.MISSING;
    }
    if (Double.isInfinite(value)) {
      return writeInfinite(value);
    }
    return switch (type) {
      case DOUBLE -> writeDouble(value);
      case FLOAT -> writeFloat((float) value);
      case INT, LONG, TIMESTAMP, BOOLEAN -> {
        long whole = (long) value;
        yield whole == value && whole != Long.MAX_VALUE ? writeLong(whole) : Written.WRONG_TYPE;
      }
      case BIG_DECIMAL -> writeDecimal(new BigDecimal(shortest(value, isFloat)));
      case STRING, JSON -> writeAscii(shortest(value, isFloat));
      case BYTES -> Written.WRONG_TYPE;
    };
  }

  /** A decimal number. */
  public Written writeDecimalNumber(BigDecimal value) {
    return switch (type) {
      case INT, LONG, TIMESTAMP, BOOLEAN -> writeIntegral(value);
      case DOUBLE -> writeDouble(value.doubleValue());
      case FLOAT -> writeFloat(value.floatValue());
      case BIG_DECIMAL -> writeDecimal(value);
      case STRING, JSON -> writeAscii(value.toString());
      case BYTES -> Written.WRONG_TYPE;
    };
  }

  /** Bytes {@code source[from, to)} without a meaning; as text they are hexadecimal. */
  public Written writeBytes(byte[] source, int from, int to) {
    return switch (type) {
      case BYTES -> writeRawBytes(source, from, to);
      case STRING -> writeAscii(HexFormat.of().formatHex(source, from, to));
      case JSON -> writeAscii('"' + HexFormat.of().formatHex(source, from, to) + '"');
      case INT, LONG, FLOAT, DOUBLE, BIG_DECIMAL, BOOLEAN, TIMESTAMP -> Written.WRONG_TYPE;
    };
  }

  private Written writeInfinite(double value) {
    return switch (type) {
      case DOUBLE -> {
        column.appendDouble(value);
        yield Written.VALUE;
      }
      case FLOAT -> {
        column.appendFloat((float) value);
        yield Written.VALUE;
      }
      case STRING -> writeAscii(Double.toString(value));
      case JSON -> writeAscii('"' + Double.toString(value) + '"');
      case INT, LONG, TIMESTAMP, BOOLEAN, BIG_DECIMAL, BYTES -> Written.WRONG_TYPE;
    };
  }

  private static String shortest(double value, boolean isFloat) {
    return isFloat ? Float.toString((float) value) : Double.toString(value);
  }

  private Written writeAscii(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return writeText(bytes, 0, bytes.length);
  }

  /** 5.0 and 1e3 are integers too. */
  private Written writeIntegral(BigDecimal value) {
    try {
      return writeLong(value.longValueExact());
    } catch (ArithmeticException notAnInteger) {
      return Written.WRONG_TYPE;
    }
  }

  private Written writeDouble(double value) {
    if (Double.isNaN(value)) {
      return Written.MISSING;
    }
    if (Double.isInfinite(value)) {
      return Written.WRONG_TYPE;
    }
    column.appendDouble(value == 0 ? 0.0 : value);
    return Written.VALUE;
  }

  private Written writeFloat(float value) {
    if (Float.isNaN(value)) {
      return Written.MISSING;
    }
    if (Float.isInfinite(value)) {
      return Written.WRONG_TYPE;
    }
    column.appendFloat(value == 0 ? 0.0f : value);
    return Written.VALUE;
  }

  private Written writeDecimal(BigDecimal value) {
    if (value.precision() + Math.abs((long) value.scale()) > MAX_PLAIN_DIGITS) {
      return Written.WRONG_TYPE;
    }
    byte[] encoded = BigDecimalCodec.encode(value);
    column.appendBytes(encoded, 0, encoded.length);
    return Written.VALUE;
  }

  /** A number without loss; also one whose exponent is beyond what decimals have is refused. */
  private Written writeExact(byte[] source, int from, int to, int maxCharacters) {
    if (from == to || to - from > maxCharacters) {
      return Written.WRONG_TYPE;
    }
    try {
      BigDecimal value = decimalOf(source, from, to);
      return type == DataType.BIG_DECIMAL ? writeDecimal(value) : writeIntegral(value);
    } catch (NumberFormatException notANumber) {
      return Written.WRONG_TYPE;
    }
  }

  private Written writeFloatingText(byte[] source, int from, int to) {
    if (from == to || to - from > MAX_NUMBER_TEXT) {
      return Written.WRONG_TYPE;
    }
    String text = ascii(source, from, to);
    switch (text) {
      case "NaN" -> {
        return Written.MISSING;
      }
      case "Infinity", "-Infinity" -> {
        double infinite = Double.parseDouble(text);
        if (type == DataType.FLOAT) {
          column.appendFloat((float) infinite);
        } else {
          column.appendDouble(infinite);
        }
        return Written.VALUE;
      }
      default -> {
        try {
          BigDecimal value = decimalOf(source, from, to);
          return type == DataType.FLOAT
              ? writeFloat(value.floatValue())
              : writeDouble(value.doubleValue());
        } catch (NumberFormatException notANumber) {
          return Written.WRONG_TYPE;
        }
      }
    }
  }

  private Written writeBooleanText(byte[] source, int from, int to) {
    String text = ascii(source, from, Math.min(to, from + 6));
    if (text.equalsIgnoreCase("true") || text.equals("1")) {
      return writeLong(1);
    }
    if (text.equalsIgnoreCase("false") || text.equals("0")) {
      return writeLong(0);
    }
    return Written.WRONG_TYPE;
  }

  private Written writeHex(byte[] source, int from, int to) {
    byte[] value;
    try {
      value = HexFormat.of().parseHex(ascii(source, from, to));
    } catch (IllegalArgumentException notHex) {
      return Written.WRONG_TYPE;
    }
    return writeRawBytes(value, 0, value.length);
  }

  private Written writeRawBytes(byte[] source, int from, int to) {
    if (to - from > maxLength) {
      return writeTooLong(source, from, from + maxLength, to);
    }
    column.appendBytes(source, from, to - from);
    return Written.VALUE;
  }

  /** A string in a JSON column is a document if it parses as one, else it is a JSON string. */
  private Written writeJsonText(byte[] source, int from, int to) {
    if (new JsonScanner().isDocument(source, from, to)) {
      return writeText(source, from, to);
    }
    byte[] quoted = JsonScanner.quote(source, from, to);
    return writeText(quoted, 0, quoted.length);
  }

  private Written writeText(byte[] source, int from, int to) {
    if (to - from > maxLength) {
      int keptEnd = Utf8.endOfCharacters(source, from, to, maxLength);
      if (keptEnd < to) {
        return writeTooLong(source, from, keptEnd, to);
      }
    }
    column.appendBytes(source, from, to - from);
    return Written.VALUE;
  }

  private Written writeTooLong(byte[] source, int from, int keptEnd, int to) {
    switch (spec.onTooLong()) {
      case TRIM -> column.appendBytes(source, from, keptEnd - from);
      case KEEP -> column.appendBytes(source, from, to - from);
      case USE_DEFAULT -> column.append(spec.defaultValue());
      case REJECT -> {
        return Written.TOO_LONG;
      }
    }
    return Written.VALUE;
  }

  private static BigDecimal decimalOf(byte[] source, int from, int to) {
    char[] text = new char[to - from];
    for (int i = from; i < to; i++) {
      text[i - from] = (char) (source[i] & 0xff);
    }
    return new BigDecimal(text);
  }

  private static String ascii(byte[] source, int from, int to) {
    return new String(source, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static String utf8(byte[] source, int from, int to) {
    return new String(source, from, to - from, StandardCharsets.UTF_8);
  }
}
