package io.gamay.query.function;

import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.DateTimeFormat;
import io.gamay.segment.schema.JodaTimePattern;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.TimeFormat;
import io.gamay.segment.schema.TimestampText;
import io.gamay.segment.schema.Value;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;

/** DATE_TIME_CONVERT: a time from one format to another by way of milliseconds. One thread. */
final class DateConversion {

  private static final String NAME = "DATE_TIME_CONVERT";

  /** Reads a time as milliseconds. */
  private interface Reader {
    long millis(Vector times, int row);
  }

  private DateConversion() {}

  static DataType resultType(List<Argument> arguments) {
    return switch (format(arguments.get(2))) {
      case TimeFormat.Epoch _ -> DataType.LONG;
      case TimeFormat.Timestamp _ -> DataType.TIMESTAMP;
      case TimeFormat.Pattern _ -> DataType.STRING;
    };
  }

  static ScalarBody of(List<Argument> arguments) {
    TimeFormat output = format(arguments.get(2));
    Reader reader = reader(format(arguments.get(1)), arguments.getFirst().type().element());
    Duration granularity = granularity(arguments.get(3));
    ZoneId zone =
        Constants.text(arguments, 4)
            .map(name -> Zones.named(NAME, name))
            .orElse(output instanceof TimeFormat.Pattern pattern ? pattern.zone() : ZoneOffset.UTC);
    Zones offsets = new Zones(zone);
    long width = Math.max(1, granularity.toMillis());
    JodaTimePattern writer = output instanceof TimeFormat.Pattern pattern ? pattern(pattern) : null;
    return RowBodies.values(
        (a, r) -> {
          long millis = reader.millis(a[0], r);
          long offset = offsets.offsetMillis(millis);
          long cut = millis - Math.floorMod(millis + offset, width);
          return switch (output) {
            case TimeFormat.Epoch(Duration unit) -> new Value.LongValue(count(cut, unit));
            case TimeFormat.Timestamp _ -> new Value.LongValue(cut);
            case TimeFormat.Pattern _ ->
                new Value.StringValue(
                    writer == null ? TimestampText.format(cut) : text(writer, cut));
          };
        });
  }

  private static String text(JodaTimePattern writer, long millis) {
    try {
      return writer.format(millis);
    } catch (DateTimeException e) {
      throw Failures.ofValue(NAME, "time beyond the pattern", millis);
    }
  }

  private static long count(long millis, Duration unit) {
    long width = unit.toMillis();
    if (width > 0) {
      return Math.floorDiv(millis, width);
    }
    return EpochFunctions.times(NAME, millis, Duration.ofMillis(1).dividedBy(unit));
  }

  private static TimeFormat format(Argument argument) {
    String text = Constants.text(argument);
    try {
      return DateTimeFormat.parse(text);
    } catch (IllegalArgumentException e) {
      throw Failures.ofConstant(NAME, e.getMessage() + ", expected " + DateTimeFormat.FORMS, text);
    }
  }

  private static Duration granularity(Argument argument) {
    String text = Constants.text(argument);
    try {
      return DateTimeFormat.granularity(text);
    } catch (IllegalArgumentException e) {
      throw Failures.ofConstant(NAME, String.valueOf(e.getMessage()), text);
    }
  }

  private static JodaTimePattern pattern(TimeFormat.Pattern pattern) {
    String written =
        pattern.pattern().equals(TimeFormat.Pattern.ISO)
            ? "yyyy-MM-dd'T'HH:mm:ss.SSSZZ"
            : pattern.pattern();
    return new JodaTimePattern(written, pattern.zone());
  }

  private static Reader reader(TimeFormat format, DataType type) {
    boolean isNumber = type == DataType.INT || type == DataType.LONG || type == DataType.TIMESTAMP;
    if (!isNumber && type != DataType.STRING) {
      throw Failures.ofConstant(NAME, "takes whole numbers, TIMESTAMP and STRING, not", type);
    }
    return switch (format) {
      case TimeFormat.Epoch(Duration unit) -> {
        if (!isNumber) {
          throw Failures.ofConstant(NAME, "an EPOCH format takes whole numbers, not", type);
        }
        long width = unit.toMillis();
        long parts = width > 0 ? 1 : Duration.ofMillis(1).dividedBy(unit);
        yield (times, row) ->
            width > 0
                ? EpochFunctions.times(NAME, whole(times, row), width)
                : Math.floorDiv(whole(times, row), parts);
      }
      case TimeFormat.Timestamp _ ->
          (times, row) -> isNumber ? whole(times, row) : timestamp(times.stringAt(row));
      case TimeFormat.Pattern(String pattern, ZoneId zone) -> {
        if (pattern.equals(TimeFormat.Pattern.ISO)) {
          yield (times, row) -> timestamp(written(times, row, isNumber));
        }
        JodaTimePattern joda = new JodaTimePattern(pattern, zone);
        yield (times, row) -> parsed(joda, pattern, written(times, row, isNumber));
      }
    };
  }

  private static String written(Vector times, int row, boolean isNumber) {
    return isNumber ? Long.toString(whole(times, row)) : times.stringAt(row);
  }

  private static long whole(Vector times, int row) {
    return times.type() == StoredType.INT ? times.ints()[row] : times.longs()[row];
  }

  private static long timestamp(String text) {
    return TimestampText.parse(text.strip())
        .orElseThrow(() -> Failures.ofValue(NAME, "not a timestamp", text));
  }

  private static long parsed(JodaTimePattern joda, String pattern, String text) {
    try {
      return joda.parseMillis(text);
    } catch (DateTimeException e) {
      throw Failures.ofValue(NAME, "text does not follow the pattern " + pattern, text);
    }
  }
}
