package io.gamay.cluster.table;

import io.gamay.cluster.table.TransformExpression.TextLiteral;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.DateTimeFormat;
import io.gamay.segment.schema.JodaTimePattern;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The functions that an ingestion transform may call, the one list of them. */
public enum TransformFunction {
  FROM_EPOCH_DAYS("fromEpochDays", DataType.LONG, false),
  FROM_EPOCH_HOURS("fromEpochHours", DataType.LONG, false),
  FROM_EPOCH_MINUTES("fromEpochMinutes", DataType.LONG, false),
  FROM_EPOCH_SECONDS("fromEpochSeconds", DataType.LONG, false),
  TO_EPOCH_DAYS("toEpochDays", DataType.LONG, false),
  TO_EPOCH_HOURS("toEpochHours", DataType.LONG, false),
  TO_EPOCH_MINUTES("toEpochMinutes", DataType.LONG, false),
  TO_EPOCH_SECONDS("toEpochSeconds", DataType.LONG, false),
  /** Text to milliseconds since 1970, by a pattern, in a time zone (UTC if there is none). */
  FROM_DATE_TIME("fromDateTime", DataType.STRING, true),
  /** Milliseconds since 1970 to text, by a pattern, in a time zone (UTC if there is none). */
  TO_DATE_TIME("toDateTime", DataType.LONG, true),
  JSON_FORMAT("jsonFormat", DataType.JSON, false);

  private final String written;
  private final DataType argument;
  private final boolean isWithPattern;

  /**
   * @param argument what the first argument is: LONG for any whole number, STRING for a text
   * @param isWithPattern whether a time pattern follows, and perhaps a time zone
   */
  TransformFunction(String written, DataType argument, boolean isWithPattern) {
    this.written = written;
    this.argument = argument;
    this.isWithPattern = isWithPattern;
  }

  /**
   * The pattern that a call of {@link #FROM_DATE_TIME} or {@link #TO_DATE_TIME} is written with.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static JodaTimePattern pattern(TransformExpression.Call call) {
    List<TransformExpression> arguments = call.arguments();
    if (!(arguments.get(1) instanceof TextLiteral(String pattern))) {
      throw new IllegalArgumentException("the time pattern must be a text in single quotes");
    }
    if (arguments.size() < 3) {
      return DateTimeFormat.checkedPattern(pattern, ZoneOffset.UTC);
    }
    if (!(arguments.get(2) instanceof TextLiteral(String zone))) {
      throw new IllegalArgumentException("the time zone must be a text in single quotes");
    }
    try {
      return DateTimeFormat.checkedPattern(pattern, ZoneId.of(zone));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("not a time zone: '" + zone + "'", e);
    }
  }

  /**
   * @param name as written
   * @throws IllegalArgumentException if there is no such function, or not with such arguments
   */
  static TransformExpression call(String name, List<TransformExpression> arguments) {
    TransformFunction function = named(name);
    int least = function.isWithPattern ? 2 : 1;
    int most = function.isWithPattern ? 3 : 1;
    if (arguments.size() < least || arguments.size() > most) {
      throw new IllegalArgumentException(
          "function %s takes %s, found %d"
              .formatted(name, describe(least, most), arguments.size()));
    }
    TransformExpression.Call call = new TransformExpression.Call(function, arguments);
    if (function.isWithPattern) {
      pattern(call);
    }
    return call;
  }

  private static TransformFunction named(String name) {
    String canonical = canonical(name);
    for (TransformFunction function : values()) {
      if (canonical(function.written).equals(canonical)) {
        return function;
      }
    }
    List<String> all = Arrays.stream(values()).map(function -> function.written).toList();
    throw new IllegalArgumentException(
        "function %s is not supported yet%s"
            .formatted(
                name,
                NearestName.of(name, all)
                    .map(near -> ", did you mean " + near + "?")
                    .orElse("; there are " + String.join(", ", all))));
  }

  private static String canonical(String name) {
    return name.toLowerCase(Locale.ROOT).replace("_", "");
  }

  private static String describe(int least, int most) {
    return least == most
        ? least + (least == 1 ? " argument" : " arguments")
        : least + " to " + most + " arguments";
  }

  /** What the first argument is: LONG for any whole number, STRING for a text, JSON. */
  DataType argument() {
    return argument;
  }

  @Override
  public String toString() {
    return written;
  }
}
