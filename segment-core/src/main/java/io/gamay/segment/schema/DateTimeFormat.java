package io.gamay.segment.schema;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Formats and granularities of date-time fields, in the new form ({@code EPOCH|DAYS|1}, {@code
 * SIMPLE_DATE_FORMAT|yyyy-MM-dd|UTC}) and the old one ({@code 1:DAYS:EPOCH}, {@code
 * 1:DAYS:SIMPLE_DATE_FORMAT:yyyy-MM-dd tz(UTC)}).
 */
public final class DateTimeFormat {

  public static final String FORMS =
      "EPOCH|MILLISECONDS|1, TIMESTAMP, or SIMPLE_DATE_FORMAT|yyyy-MM-dd|UTC";

  private static final Pattern OLD_ZONE = Pattern.compile("(.*?)\\s*tz\\((.+)\\)\\s*");

  private DateTimeFormat() {}

  /**
   * @throws IllegalArgumentException saying what is wrong with the text
   */
  public static TimeFormat parse(String text) {
    return Character.isDigit(text.isEmpty() ? ' ' : text.charAt(0))
        ? parseOld(text)
        : parseNew(text);
  }

  /**
   * @throws IllegalArgumentException saying what is wrong with the text
   */
  public static void checkGranularity(String text) {
    Duration checked = granularity(text);
    assert !checked.isZero();
  }

  /**
   * @throws IllegalArgumentException saying what is wrong with the text
   */
  public static Duration granularity(String text) {
    boolean isOld = Character.isDigit(text.isEmpty() ? ' ' : text.charAt(0));
    List<String> parts = List.of(text.split(isOld ? ":" : "\\|", -1));
    if (parts.size() > 2 || (isOld && parts.size() != 2)) {
      throw new IllegalArgumentException("not a granularity: '" + text + "'");
    }
    String size = isOld ? parts.get(0) : parts.size() == 2 ? parts.get(1) : "1";
    return unit(size, isOld ? parts.get(1) : parts.get(0));
  }

  private static TimeFormat parseNew(String text) {
    String[] parts = text.split("\\|", 3);
    return switch (parts[0].toUpperCase(Locale.ROOT)) {
      case "EPOCH" ->
          new TimeFormat.Epoch(
              unit(
                  parts.length > 2 ? parts[2] : "1", parts.length > 1 ? parts[1] : "MILLISECONDS"));
      case "TIMESTAMP" -> new TimeFormat.Timestamp();
      case "SIMPLE_DATE_FORMAT" ->
          parts.length == 1
              ? new TimeFormat.Pattern(TimeFormat.Pattern.ISO, ZoneOffset.UTC)
              : pattern(parts[1], parts.length > 2 ? Optional.of(parts[2]) : Optional.empty());
      default -> throw new IllegalArgumentException("not a date-time format: '" + text + "'");
    };
  }

  private static TimeFormat parseOld(String text) {
    String[] parts = text.split(":", 4);
    if (parts.length < 3) {
      throw new IllegalArgumentException("not a date-time format: '" + text + "'");
    }
    Duration unit = unit(parts[0], parts[1]);
    return switch (parts[2].toUpperCase(Locale.ROOT)) {
      case "EPOCH" -> new TimeFormat.Epoch(unit);
      case "TIMESTAMP" -> new TimeFormat.Timestamp();
      case "SIMPLE_DATE_FORMAT" ->
          parts.length == 3
              ? new TimeFormat.Pattern(TimeFormat.Pattern.ISO, ZoneOffset.UTC)
              : oldPattern(parts[3]);
      default -> throw new IllegalArgumentException("not a date-time format: '" + text + "'");
    };
  }

  private static TimeFormat oldPattern(String text) {
    Matcher matcher = OLD_ZONE.matcher(text);
    return matcher.matches()
        ? pattern(matcher.group(1), Optional.of(matcher.group(2)))
        : pattern(text, Optional.empty());
  }

  private static TimeFormat pattern(String pattern, Optional<String> zone) {
    try {
      ZoneId checkedZone = zone.map(String::strip).<ZoneId>map(ZoneId::of).orElse(ZoneOffset.UTC);
      checkedPattern(pattern, checkedZone);
      return new TimeFormat.Pattern(pattern, checkedZone);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("not a time zone: '" + zone.orElse("") + "'", e);
    }
  }

  /**
   * @throws IllegalArgumentException saying what is wrong with the pattern
   */
  public static JodaTimePattern checkedPattern(String pattern, ZoneId zone) {
    if (pattern.isBlank()) {
      throw new IllegalArgumentException("the date-time pattern is empty");
    }
    return new JodaTimePattern(pattern, zone);
  }

  private static Duration unit(String size, String unit) {
    try {
      int count = Integer.parseInt(size.strip());
      Duration one =
          Duration.of(1, TimeUnit.valueOf(unit.strip().toUpperCase(Locale.ROOT)).toChronoUnit());
      if (count > 0) {
        return one.multipliedBy(count);
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not a unit of time: '%s %s'".formatted(size, unit), e);
    }
    throw new IllegalArgumentException("a unit of time must be positive: " + size);
  }
}
