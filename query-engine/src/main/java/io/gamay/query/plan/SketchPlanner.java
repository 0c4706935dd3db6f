package io.gamay.query.plan;

import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value.DoubleValue;
import io.gamay.segment.schema.Value.IntValue;
import io.gamay.segment.schema.Value.StringValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Aggregations by sketches: what they are of, and how large they are. */
final class SketchPlanner {

  private static final int STANDARD_LOG2M = 12;
  private static final int PINOT_LOG2M = 8;
  private static final int HLL_PLUS_P = 14;
  private static final int LOG_ENTRIES = 12;
  private static final int LOG_TUPLES = 14;
  private static final int LOG_FREQUENT = 8;
  private static final int KLL_K = 200;
  private static final int TDIGEST_COMPRESSION = 100;
  private static final int ESTIMATE_COMPRESSION = 200;

  private final AggregateArguments in;
  private final boolean isPinot;

  SketchPlanner(AggregateArguments in, boolean isPinot) {
    this.in = in;
    this.isPinot = isPinot;
  }

  AggregateShape hll(AggregateFunction function) {
    return hll(function, isPinot ? PINOT_LOG2M : STANDARD_LOG2M);
  }

  AggregateShape hllPlus(AggregateFunction function) {
    in.ignore(2);
    return hll(function, HLL_PLUS_P);
  }

  private AggregateShape hll(AggregateFunction function, int standard) {
    IntValue log2m = in.count() > 1 ? in.whole(1, "log2m", 4, 21) : new IntValue(standard);
    return AggregateShape.of(function, in.column(0), type(function), log2m);
  }

  AggregateShape theta(AggregateFunction function) {
    if (in.count() > 2) {
      return thetaSets(
          function == AggregateFunction.RAW_THETA
              ? AggregateFunction.RAW_THETA_SETS
              : AggregateFunction.COUNT_DISTINCT_THETA_SETS);
    }
    return AggregateShape.of(
        function, in.column(0), type(function), new IntValue(logEntries(LOG_ENTRIES, 21)));
  }

  /** Behind the entries: conditions, then what is made of their sketches. */
  private AggregateShape thetaSets(AggregateFunction function) {
    int last = in.count() - 1;
    List<TypedExpression> arguments = new ArrayList<>();
    arguments.add(in.column(0));
    for (int index = 2; index < last; index++) {
      arguments.add(in.conditionText(index));
    }
    String sets = in.text(last);
    try {
      SketchSets.parse(sets, arguments.size() - 1);
    } catch (IllegalArgumentException e) {
      throw Refusals.invalid(String.valueOf(e.getMessage()));
    }
    return new AggregateShape(
        function,
        arguments,
        List.of(new IntValue(logEntries(LOG_ENTRIES, 21)), new StringValue(sets)),
        ResultType.of(type(function)));
  }

  AggregateShape cpc(AggregateFunction function) {
    return AggregateShape.of(
        function, in.column(0), type(function), new IntValue(logEntries(LOG_ENTRIES, 16)));
  }

  AggregateShape tuple(AggregateFunction function) {
    TypedExpression sketches = in.column(0);
    if (!Constants.isNull(sketches) && sketches.type().element() != DataType.BYTES) {
      throw Refusals.invalid(
          "tuple sketches are in columns of BYTES, not %s".formatted(sketches.type().element()));
    }
    return AggregateShape.of(
        function,
        Constants.convert(sketches, DataType.BYTES),
        type(function),
        new IntValue(logEntries(LOG_TUPLES, 21)));
  }

  AggregateShape frequentLongs() {
    return AggregateShape.of(
        AggregateFunction.FREQUENT_LONGS,
        in.converted(0, DataType.LONG),
        DataType.STRING,
        new IntValue(logSize()));
  }

  AggregateShape frequentStrings() {
    return AggregateShape.of(
        AggregateFunction.FREQUENT_STRINGS,
        in.as(in.column(0), DataType.STRING),
        DataType.STRING,
        new IntValue(logSize()));
  }

  AggregateShape tdigest(AggregateFunction function) {
    return digest(function, type(function), TDIGEST_COMPRESSION);
  }

  AggregateShape estimate() {
    return digest(AggregateFunction.PERCENTILE_TDIGEST, DataType.LONG, ESTIMATE_COMPRESSION);
  }

  private AggregateShape digest(AggregateFunction function, DataType type, int standard) {
    IntValue compression =
        in.literalAfterPercentage()
            .map(index -> in.whole(index, "compression", 20, 1_000))
            .orElse(new IntValue(standard));
    return AggregateShape.of(
        function, in.numbers(0), type, new DoubleValue(in.percentage()), compression);
  }

  AggregateShape kll(AggregateFunction function) {
    IntValue k =
        in.literalAfterPercentage()
            .map(index -> in.whole(index, "k", 8, 8_000))
            .orElse(new IntValue(KLL_K));
    TypedExpression argument = in.column(0);
    boolean isSketch = argument.type().element() == DataType.BYTES;
    return AggregateShape.of(
        function,
        isSketch ? argument : in.numbers(0),
        type(function),
        new DoubleValue(in.percentage()),
        k);
  }

  private static DataType type(AggregateFunction function) {
    return switch (function) {
      case RAW_HLL, RAW_THETA, RAW_THETA_SETS, RAW_CPC, RAW_TUPLE, RAW_TDIGEST, RAW_KLL ->
          DataType.STRING;
      case PERCENTILE_TDIGEST, PERCENTILE_KLL -> DataType.DOUBLE;
      default -> DataType.LONG;
    };
  }

  private int logSize() {
    return in.count() > 1 ? log2(in.whole(1, "the table's size", 8, 65_536).value()) : LOG_FREQUENT;
  }

  /** The second argument: log2 of the entries, their number, or 'nominalEntries=...'. */
  private int logEntries(int standard, int max) {
    if (in.count() < 2) {
      return standard;
    }
    Optional<String> settings = in.optionalText(1);
    int written =
        settings.isPresent()
            ? setting(settings.get()).orElse(1 << standard)
            : in.whole(1, "the number of entries", 4, 1 << max).value();
    int log = written <= max ? written : log2(written);
    if (log < 4 || log > max) {
      throw Refusals.invalid(
          "a sketch has %d to %d entries, not %d".formatted(1 << 4, 1 << max, written));
    }
    return log;
  }

  private static Optional<Integer> setting(String settings) {
    for (String setting : settings.split("[;,]", -1)) {
      String[] parts = setting.split("=", 2);
      String key = parts[0].strip().toLowerCase(Locale.ROOT);
      if (parts.length == 2 && (key.equals("nominalentries") || key.equals("lgk"))) {
        try {
          return Optional.of(Integer.parseInt(parts[1].strip()));
        } catch (NumberFormatException _) {
          throw Refusals.invalid("%s is no whole number: '%s'".formatted(parts[0], parts[1]));
        }
      }
    }
    return Optional.empty();
  }

  /** Of the next power of two. */
  private static int log2(int size) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(size - 1);
  }
}
