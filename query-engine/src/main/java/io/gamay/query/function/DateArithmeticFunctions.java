package io.gamay.query.function;

import static io.gamay.query.function.Parameter.constant;
import static io.gamay.query.function.Parameter.of;
import static io.gamay.query.function.ScalarFunction.function;

import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Adding units to times, counting units between them, and bins of any width. */
final class DateArithmeticFunctions {

  private static final Parameter UNIT = constant("unit", ParameterType.TEXT);
  private static final Pattern PERIOD = Pattern.compile("\\s*(\\d{1,9})\\s*([A-Za-z]+)\\s*");

  private DateArithmeticFunctions() {}

  static List<ScalarFunction> all() {
    return List.of(
        function("TIMESTAMP_ADD", FunctionGroup.DATE)
            .alias("DATE_ADD")
            .doc(
                "The time so many units later (or earlier), by the calendar in UTC: a month later"
                    + " than 31 January is the last day of February.")
            .example("TIMESTAMP_ADD('HOUR', 2, 1700003725123)", "1700010925123")
            .example(
                "TIMESTAMP_ADD('MONTH', 1, TIMESTAMP '2024-01-31 10:00:00')",
                "2024-02-29 10:00:00.0")
            .mayFail()
            .millisInPinot()
            .signature(
                arguments -> arguments.get(2).type(),
                DateArithmeticFunctions::add,
                UNIT,
                of("count", ParameterType.LONG),
                of("time", ParameterType.INSTANT))
            .build(),
        function("TIMESTAMP_DIFF", FunctionGroup.DATE)
            .alias("DATE_DIFF")
            .doc(
                "How many whole units lie between two times, by the calendar in UTC; negative if"
                    + " the second is earlier.")
            .example("TIMESTAMP_DIFF('MINUTE', 1700000000000, 1700003725123)", "62")
            .example(
                "TIMESTAMP_DIFF('MONTH', TIMESTAMP '2024-01-31 00:00:00',"
                    + " TIMESTAMP '2024-03-30 00:00:00')",
                "1")
            .signature(
                DataType.LONG,
                DateArithmeticFunctions::difference,
                UNIT,
                of("from", ParameterType.INSTANT),
                of("to", ParameterType.INSTANT))
            .build(),
        function("TIME_SERIES_BUCKET", FunctionGroup.DATE)
            .doc(
                "The number of the bucket that a count of units since 1970-01-01T00:00Z lies in."
                    + " Bucket 0 ends with the first second given, that second included, bucket 1 a"
                    + " bucket's seconds later; earlier times have negative numbers. The offset in"
                    + " seconds is added to the time.")
            .example("TIME_SERIES_BUCKET(1060, 'SECONDS', 1000, 60, 0)", "1")
            .example("TIME_SERIES_BUCKET(1061000, 'MILLISECONDS', 1000, 60, 0)", "2")
            .mayFail()
            .signature(
                DataType.INT,
                DateArithmeticFunctions::bucket,
                of("time", ParameterType.LONG),
                UNIT,
                constant("first second", ParameterType.LONG),
                constant("bucket seconds", ParameterType.LONG),
                constant("offset seconds", ParameterType.LONG))
            .build(),
        function("DATE_BIN", FunctionGroup.DATE)
            .doc(
                "The beginning of the bin of a fixed width that a time lies in; bins are counted"
                    + " from the origin (1970-01-01T00:00Z if there is none). Widths: '15 minutes',"
                    + " '15m', 'PT15M'.")
            .example("DATE_BIN('15 minutes', 1700003725123)", "1700003700000")
            .example(
                "DATE_BIN('1 day', TIMESTAMP '2024-03-10 05:00:00',"
                    + " TIMESTAMP '2024-01-01 06:00:00')",
                "2024-03-09 06:00:00.0")
            .mayFail()
            .millisInPinot()
            .signature(
                arguments -> arguments.get(1).type(),
                arguments -> bin(arguments, false),
                constant("width", ParameterType.TEXT),
                of("time", ParameterType.INSTANT))
            .signature(
                arguments -> arguments.get(1).type(),
                arguments -> bin(arguments, true),
                constant("width", ParameterType.TEXT),
                of("time", ParameterType.INSTANT),
                of("origin", ParameterType.INSTANT))
            .build(),
        function("TIMEZONE_HOUR", FunctionGroup.DATE)
            .doc(
                "The hours of a zone's offset from UTC: at 1970-01-01, or at a time that is given.")
            .example("TIMEZONE_HOUR('Europe/Berlin')", "1")
            .signature(
                DataType.INT,
                arguments -> offset(arguments, "TIMEZONE_HOUR", 3_600_000, 24),
                constant("zone", ParameterType.TEXT),
                of("time", ParameterType.INSTANT).optional())
            .build(),
        function("TIMEZONE_MINUTE", FunctionGroup.DATE)
            .doc("The minutes of a zone's offset from UTC beyond its whole hours.")
            .example("TIMEZONE_MINUTE('Asia/Kolkata')", "30")
            .signature(
                DataType.INT,
                arguments -> offset(arguments, "TIMEZONE_MINUTE", 60_000, 60),
                constant("zone", ParameterType.TEXT),
                of("time", ParameterType.INSTANT).optional())
            .build());
  }

  private static ScalarBody offset(
      List<Argument> arguments, String function, int width, int modulus) {
    Zones offsets = new Zones(Zones.named(function, Constants.text(arguments.getFirst())));
    return RowBodies.ints(
        (a, r) -> {
          long millis = offsets.offsetMillis(a.length > 1 ? a[1].longs()[r] : 0);
          return (int) (millis / width % modulus);
        });
  }

  private static ScalarBody add(List<Argument> arguments) {
    TimeField field = TimeField.named("TIMESTAMP_ADD", Constants.text(arguments.getFirst()));
    return RowBodies.longs(
        (a, r) -> {
          long count = a[1].longs()[r];
          long time = a[2].longs()[r];
          try {
            return field.millis() > 0
                ? Math.addExact(time, Math.multiplyExact(count, field.millis()))
                : plus(time, field, count);
          } catch (ArithmeticException | DateTimeException _) {
            throw Failures.ofValue("TIMESTAMP_ADD", "time out of range", time + ", " + count);
          }
        });
  }

  private static long plus(long time, TimeField field, long count) {
    ZonedDateTime start = Instant.ofEpochMilli(time).atZone(ZoneOffset.UTC);
    return start.with(field.plus(start.toLocalDate(), count)).toInstant().toEpochMilli();
  }

  private static ScalarBody difference(List<Argument> arguments) {
    TimeField field = TimeField.named("TIMESTAMP_DIFF", Constants.text(arguments.getFirst()));
    return RowBodies.longs(
        (a, r) -> {
          Instant from = Instant.ofEpochMilli(a[1].longs()[r]);
          Instant to = Instant.ofEpochMilli(a[2].longs()[r]);
          return switch (field) {
            case MILLISECOND -> saturated(Duration.between(from, to));
            case SECOND, MINUTE, HOUR, DAY, WEEK ->
                Duration.between(from, to).dividedBy(Duration.ofMillis(field.millis()));
            case MONTH -> between(ChronoUnit.MONTHS, from, to);
            case QUARTER -> between(ChronoUnit.MONTHS, from, to) / 3;
            case YEAR -> between(ChronoUnit.YEARS, from, to);
          };
        });
  }

  private static long saturated(Duration between) {
    try {
      return between.toMillis();
    } catch (ArithmeticException _) {
      return between.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  private static long between(ChronoUnit unit, Instant from, Instant to) {
    return unit.between(from.atZone(ZoneOffset.UTC), to.atZone(ZoneOffset.UTC));
  }

  private static ScalarBody bucket(List<Argument> arguments) {
    String name = "TIME_SERIES_BUCKET";
    TimeUnit unit = DateFunctions.timeUnit(name, Constants.text(arguments.get(1)));
    long first = unit.convert(Duration.ofSeconds(whole(arguments.get(2))));
    long width = unit.convert(Duration.ofSeconds(whole(arguments.get(3))));
    long offset = unit.convert(Duration.ofSeconds(whole(arguments.get(4))));
    if (width < 1) {
      throw Failures.ofConstant(
          name, "a bucket is a unit of time wide at least", whole(arguments.get(3)));
    }
    return RowBodies.ints(
        (a, r) -> {
          try {
            long beyondFirst = Math.subtractExact(Math.addExact(a[0].longs()[r], offset), first);
            return Math.toIntExact(Math.ceilDiv(beyondFirst, width));
          } catch (ArithmeticException _) {
            throw Failures.ofValue(name, "time too far from the first bucket", a[0].longs()[r]);
          }
        });
  }

  private static long whole(Argument argument) {
    return argument.constant().orElseThrow() instanceof Value.LongValue(long number) ? number : 0;
  }

  private static ScalarBody bin(List<Argument> arguments, boolean hasOrigin) {
    String text = Constants.text(arguments.getFirst());
    long width =
        width(text)
            .filter(millis -> millis > 0)
            .orElseThrow(
                () ->
                    Failures.ofConstant(
                        "DATE_BIN", "not a width such as '15 minutes', '15m' or 'PT15M'", text));
    return RowBodies.longs(
        (a, r) -> {
          long time = a[1].longs()[r];
          long origin = hasOrigin ? a[2].longs()[r] : 0;
          try {
            return Math.subtractExact(time, Math.floorMod(Math.subtractExact(time, origin), width));
          } catch (ArithmeticException _) {
            throw Failures.ofValue("DATE_BIN", "time out of range", time);
          }
        });
  }

  private static Optional<Long> width(String text) {
    Matcher matcher = PERIOD.matcher(text);
    if (!matcher.matches()) {
      try {
        return Optional.of(Duration.parse(text.strip()).toMillis());
      } catch (DateTimeException | ArithmeticException _) {
        return Optional.empty();
      }
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
      case "ms" -> Optional.of(count);
      case "s" -> Optional.of(count * 1_000);
      case "m" -> Optional.of(count * 60_000);
      case "h" -> Optional.of(count * 3_600_000);
      case "d" -> Optional.of(count * 86_400_000);
      default ->
          TimeField.find(matcher.group(2))
              .filter(field -> field.millis() > 0)
              .map(field -> count * field.millis());
    };
  }
}
