package io.gamay.query.plan;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;

/** TIMESTAMP as text, in UTC where no offset is written. */
final class TimestampText {

  /** A date, a blank or T, a time with up to nine digits of fraction, an offset or Z. */
  private static final DateTimeFormatter READ =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendLiteral('T')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalStart()
          .appendOffsetId()
          .optionalEnd()
          .optionalEnd()
          .optionalStart()
          .appendLiteral(' ')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalStart()
          .appendOffsetId()
          .optionalEnd()
          .optionalEnd()
          .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
          .parseDefaulting(ChronoField.MINUTE_OF_HOUR, 0)
          .parseDefaulting(ChronoField.SECOND_OF_MINUTE, 0)
          .parseDefaulting(ChronoField.NANO_OF_SECOND, 0)
          .parseDefaulting(ChronoField.OFFSET_SECONDS, 0)
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  /** With at least one digit of fraction. */
  private static final DateTimeFormatter WRITE =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 1, 3, true)
          .toFormatter(Locale.ROOT);

  private TimestampText() {}

  /**
   * Milliseconds since 1970-01-01T00:00Z of a date, a date and time, or of digits that count them.
   *
   * @throws IllegalArgumentException if the text is none of these
   */
  static long parse(String text) {
    String stripped = text.strip();
    try {
      if (stripped.matches("-?\\d{1,19}")) {
        return Long.parseLong(stripped);
      }
      return READ.parse(stripped, Instant::from).toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException("not a timestamp: " + stripped, e);
    }
  }

  static String format(long millis) {
    return WRITE.format(LocalDateTime.ofInstant(Instant.ofEpochMilli(millis), ZoneOffset.UTC));
  }
}
