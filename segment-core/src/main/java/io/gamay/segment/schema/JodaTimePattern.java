package io.gamay.segment.schema;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.format.SignStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalField;
import java.util.Locale;

/**
 * A date-time pattern with Joda-Time's letters, which schemas and transforms are written in. What a
 * pattern leaves out is January, the 1st, midnight; a text without offset or zone is read in the
 * pattern's zone. Immutable.
 */
public final class JodaTimePattern {

  /**
   * A year of two digits is one of the hundred from here. Joda-Time's hundred moves with the
   * calendar; this one does not, so that a record means the same whenever it is read.
   */
  private static final int FIRST_SHORT_YEAR = 1950;

  private final DateTimeFormatter reader;
  private final DateTimeFormatter writer;
  private final ZoneId zone;

  /**
   * @throws IllegalArgumentException if the pattern has a letter that is not known
   */
  public JodaTimePattern(String pattern, ZoneId zone) {
    this.zone = zone;
    this.reader = formatter(pattern, true).withZone(zone);
    this.writer = formatter(pattern, false).withZone(zone);
  }

  /**
   * @throws DateTimeException if the text does not follow the pattern
   */
  public long parseMillis(String text) {
    TemporalAccessor parsed = reader.parseBest(text, Instant::from, LocalDateTime::from);
    Instant instant =
        parsed instanceof Instant exact
            ? exact
            : LocalDateTime.from(parsed).atZone(zone).toInstant();
    try {
      return instant.toEpochMilli();
    } catch (ArithmeticException beyondLong) {
      throw new DateTimeException("time beyond 64 bits of milliseconds: " + text, beyondLong);
    }
  }

  public String format(long epochMillis) {
    return writer.format(Instant.ofEpochMilli(epochMillis));
  }

  private static DateTimeFormatter formatter(String pattern, boolean isReader) {
    DateTimeFormatterBuilder builder = new DateTimeFormatterBuilder().parseCaseInsensitive();
    StringBuilder letters = new StringBuilder();
    int at = 0;
    while (at < pattern.length()) {
      char c = pattern.charAt(at);
      if (c == '\'') {
        at = appendQuoted(pattern, at, builder);
        continue;
      }
      int runEnd = at;
      while (runEnd < pattern.length() && pattern.charAt(runEnd) == c) {
        runEnd++;
      }
      if (c == 'x' || c == 'w' || c == 'e') {
        letters.append(c);
        appendIsoWeek(c, runEnd - at, builder);
      } else if ((c == 'y' || c == 'Y') && runEnd - at == 2) {
        letters.append(c);
        builder.appendValueReduced(ChronoField.YEAR, 2, 2, FIRST_SHORT_YEAR);
      } else if (Character.isLetter(c)) {
        letters.append(c);
        builder.appendPattern(javaPattern(c, runEnd - at, isReader, pattern));
      } else {
        builder.appendLiteral(pattern.substring(at, runEnd));
      }
      at = runEnd;
    }
    if (isReader) {
      appendDefaults(builder, letters.toString());
    }
    return builder.toFormatter(Locale.ENGLISH).withResolverStyle(ResolverStyle.STRICT);
  }

  /** Years and weeks of ISO 8601, day 1 is Monday; the JDK's letters follow a country's habits. */
  private static void appendIsoWeek(char letter, int count, DateTimeFormatterBuilder builder) {
    switch (letter) {
      case 'x' -> {
        if (count == 2) {
          builder.appendValueReduced(IsoFields.WEEK_BASED_YEAR, 2, 2, 2000);
        } else {
          SignStyle sign = count < 4 ? SignStyle.NORMAL : SignStyle.EXCEEDS_PAD;
          builder.appendValue(IsoFields.WEEK_BASED_YEAR, count, 10, sign);
        }
      }
      case 'w' -> appendNumber(IsoFields.WEEK_OF_WEEK_BASED_YEAR, count, 2, builder);
      default -> appendNumber(ChronoField.DAY_OF_WEEK, count, 1, builder);
    }
  }

  private static void appendNumber(
      TemporalField field, int count, int maxDigits, DateTimeFormatterBuilder builder) {
    if (count >= maxDigits) {
      builder.appendValue(field, count);
    } else {
      builder.appendValue(field, count, maxDigits, SignStyle.NOT_NEGATIVE);
    }
  }

  /** Appends what stands between quotes; two quotes are one. Returns the index behind. */
  private static int appendQuoted(String pattern, int from, DateTimeFormatterBuilder builder) {
    if (from + 1 < pattern.length() && pattern.charAt(from + 1) == '\'') {
      builder.appendLiteral('\'');
      return from + 2;
    }
    StringBuilder literal = new StringBuilder();
    int at = from + 1;
    while (at < pattern.length()) {
      if (pattern.charAt(at) != '\'') {
        literal.append(pattern.charAt(at++));
      } else if (at + 1 < pattern.length() && pattern.charAt(at + 1) == '\'') {
        literal.append('\'');
        at += 2;
      } else {
        builder.appendLiteral(literal.toString());
        return at + 1;
      }
    }
    throw new IllegalArgumentException("quote without end in time pattern " + pattern);
  }

  private static String javaPattern(char letter, int count, boolean isReader, String pattern) {
    return switch (letter) {
      case 'y', 'Y' -> "u".repeat(count);
      case 'E', 'D', 'M', 'd', 'a', 'K', 'h', 'H', 'k', 'm', 's', 'S', 'z', 'G' ->
          String.valueOf(letter).repeat(count);
      case 'Z' -> {
        if (isReader) {
          yield count > 2 ? "VV" : "[XXX][XX][X]";
        }
        yield count == 1 ? "xx" : count == 2 ? "xxx" : "VV";
      }
      default ->
          throw new IllegalArgumentException(
              "unknown letter '%s' in time pattern %s".formatted(letter, pattern));
    };
  }

  private static void appendDefaults(DateTimeFormatterBuilder builder, String letters) {
    if (hasNone(letters, "yYx")) {
      builder.parseDefaulting(ChronoField.YEAR, 1970);
    }
    if (hasNone(letters, "MDwe")) {
      builder.parseDefaulting(ChronoField.MONTH_OF_YEAR, 1);
    }
    if (hasNone(letters, "dDwe")) {
      builder.parseDefaulting(ChronoField.DAY_OF_MONTH, 1);
    }
    if (hasNone(letters, "HkhK")) {
      builder.parseDefaulting(ChronoField.HOUR_OF_DAY, 0);
    }
    if (hasNone(letters, "m")) {
      builder.parseDefaulting(ChronoField.MINUTE_OF_HOUR, 0);
    }
    if (hasNone(letters, "s")) {
      builder.parseDefaulting(ChronoField.SECOND_OF_MINUTE, 0);
    }
  }

  private static boolean hasNone(String letters, String wanted) {
    return wanted.chars().noneMatch(letter -> letters.indexOf(letter) >= 0);
  }
}
