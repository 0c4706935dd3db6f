package io.gamay.ingest.decode;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Text forms of a TIMESTAMP: {@code yyyy-MM-dd[(T| )HH:mm:ss[.fraction][zone]]} with UTC where no
 * zone is written, or epoch milliseconds. A day that its month does not have is no timestamp.
 */
final class TimestampText {

  private static final DateTimeFormatter FORM =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendPattern("['T'][' ']HH:mm")
          .optionalStart()
          .appendPattern(":ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .optionalEnd()
          .appendPattern("[XXX][XX][X]")
          .optionalEnd()
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private TimestampText() {}

  /** Epoch milliseconds, empty if the text has none of the forms. */
  static OptionalLong parse(String text) {
    if (isInteger(text)) {
      try {
        return OptionalLong.of(Long.parseLong(text));
      } catch (NumberFormatException beyondLong) {
        return OptionalLong.empty();
      }
    }
    try {
      TemporalAccessor parsed =
          FORM.parseBest(text, Instant::from, LocalDateTime::from, LocalDate::from);
      return OptionalLong.of(
          switch (parsed) {
            case Instant instant -> instant.toEpochMilli();
            case LocalDateTime local -> local.toInstant(ZoneOffset.UTC).toEpochMilli();
            default ->
                LocalDate.from(parsed).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
          });
    } catch (DateTimeException | ArithmeticException notATime) {
      return OptionalLong.empty();
    }
  }

  private static boolean isInteger(String text) {
    int start = text.startsWith("-") ? 1 : 0;
    if (text.length() == start) {
      return false;
    }
    for (int i = start; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }
}
