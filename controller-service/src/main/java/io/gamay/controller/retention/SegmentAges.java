package io.gamay.controller.retention;

import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.segment.schema.JodaTimePattern;
import io.gamay.segment.schema.TimeFormat;
import io.gamay.segment.schema.Value;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** The newest moment in a segment. */
public final class SegmentAges {

  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss[.SSS]");

  private SegmentAges() {}

  /**
   * The greatest value of the time column, as a moment. A segment without rows counts from its
   * creation. Empty if the value is not known or cannot be read as a moment: such a segment is
   * never too old.
   */
  public static Optional<Instant> newest(
      SegmentMetadata segment, String timeColumn, TimeFormat format) {
    StoredCopy copy = segment.stored().orElseThrow();
    StoredCopy.Bounds bounds = copy.bounds().get(timeColumn);
    if (copy.docCount() == 0) {
      return Optional.of(segment.createdAt());
    }
    if (bounds == null) {
      return Optional.empty();
    }
    return moment(bounds.max(), format);
  }

  private static Optional<Instant> moment(Value value, TimeFormat format) {
    try {
      return switch (format) {
        case TimeFormat.Epoch(Duration unit) ->
            number(value).map(count -> Instant.EPOCH.plus(unit.multipliedBy(count)));
        case TimeFormat.Timestamp() ->
            value instanceof Value.StringValue(String text)
                ? Optional.of(LocalDateTime.parse(text, TIMESTAMP).toInstant(ZoneOffset.UTC))
                : number(value).map(Instant::ofEpochMilli);
        case TimeFormat.Pattern pattern when sortsAsTime(pattern) ->
            text(value).map(text -> parse(text, pattern));
        case TimeFormat.Pattern _ -> Optional.empty();
      };
    } catch (DateTimeException
        | ArithmeticException
        | IllegalArgumentException
        | IndexOutOfBoundsException unreadable) {
      return Optional.empty();
    }
  }

  /** Whether the greatest text is the latest moment: from years down, nothing but numbers. */
  private static boolean sortsAsTime(TimeFormat.Pattern format) {
    StringBuilder fields = new StringBuilder();
    format
        .pattern()
        .replaceAll("'[^']*'", "")
        .chars()
        .filter(Character::isLetter)
        .filter(letter -> fields.isEmpty() || fields.charAt(fields.length() - 1) != letter)
        .forEach(letter -> fields.append((char) letter));
    return format.pattern().equals(TimeFormat.Pattern.ISO)
        || (!fields.isEmpty()
            && "yMdHmsS".startsWith(fields.toString())
            && !format.pattern().contains("MMM"));
  }

  private static Instant parse(String text, TimeFormat.Pattern format) {
    if (format.pattern().equals(TimeFormat.Pattern.ISO)) {
      return LocalDate.parse(text.substring(0, 10)).atStartOfDay(format.zone()).toInstant();
    }
    return Instant.ofEpochMilli(
        new JodaTimePattern(format.pattern(), format.zone()).parseMillis(text));
  }

  private static Optional<String> text(Value value) {
    return value instanceof Value.StringValue(String text)
        ? Optional.of(text)
        : number(value).map(count -> Long.toString(count));
  }

  private static Optional<Long> number(Value value) {
    return switch (value) {
      case Value.IntValue(int number) -> Optional.of((long) number);
      case Value.LongValue(long number) -> Optional.of(number);
      case Value.FloatValue _,
          Value.DoubleValue _,
          Value.StringValue _,
          Value.BytesValue _,
          Value.BigDecimalValue _ ->
          Optional.empty();
    };
  }
}
