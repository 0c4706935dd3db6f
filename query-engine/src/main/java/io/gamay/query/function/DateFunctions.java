package io.gamay.query.function;

import static io.gamay.query.function.Parameter.constant;
import static io.gamay.query.function.Parameter.of;
import static io.gamay.query.function.ScalarFunction.function;

import io.gamay.query.function.CalendarFields.Part;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Cutting times to units, and parts of times. */
final class DateFunctions {

  private static final Parameter TIME = of("time", ParameterType.INSTANT);
  private static final Parameter ZONE = constant("zone", ParameterType.TEXT);

  private DateFunctions() {}

  static List<ScalarFunction> all() {
    List<ScalarFunction> all = new ArrayList<>();
    all.add(
        function("NOW", FunctionGroup.DATE)
            .written("NOW()")
            .doc(
                "Milliseconds since 1970-01-01T00:00Z when the broker took the query: one time for"
                    + " the whole query, on all servers.")
            .build());
    all.add(
        function("AGO", FunctionGroup.DATE)
            .written("AGO('period')")
            .doc("NOW() less an ISO 8601 duration such as 'PT1H', 'P2D', 'P1DT12H'.")
            .build());
    all.add(dateTrunc());
    addParts(all);
    all.add(
        function("EXTRACT", FunctionGroup.DATE)
            .written("EXTRACT(field FROM time)")
            .doc(
                "A part of a time in UTC: YEAR, QUARTER, MONTH, WEEK, DAY, DOY, DOW, HOUR, MINUTE,"
                    + " SECOND, MILLISECOND.")
            .example("EXTRACT(YEAR FROM TIMESTAMP '2024-03-10 12:30:00')", "2024")
            .signature(
                DataType.INT,
                arguments -> part(extracted(Constants.text(arguments.get(0))), 1, Optional.empty()),
                constant("field", ParameterType.TEXT),
                TIME)
            .build());
    all.add(atTimeZone());
    return all;
  }

  private static ScalarFunction atTimeZone() {
    return function("AT_TIME_ZONE", FunctionGroup.DATE)
        .written("time AT TIME ZONE 'zone'", "AT_TIME_ZONE(time, 'zone')")
        .doc(
            "What the clocks of a zone show at a time, as TIMESTAMP. The zone is an IANA name, UTC"
                + " or an offset such as +02:00. Beside + - * / % and || it is written in"
                + " parentheses.")
        .example(
            "TIMESTAMP '2024-07-01 12:00:00' AT TIME ZONE 'Europe/Berlin'", "2024-07-01 14:00:00.0")
        .example("AT_TIME_ZONE(1700003725123, '-05:30')", "2023-11-14 17:45:25.123")
        .mayFail()
        .signature(
            DataType.TIMESTAMP,
            arguments -> {
              Zones zone = new Zones(Zones.named("AT_TIME_ZONE", Constants.text(arguments.get(1))));
              return RowBodies.longs((a, r) -> local(zone, a[0].longs()[r]));
            },
            TIME,
            ZONE)
        .build();
  }

  private static long local(Zones zone, long epochMillis) {
    try {
      return Math.addExact(epochMillis, zone.offsetMillis(epochMillis));
    } catch (ArithmeticException _) {
      throw Failures.ofValue("AT_TIME_ZONE", "time beyond what TIMESTAMP holds", epochMillis);
    }
  }

  private static ScalarFunction dateTrunc() {
    return function("DATE_TRUNC", FunctionGroup.DATE)
        .doc(
            "The beginning of the unit that a time lies in: MILLISECOND, SECOND, MINUTE, HOUR, DAY,"
                + " WEEK (from Monday), MONTH, QUARTER, YEAR. Of a TIMESTAMP a TIMESTAMP (in the"
                + " Pinot dialect a LONG); of a whole number in the input unit (MILLISECONDS where"
                + " none is given; or SECONDS, MINUTES, HOURS, DAYS ...) a LONG in the output unit"
                + " (the input unit where none is given). With a zone, units begin by its clocks.")
        .example("DATE_TRUNC('HOUR', 1700003725123)", "1700002800000")
        .example("DATE_TRUNC('MONTH', TIMESTAMP '2024-02-29 13:00:00')", "2024-02-01 00:00:00.0")
        .example("DATE_TRUNC('DAY', 1700003725, 'SECONDS', 'Europe/Berlin')", "1700002800")
        .example("DATE_TRUNC('DAY', 1700003725, 'SECONDS', 'UTC', 'DAYS')", "19675")
        .millisInPinot()
        .signature(
            arguments -> arguments.get(1).type(),
            arguments -> truncation(arguments, ZoneOffset.UTC),
            constant("unit", ParameterType.TEXT),
            TIME)
        .signature(
            DataType.LONG,
            DateFunctions::converted,
            constant("unit", ParameterType.TEXT),
            of("time", ParameterType.LONG),
            constant("input unit", ParameterType.TEXT),
            ZONE.optional(),
            constant("output unit", ParameterType.TEXT).optional())
        .build();
  }

  private static ScalarBody truncation(List<Argument> arguments, ZoneId zone) {
    TimeBuckets buckets =
        new TimeBuckets(TimeField.named("DATETRUNC", Constants.text(arguments.get(0))), zone);
    return (vectors, rows, out) -> buckets.floor(vectors[1].longs(), rows, out);
  }

  private static ScalarBody converted(List<Argument> arguments) {
    TimeUnit input = inputUnit(Constants.text(arguments.get(2)));
    ZoneId zone =
        Constants.text(arguments, 3)
            .map(name -> Zones.named("DATETRUNC", name))
            .orElse(ZoneOffset.UTC);
    TimeUnit output =
        Constants.text(arguments, 4).map(name -> timeUnit("DATETRUNC", name)).orElse(input);
    ScalarBody plain = truncation(arguments, zone);
    if (input == TimeUnit.MILLISECONDS && output == TimeUnit.MILLISECONDS) {
      return plain;
    }
    TimeBuckets buckets =
        new TimeBuckets(TimeField.named("DATETRUNC", Constants.text(arguments.get(0))), zone);
    return RowBodies.longs(
        (a, r) -> fromMillis(buckets.floor(toMillis(a[1].longs()[r], input)), output));
  }

  private static TimeUnit inputUnit(String name) {
    if (Zones.isZone(name)) {
      throw Failures.ofConstant(
          "DATETRUNC",
          "a time zone is the fourth argument, behind the unit of the time, as in"
              + " DATETRUNC('DAY', time, 'MILLISECONDS', 'Europe/Berlin')",
          name);
    }
    return timeUnit("DATETRUNC", name);
  }

  /** Saturating, and down where the unit is finer than milliseconds. */
  static long toMillis(long time, TimeUnit unit) {
    long perMillis = unit.convert(1, TimeUnit.MILLISECONDS);
    return perMillis > 1 ? Math.floorDiv(time, perMillis) : unit.toMillis(time);
  }

  /** Down, saturating. */
  static long fromMillis(long millis, TimeUnit unit) {
    long width = unit.toMillis(1);
    return width > 0 ? Math.floorDiv(millis, width) : unit.convert(millis, TimeUnit.MILLISECONDS);
  }

  static TimeUnit timeUnit(String function, String name) {
    try {
      return TimeUnit.valueOf(name.strip().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException _) {
      throw Failures.ofConstant(
          function,
          "unknown unit of time, expected NANOSECONDS, MICROSECONDS, MILLISECONDS, SECONDS,"
              + " MINUTES, HOURS or DAYS",
          name);
    }
  }

  private static void addParts(List<ScalarFunction> all) {
    all.add(part("YEAR", "The year.", Part.YEAR, "2024"));
    all.add(part("QUARTER", "The quarter, 1 to 4.", Part.QUARTER, "1"));
    all.add(part("MONTH", "The month, 1 to 12.", Part.MONTH, "3", "MONTH_OF_YEAR"));
    all.add(part("WEEK", "The ISO week of the year, 1 to 53.", Part.WEEK, "10", "WEEK_OF_YEAR"));
    all.add(
        part(
            "YEAR_OF_WEEK",
            "The year that the ISO week belongs to.",
            Part.WEEK_YEAR,
            "2024",
            "YOW"));
    all.add(part("DAY", "The day of the month, 1 to 31.", Part.DAY_OF_MONTH, "10", "DAY_OF_MONTH"));
    all.add(part("DAY_OF_YEAR", "The day of the year, 1 to 366.", Part.DAY_OF_YEAR, "70", "DOY"));
    all.add(
        part(
            "DAY_OF_WEEK",
            "The day of the week, 1 (Monday) to 7 (Sunday).",
            Part.DAY_OF_WEEK,
            "7",
            "DOW"));
    all.add(part("HOUR", "The hour of the day, 0 to 23.", Part.HOUR, "12", "HOUR_OF_DAY"));
    all.add(
        part("MINUTE", "The minute of the hour, 0 to 59.", Part.MINUTE, "30", "MINUTE_OF_HOUR"));
    all.add(
        part(
            "SECOND", "The second of the minute, 0 to 59.", Part.SECOND, "15", "SECOND_OF_MINUTE"));
    all.add(
        part(
            "MILLISECOND",
            "The millisecond of the second, 0 to 999.",
            Part.MILLISECOND,
            "250",
            "MILLISECOND_OF_SECOND"));
  }

  private static ScalarFunction part(
      String name, String doc, Part part, String result, String... aliases) {
    return function(name, FunctionGroup.DATE)
        .alias(aliases)
        .doc(doc + " In UTC, or in the zone that is given.")
        .example(name + "(TIMESTAMP '2024-03-10 12:30:15.25')", result)
        .signature(DataType.INT, _ -> part(part, 0, Optional.empty()), TIME)
        .signature(
            DataType.INT,
            arguments ->
                part(part, 0, Optional.of(Zones.named(name, Constants.text(arguments.get(1))))),
            TIME,
            ZONE)
        .build();
  }

  private static ScalarBody part(Part part, int argument, Optional<ZoneId> zone) {
    CalendarFields fields = new CalendarFields(part, zone.orElse(ZoneOffset.UTC));
    return (Vector[] arguments, int rows, Vector out) ->
        fields.read(arguments[argument].longs(), rows, out);
  }

  private static Part extracted(String name) {
    return switch (name.strip().toUpperCase(Locale.ROOT)) {
      case "YEAR" -> Part.YEAR;
      case "QUARTER" -> Part.QUARTER;
      case "MONTH" -> Part.MONTH;
      case "WEEK" -> Part.WEEK;
      case "YEAR_OF_WEEK", "ISOYEAR", "YOW" -> Part.WEEK_YEAR;
      case "DAY", "DAY_OF_MONTH" -> Part.DAY_OF_MONTH;
      case "DOY", "DAY_OF_YEAR" -> Part.DAY_OF_YEAR;
      case "DOW", "ISODOW", "DAY_OF_WEEK" -> Part.DAY_OF_WEEK;
      case "HOUR" -> Part.HOUR;
      case "MINUTE" -> Part.MINUTE;
      case "SECOND" -> Part.SECOND;
      case "MILLISECOND", "MILLISECONDS" -> Part.MILLISECOND;
      default ->
          throw Failures.ofConstant(
              "EXTRACT",
              "unknown field, expected YEAR, QUARTER, MONTH, WEEK, DAY, DOY, DOW, HOUR, MINUTE,"
                  + " SECOND or MILLISECOND",
              name);
    };
  }
}
