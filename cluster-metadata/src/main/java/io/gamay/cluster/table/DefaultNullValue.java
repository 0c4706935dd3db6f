package io.gamay.cluster.table;

import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import tools.jackson.databind.JsonNode;

/** Reads the value that a schema gives in place of a missing one; any JSON that fits the type. */
final class DefaultNullValue {

  private DefaultNullValue() {}

  /**
   * @throws IllegalArgumentException if the JSON is no value of the type
   */
  static Value parse(JsonNode json, DataType type) {
    try {
      return switch (type) {
        case STRING, JSON ->
            new Value.StringValue(json.isContainer() ? json.toString() : json.asString());
        default -> parseScalar(json, type);
      };
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
      throw new IllegalArgumentException("%s is not a value of type %s".formatted(json, type), e);
    }
  }

  private static Value parseScalar(JsonNode json, DataType type) {
    if (json.isContainer()) {
      throw new IllegalArgumentException("not a single value");
    }
    String text = json.asString().strip();
    return switch (type) {
      case INT -> new Value.IntValue(new BigDecimal(text).intValueExact());
      case LONG -> new Value.LongValue(new BigDecimal(text).longValueExact());
      case FLOAT -> new Value.FloatValue(finite(Float.parseFloat(text), text));
      case DOUBLE -> new Value.DoubleValue(finite(Double.parseDouble(text), text));
      case BIG_DECIMAL -> new Value.BigDecimalValue(new BigDecimal(text));
      case BOOLEAN -> new Value.IntValue(parseBoolean(text) ? 1 : 0);
      case TIMESTAMP -> new Value.LongValue(parseTimestamp(text));
      case BYTES -> new Value.BytesValue(HexFormat.of().parseHex(text));
      case STRING, JSON -> new Value.StringValue(text);
    };
  }

  /** A number too large for the type is no value of it; infinity written as such is. */
  private static float finite(float value, String text) {
    finite((double) value, text);
    return value;
  }

  private static double finite(double value, String text) {
    if (Double.isInfinite(value) && !text.endsWith("Infinity")) {
      throw new IllegalArgumentException("out of range");
    }
    return value;
  }

  private static boolean parseBoolean(String text) {
    return switch (text) {
      case "true", "TRUE", "True", "1" -> true;
      case "false", "FALSE", "False", "0" -> false;
      default -> throw new IllegalArgumentException("not a boolean");
    };
  }

  /** Milliseconds, {@code yyyy-MM-dd[ HH:mm:ss[.fff]]} in UTC, or ISO-8601 with an offset. */
  private static long parseTimestamp(String text) {
    if (text.matches("-?\\d+")) {
      return Long.parseLong(text);
    }
    if (text.length() <= "yyyy-MM-dd".length()) {
      return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    }
    String iso = text.replace(' ', 'T');
    boolean hasOffset = iso.matches(".*(Z|[+-]\\d\\d(:?\\d\\d)?)") && iso.indexOf('T') > 0;
    return hasOffset
        ? OffsetDateTime.parse(iso).toInstant().toEpochMilli()
        : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC).toEpochMilli();
  }
}
