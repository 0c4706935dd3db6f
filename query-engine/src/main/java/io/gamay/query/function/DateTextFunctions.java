package io.gamay.query.function;

import static io.gamay.query.function.Parameter.constant;
import static io.gamay.query.function.Parameter.of;
import static io.gamay.query.function.ScalarFunction.function;

import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.DateTimeFormat;
import io.gamay.segment.schema.JodaTimePattern;
import io.gamay.segment.schema.TimestampText;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.OptionalLong;

/** Times to texts and back. */
final class DateTextFunctions {

  private static final Parameter TIME = of("time", ParameterType.INSTANT);
  private static final Parameter TEXT = of("text", ParameterType.TEXT);
  private static final Parameter PATTERN = constant("pattern", ParameterType.TEXT);
  private static final Parameter ZONE = constant("zone", ParameterType.TEXT);

  private DateTextFunctions() {}

  static List<ScalarFunction> all() {
    return List.of(
        function("TO_DATE_TIME", FunctionGroup.DATE)
            .doc(
                "A time as text by a pattern with Joda-Time's letters, in UTC or in the zone that"
                    + " is given.")
            .example("TO_DATE_TIME(1700003725123, 'yyyy-MM-dd HH:mm')", "2023-11-14 23:15")
            .example(
                "TO_DATE_TIME(1700003725123, 'yyyy-MM-dd HH:mm', 'Europe/Berlin')",
                "2023-11-15 00:15")
            .mayFail()
            .signature(DataType.STRING, DateTextFunctions::format, TIME, PATTERN, ZONE.optional())
            .build(),
        function("FROM_DATE_TIME", FunctionGroup.DATE)
            .doc(
                "Milliseconds since 1970-01-01T00:00Z of a text that follows a pattern, read in UTC"
                    + " or in the zone that is given. Other texts give the default, or fail if"
                    + " there is none.")
            .example("FROM_DATE_TIME('2023-11-14 23:15', 'yyyy-MM-dd HH:mm')", "1700003700000")
            .example("FROM_DATE_TIME('soon', 'yyyy-MM-dd', 'UTC', -1)", "-1")
            .mayFail()
            .signature(DataType.LONG, DateTextFunctions::parse, TEXT, PATTERN, ZONE.optional())
            .signature(
                DataType.LONG,
                DateTextFunctions::parse,
                TEXT,
                PATTERN,
                ZONE,
                of("default", ParameterType.LONG))
            .build(),
        function("FROM_ISO8601", FunctionGroup.DATE)
            .doc("Milliseconds since 1970-01-01T00:00Z of an ISO 8601 date, with or without time.")
            .example("FROM_ISO8601('2023-11-14T23:15:25.123Z')", "1700003725123")
            .mayFail()
            .signature(
                DataType.LONG,
                _ ->
                    RowBodies.longs(
                        (a, r) -> {
                          String text = a[0].stringAt(r);
                          OptionalLong millis = TimestampText.parse(text);
                          if (millis.isEmpty() || text.indexOf('-') < 1) {
                            throw Failures.ofValue("FROM_ISO8601", "not an ISO 8601 time", text);
                          }
                          return millis.getAsLong();
                        }),
                TEXT)
            .build(),
        function("TO_ISO8601", FunctionGroup.DATE)
            .doc("A time as ISO 8601 text, in UTC.")
            .example("TO_ISO8601(1700003725123)", "2023-11-14T23:15:25.123Z")
            .signature(
                DataType.STRING,
                _ ->
                    RowBodies.texts(
                        (a, r) ->
                            DateTimeFormatter.ISO_INSTANT.format(
                                Instant.ofEpochMilli(a[0].longs()[r]))),
                TIME)
            .build(),
        function("DATE_TIME_CONVERT", FunctionGroup.DATE)
            .doc(
                "A time from one format to another, cut to a granularity, whose units begin by the"
                    + " clocks of the zone that is given. Formats: EPOCH|MILLISECONDS|1,"
                    + " SIMPLE_DATE_FORMAT|yyyy-MM-dd|UTC, TIMESTAMP, and the older"
                    + " 1:MILLISECONDS:EPOCH, 1:DAYS:SIMPLE_DATE_FORMAT:yyyyMMdd tz(UTC);"
                    + " granularities: 15:MINUTES or MINUTES|15.")
            .example(
                "DATE_TIME_CONVERT(1700003725123, '1:MILLISECONDS:EPOCH', '1:SECONDS:EPOCH',"
                    + " '15:MINUTES')",
                "1700003700")
            .example(
                "DATE_TIME_CONVERT(1700003725123, 'EPOCH|MILLISECONDS',"
                    + " 'SIMPLE_DATE_FORMAT|yyyy-MM-dd HH:mm', '1:HOURS')",
                "2023-11-14 23:00")
            .example(
                "DATE_TIME_CONVERT('20231114', '1:DAYS:SIMPLE_DATE_FORMAT:yyyyMMdd', 'EPOCH|DAYS',"
                    + " '1:DAYS')",
                "19675")
            .mayFail()
            .signature(
                arguments -> ArgumentType.of(DateConversion.resultType(arguments)),
                DateConversion::of,
                of("time", ParameterType.ANY),
                constant("input format", ParameterType.TEXT),
                constant("output format", ParameterType.TEXT),
                constant("granularity", ParameterType.TEXT),
                ZONE.optional())
            .build(),
        function("TIME_CONVERT", FunctionGroup.DATE)
            .doc("A count of one unit of time as a count of another, down.")
            .example("TIME_CONVERT(1700003725123, 'MILLISECONDS', 'HOURS')", "472223")
            .signature(
                DataType.LONG,
                arguments -> {
                  var from =
                      DateFunctions.timeUnit("TIME_CONVERT", Constants.text(arguments.get(1)));
                  var to = DateFunctions.timeUnit("TIME_CONVERT", Constants.text(arguments.get(2)));
                  long width = from.convert(1, to);
                  return RowBodies.longs(
                      (a, r) ->
                          width > 1
                              ? Math.floorDiv(a[0].longs()[r], width)
                              : to.convert(a[0].longs()[r], from));
                },
                of("count", ParameterType.LONG),
                constant("from unit", ParameterType.TEXT),
                constant("to unit", ParameterType.TEXT))
            .build());
  }

  private static ScalarBody format(List<Argument> arguments) {
    JodaTimePattern pattern = pattern("TO_DATE_TIME", arguments);
    return RowBodies.texts(
        (a, r) -> {
          try {
            return pattern.format(a[0].longs()[r]);
          } catch (DateTimeException e) {
            throw Failures.ofValue("TO_DATE_TIME", "time beyond the pattern", a[0].longs()[r]);
          }
        });
  }

  private static ScalarBody parse(List<Argument> arguments) {
    JodaTimePattern pattern = pattern("FROM_DATE_TIME", arguments);
    String written = Constants.text(arguments.get(1));
    return RowBodies.longs(
        (a, r) -> {
          String text = a[0].stringAt(r);
          try {
            return pattern.parseMillis(text);
          } catch (DateTimeParseException e) {
            if (a.length == 4) {
              return a[3].longs()[r];
            }
            throw Failures.ofValue(
                "FROM_DATE_TIME", "text does not follow the pattern " + written, text);
          } catch (DateTimeException e) {
            throw Failures.ofValue("FROM_DATE_TIME", "no such time", text);
          }
        });
  }

  private static JodaTimePattern pattern(String function, List<Argument> arguments) {
    ZoneId zone =
        Constants.text(arguments, 2)
            .map(name -> Zones.named(function, name))
            .orElse(ZoneOffset.UTC);
    String pattern = Constants.text(arguments.get(1));
    try {
      return DateTimeFormat.checkedPattern(pattern, zone);
    } catch (IllegalArgumentException e) {
      throw Failures.ofConstant(function, String.valueOf(e.getMessage()), pattern);
    }
  }
}
