package io.gamay.controller.retention;

import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.segment.schema.TimeFormat;
import io.gamay.segment.schema.Value;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Optional;

/** The newest moment in a segment. */
final class SegmentAges {

  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss[.SSS]");

  private SegmentAges() {}

  /**
   * The greatest value of the time column, as a moment. A segment without rows counts from its
   * creation. Empty if the value is not known or cannot be read as a moment: such a segment is
   * never too old.
   */
  static Optional<Instant> newest(SegmentMetadata segment, String timeColumn, TimeFormat format) {
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
        case TimeFormat.Pattern pattern ->
            value instanceof Value.StringValue(String text)
                ? Optional.of(parse(text, pattern))
                : number(value).map(count -> parse(Long.toString(count), pattern));
      };
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  private static Instant parse(String text, TimeFormat.Pattern format) {
    TemporalAccessor parsed = DateTimeFormatter.ofPattern(format.pattern()).parse(text);
    LocalDate date = LocalDate.from(parsed);
    LocalTime time = parsed.query(TemporalQueries.localTime());
    return date.atTime(time == null ? LocalTime.MAX : time).atZone(format.zone()).toInstant();
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
