package io.gamay.broker.web;

import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.HexFormat;
import java.util.Locale;

/** Single values as text. Timestamps are in UTC. */
final class ValueTexts {

  private static final HexFormat HEX = HexFormat.of();
  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
          .toFormatter(Locale.ROOT);

  private ValueTexts() {}

  /**
   * The value at a value index of a vector, as it stands between the quotes of a JSON string or, if
   * JSON has it without quotes, as it stands there.
   */
  static String text(Vector values, int value, DataType type) {
    return switch (type) {
      case INT -> Integer.toString(values.ints()[value]);
      case LONG -> Long.toString(values.longs()[value]);
      case FLOAT -> Float.toString(values.floats()[value]);
      case DOUBLE -> Double.toString(values.doubles()[value]);
      case BOOLEAN -> Boolean.toString(values.ints()[value] != 0);
      case TIMESTAMP -> timestamp(values.longs()[value]);
      case STRING, JSON -> values.stringAt(value);
      case BYTES -> hex(values, value);
      case BIG_DECIMAL -> values.decimalAt(value).toPlainString();
    };
  }

  static String timestamp(long epochMillis) {
    return TIMESTAMP.format(
        LocalDateTime.ofInstant(Instant.ofEpochMilli(epochMillis), ZoneOffset.UTC));
  }

  private static String hex(Vector values, int value) {
    return HEX.formatHex(
        values.bytes().bytes(), values.bytes().start(value), values.bytes().end(value));
  }
}
