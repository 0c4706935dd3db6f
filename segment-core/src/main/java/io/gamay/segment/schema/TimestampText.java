package io.gamay.segment.schema;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Text forms of a TIMESTAMP: {@code yyyy-MM-dd[(T| )HH:mm[:ss[.fraction]][zone]]}, in UTC where no
 * zone is written, or milliseconds since 1970-01-01T00:00Z. A day that its month does not have is
 * no timestamp.
 */
public final class TimestampText {

  private static final DateTimeFormatter READ =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendPattern("'T'HH:mm")
          .optionalStart()
          .appendPattern(":ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .optionalEnd()
          .appendPattern("[XXX][XX][X]")
          .optionalEnd()
          .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
          .parseDefaulting(ChronoField.MINUTE_OF_HOUR, 0)
          .parseDefaulting(ChronoField.SECOND_OF_MINUTE, 0)
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

  /** Milliseconds since 1970-01-01T00:00Z; empty if the text has none of the forms. */
  public static OptionalLong parse(String text) {
    try {
      return OptionalLong.of(
          isInteger(text)
              ? Long.parseLong(text)
              : READ.parse(withT(text), Instant::from).toEpochMilli());
    } catch (NumberFormatException | DateTimeException | ArithmeticException notATimestamp) {
      return OptionalLong.empty();
    }
  }

  /** As {@code yyyy-MM-dd HH:mm:ss.f}, in UTC, with one to three digits of fraction. */
  public static String format(long epochMillis) {
    return WRITE.format(LocalDateTime.ofInstant(Instant.ofEpochMilli(epochMillis), ZoneOffset.UTC));
  }

  /** With a T in place of the blank behind a year of four digits, month and day. */
  private static String withT(String text) {
    return text.length() > 10 && text.charAt(10) == ' '
        ? text.substring(0, 10) + "T" + text.substring(11)
        : text;
  }

  private static boolean isInteger(String text) {
    int start = text.startsWith("-") ? 1 : 0;
    return text.length() > start
        && text.substring(start).chars().allMatch(letter -> letter >= '0' && letter <= '9');
  }
}
