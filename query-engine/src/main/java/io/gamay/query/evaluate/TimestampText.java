package io.gamay.query.evaluate;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.OptionalLong;

/** Timestamps (milliseconds since 1970, UTC) as text and back. */
public final class TimestampText {

  private static final DateTimeFormatter FORMAT =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
          .toFormatter();

  private TimestampText() {}

  /** {@code 2024-05-06 07:08:09.0}, as many digits behind the point as needed, at least one. */
  public static String format(long epochMillis) {
    return FORMAT.format(
        LocalDateTime.ofInstant(Instant.ofEpochMilli(epochMillis), ZoneOffset.UTC));
  }

  /**
   * Reads {@code yyyy-MM-dd}, {@code yyyy-MM-dd HH:mm:ss[.fff]} (a T may stand for the blank, an
   * offset or Z may follow), or milliseconds since 1970; empty if it is none of these.
   */
  public static OptionalLong parse(String text) {
    String trimmed = text.strip();
    try {
      if (!trimmed.isEmpty() && trimmed.chars().skip(1).allMatch(Character::isDigit)) {
        return OptionalLong.of(Long.parseLong(trimmed));
      }
      if (trimmed.length() == 10) {
        return millis(LocalDate.parse(trimmed).atStartOfDay().toInstant(ZoneOffset.UTC));
      }
      String iso = trimmed.length() > 10 ? withT(trimmed) : trimmed;
      boolean hasOffset =
          iso.endsWith("Z") || iso.lastIndexOf('+') > 10 || iso.lastIndexOf('-') > 10;
      return millis(
          hasOffset
              ? OffsetDateTime.parse(iso).toInstant()
              : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException | NumberFormatException | ArithmeticException e) {
      return OptionalLong.empty();
    }
  }

  private static OptionalLong millis(Instant instant) {
    return OptionalLong.of(instant.toEpochMilli());
  }

  private static String withT(String text) {
    return text.charAt(10) == ' ' ? text.substring(0, 10) + 'T' + text.substring(11) : text;
  }
}
