package io.gamay.query.testing;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateCall.EmptyHabit;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.Convert;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import io.gamay.query.plan.TypedExpression.VirtualColumnKind;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Random aggregations over a table. */
final class RandomCalls {

  private static final List<AggregateFunction> EXACT =
      List.of(
          AggregateFunction.COUNT,
          AggregateFunction.COUNT_DISTINCT,
          AggregateFunction.SUM,
          AggregateFunction.MIN,
          AggregateFunction.MAX,
          AggregateFunction.AVG,
          AggregateFunction.MIN_MAX_RANGE,
          AggregateFunction.SUM_DISTINCT,
          AggregateFunction.AVG_DISTINCT,
          AggregateFunction.PERCENTILE,
          AggregateFunction.MODE,
          AggregateFunction.ARG_MIN,
          AggregateFunction.ARG_MAX,
          AggregateFunction.FIRST_WITH_TIME,
          AggregateFunction.LAST_WITH_TIME,
          AggregateFunction.ARRAY_AGG,
          AggregateFunction.ARRAY_AGG_DISTINCT,
          AggregateFunction.LIST_AGG,
          AggregateFunction.LIST_AGG_DISTINCT,
          AggregateFunction.HISTOGRAM,
          AggregateFunction.FUNNEL_COUNT,
          AggregateFunction.FUNNEL_MAX_STEP,
          AggregateFunction.FUNNEL_MATCH_STEP,
          AggregateFunction.FUNNEL_COMPLETE_COUNT,
          AggregateFunction.FUNNEL_STEP_DURATION_STATS,
          AggregateFunction.SUM_ARRAY,
          AggregateFunction.ID_SET,
          AggregateFunction.COUNT_DISTINCT_THETA_SETS);

  /** Of tame tables: differences of wild values leave no digits. */
  static final List<AggregateFunction> MOMENTS =
      List.of(
          AggregateFunction.VAR_POP,
          AggregateFunction.VAR_SAMP,
          AggregateFunction.STDDEV_POP,
          AggregateFunction.STDDEV_SAMP,
          AggregateFunction.SKEWNESS,
          AggregateFunction.KURTOSIS,
          AggregateFunction.COVAR_POP,
          AggregateFunction.COVAR_SAMP,
          AggregateFunction.CORR);

  private static final List<AggregateFunction> SKETCHES =
      List.of(
          AggregateFunction.COUNT_DISTINCT_HLL,
          AggregateFunction.RAW_HLL,
          AggregateFunction.PERCENTILE_TDIGEST,
          AggregateFunction.RAW_TDIGEST,
          AggregateFunction.COUNT_DISTINCT_THETA,
          AggregateFunction.RAW_THETA,
          AggregateFunction.RAW_THETA_SETS,
          AggregateFunction.COUNT_DISTINCT_CPC,
          AggregateFunction.RAW_CPC,
          AggregateFunction.PERCENTILE_KLL,
          AggregateFunction.RAW_KLL,
          AggregateFunction.FREQUENT_LONGS,
          AggregateFunction.FREQUENT_STRINGS);

  private static final List<TypedExpression> ROW =
      List.of(
          new VirtualColumn(VirtualColumnKind.PARTITION_ID),
          new VirtualColumn(VirtualColumnKind.OFFSET));

  private final SeededRandom random;
  private final RandomTable table;
  private final RandomPlan.Generator expressions;

  RandomCalls(RandomPlan.Generator expressions) {
    this.random = expressions.random();
    this.table = expressions.table();
    this.expressions = expressions;
  }

  /** A call whose value the definition tells to the last digit. */
  AggregateCall exact() {
    return call(random.oneOf(table.isTame() && random.chance(0.3) ? MOMENTS : EXACT));
  }

  /** A call whose value is an estimate. */
  AggregateCall sketch() {
    return call(random.oneOf(SKETCHES));
  }

  private AggregateCall call(AggregateFunction function) {
    if (function == AggregateFunction.COUNT && random.chance(0.5)) {
      return call(function, List.of(), List.of(), DataType.LONG);
    }
    return switch (function) {
      case COUNT, COUNT_DISTINCT -> ofArgument(function, type(), DataType.LONG);
      case MIN, MAX -> {
        DataType type = type();
        yield ofArgument(function, type, type);
      }
      case SUM, AVG, SUM_DISTINCT, AVG_DISTINCT -> sum(function, summable());
      case MIN_MAX_RANGE -> {
        DataType type = number();
        yield ofArgument(
            function,
            type,
            switch (type) {
              case BIG_DECIMAL -> DataType.BIG_DECIMAL;
              case INT, LONG -> random.chance(0.8) ? DataType.LONG : DataType.DOUBLE;
              default -> DataType.DOUBLE;
            });
      }
      case PERCENTILE -> {
        DataType type = type();
        yield ofArgument(function, type, type, new Value.DoubleValue(percentage()));
      }
      case MODE -> {
        boolean isMean = random.chance(0.2);
        DataType type = isMean ? number() : type();
        String which = isMean ? "AVG" : random.chance(0.5) ? "MIN" : "MAX";
        yield ofArgument(
            function, type, isMean ? DataType.DOUBLE : type, new Value.StringValue(which));
      }
      case VAR_POP, VAR_SAMP, STDDEV_POP, STDDEV_SAMP, SKEWNESS, KURTOSIS ->
          ofArgument(function, smallNumber(), DataType.DOUBLE);
      case COVAR_POP, COVAR_SAMP, CORR ->
          call(
              function,
              List.of(expressions.column(smallNumber()), expressions.column(smallNumber())),
              List.of(),
              DataType.DOUBLE);
      case ARG_MIN, ARG_MAX, FIRST_WITH_TIME, LAST_WITH_TIME -> firstRow(function);
      case ARRAY_AGG, ARRAY_AGG_DISTINCT -> {
        DataType type = type();
        yield list(function, type, List.of(), ResultType.arrayOf(type));
      }
      case LIST_AGG, LIST_AGG_DISTINCT ->
          list(
              function,
              DataType.STRING,
              List.of(new Value.StringValue(random.chance(0.5) ? "," : "")),
              ResultType.of(DataType.STRING));
      case HISTOGRAM -> histogram();
      case FUNNEL_COUNT -> {
        List<TypedExpression> arguments = new ArrayList<>();
        arguments.add(expressions.column(type()));
        do {
          arguments.add(expressions.condition(1));
        } while (random.chance(0.5));
        yield call(function, arguments, List.of(), ResultType.arrayOf(DataType.LONG));
      }
      case COUNT_DISTINCT_THETA_SETS -> thetaSets(function, DataType.LONG);
      case RAW_THETA_SETS -> thetaSets(function, DataType.STRING);
      case FUNNEL_MAX_STEP -> funnelEvents(function, ResultType.of(DataType.INT));
      case FUNNEL_MATCH_STEP -> funnelEvents(function, ResultType.arrayOf(DataType.INT));
      case FUNNEL_COMPLETE_COUNT -> funnelEvents(function, ResultType.of(DataType.LONG));
      case FUNNEL_STEP_DURATION_STATS ->
          funnelEvents(function, ResultType.arrayOf(DataType.DOUBLE));
      case SUM_ARRAY -> {
        Optional<ColumnReference> list = table.column(random, DataType.LONG, true);
        yield list.isEmpty()
            ? call(AggregateFunction.COUNT, List.of(), List.of(), DataType.LONG)
            : call(function, List.of(list.get()), List.of(), ResultType.arrayOf(DataType.LONG));
      }
      case ID_SET -> ofArgument(function, type(), DataType.STRING);
      case COUNT_DISTINCT_HLL ->
          ofArgument(function, type(), DataType.LONG, new Value.IntValue(random.between(4, 14)));
      case RAW_HLL ->
          ofArgument(function, type(), DataType.STRING, new Value.IntValue(random.between(4, 14)));
      case PERCENTILE_TDIGEST -> tdigest(function, DataType.DOUBLE);
      case RAW_TDIGEST -> tdigest(function, DataType.STRING);
      case COUNT_DISTINCT_THETA, COUNT_DISTINCT_CPC -> hashed(function, DataType.LONG);
      case RAW_THETA, RAW_CPC -> hashed(function, DataType.STRING);
      case PERCENTILE_KLL, RAW_KLL ->
          call(
              function,
              List.of(expressions.value(DataType.INT, 1)),
              List.of(
                  new Value.DoubleValue(percentage()), new Value.IntValue(random.between(8, 300))),
              function == AggregateFunction.RAW_KLL ? DataType.STRING : DataType.DOUBLE);
      case FREQUENT_LONGS ->
          ofArgument(
              function, DataType.LONG, DataType.STRING, new Value.IntValue(random.between(3, 9)));
      case FREQUENT_STRINGS ->
          ofArgument(
              function, DataType.STRING, DataType.STRING, new Value.IntValue(random.between(3, 9)));
      case COUNT_DISTINCT_TUPLE, RAW_TUPLE, SUM_TUPLE, AVG_TUPLE ->
          throw new IllegalArgumentException("no column of tuple sketches");
    };
  }

  private AggregateCall firstRow(AggregateFunction function) {
    DataType type = type();
    List<TypedExpression> arguments = new ArrayList<>();
    arguments.add(expressions.value(type, 1));
    arguments.add(expressions.column(type()));
    if (random.chance(0.2)) {
      arguments.add(expressions.column(type()));
    }
    arguments.addAll(ROW);
    return call(function, arguments, List.of(), ResultType.of(type));
  }

  private AggregateCall list(
      AggregateFunction function, DataType type, List<Value> parameters, ResultType result) {
    Optional<ColumnReference> list =
        random.chance(0.2) ? table.column(random, type, true) : Optional.empty();
    List<TypedExpression> arguments = new ArrayList<>();
    arguments.add(list.isPresent() ? list.get() : expressions.value(type, 1));
    if (!function.ignoresDuplicates()) {
      arguments.addAll(ROW);
    }
    return call(function, arguments, parameters, result);
  }

  /** With more entries than there are values: then its sketches are exact. */
  private AggregateCall thetaSets(AggregateFunction function, DataType type) {
    List<TypedExpression> arguments = new ArrayList<>();
    arguments.add(
        random.chance(0.3)
            ? table
                .column(random, DataType.INT, true)
                .<TypedExpression>map(list -> list)
                .orElseGet(() -> expressions.column(DataType.INT))
            : expressions.column(DataType.INT));
    do {
      arguments.add(expressions.condition(1));
    } while (random.chance(0.5));
    return call(
        function,
        arguments,
        List.of(new Value.IntValue(15), new Value.StringValue(sets(arguments.size() - 1, 3))),
        type);
  }

  private String sets(int last, int depth) {
    if (depth == 0 || random.chance(0.3)) {
      return "$" + random.between(0, last);
    }
    String operands = sets(last, depth - 1) + ", " + sets(last, depth - 1);
    return random.oneOf(
        List.of(
            "SET_UNION(%s)".formatted(operands),
            "SET_INTERSECT(%s, %s)".formatted(operands, sets(last, depth - 1)),
            "setdiff( %s )".formatted(operands)));
  }

  private AggregateCall funnelEvents(AggregateFunction function, ResultType type) {
    List<TypedExpression> arguments = new ArrayList<>();
    arguments.add(
        random.chance(0.5)
            ? new VirtualColumn(VirtualColumnKind.OFFSET)
            : new Convert(expressions.column(DataType.INT), DataType.LONG));
    do {
      arguments.add(expressions.condition(1));
    } while (random.chance(0.7));
    List<Value> parameters = new ArrayList<>();
    parameters.add(new Value.LongValue(random.oneOf(List.of(1L, 3L, 20L, Long.MAX_VALUE))));
    for (String mode :
        List.of("STRICT_DEDUPLICATION", "STRICT_ORDER", "STRICT_INCREASE", "KEEP_ALL")) {
      if (random.chance(0.3)) {
        parameters.add(new Value.StringValue(mode));
      }
    }
    if (function == AggregateFunction.FUNNEL_STEP_DURATION_STATS) {
      do {
        parameters.add(
            new Value.StringValue(
                random.oneOf(List.of("COUNT", "AVG", "MEDIAN", "MIN", "MAX", "PERCENTILE90.5"))));
      } while (random.chance(0.6));
    }
    return call(function, arguments, parameters, type);
  }

  private AggregateCall histogram() {
    TreeSet<Double> edges = new TreeSet<>();
    do {
      edges.add((double) random.between(-50, 50));
    } while (edges.size() < 2 || random.chance(0.7));
    return call(
        AggregateFunction.HISTOGRAM,
        List.of(expressions.value(number(), 1)),
        edges.stream().<Value>map(Value.DoubleValue::new).toList(),
        ResultType.arrayOf(random.chance(0.5) ? DataType.LONG : DataType.DOUBLE));
  }

  private AggregateCall sum(AggregateFunction function, DataType type) {
    boolean isMean = function.isMean();
    return ofArgument(
        function,
        type,
        switch (type) {
          case BIG_DECIMAL -> DataType.BIG_DECIMAL;
          case FLOAT, DOUBLE -> DataType.DOUBLE;
          default -> !isMean && random.chance(0.8) ? DataType.LONG : DataType.DOUBLE;
        });
  }

  private AggregateCall hashed(AggregateFunction function, DataType result) {
    DataType type = type();
    return ofArgument(
        function,
        type == DataType.BYTES ? DataType.STRING : type,
        result,
        new Value.IntValue(random.between(4, 12)));
  }

  private AggregateCall tdigest(AggregateFunction function, DataType type) {
    return call(
        function,
        List.of(new Convert(expressions.value(DataType.INT, 1), DataType.DOUBLE)),
        List.of(new Value.DoubleValue(percentage()), new Value.IntValue(random.between(20, 200))),
        type);
  }

  private double percentage() {
    return random.chance(0.3) ? random.oneOf(List.of(0.0, 50.0, 100.0)) : 100 * random.nextDouble();
  }

  private AggregateCall ofArgument(
      AggregateFunction function, DataType argument, DataType result, Value... parameters) {
    Optional<ColumnReference> list =
        random.chance(0.15) ? table.column(random, argument, true) : Optional.empty();
    TypedExpression value =
        list.isPresent()
            ? list.get()
            : random.chance(0.7) ? expressions.column(argument) : expressions.value(argument, 2);
    return call(function, List.of(value), List.of(parameters), result);
  }

  private AggregateCall call(
      AggregateFunction function,
      List<TypedExpression> arguments,
      List<Value> parameters,
      DataType type) {
    return call(function, arguments, parameters, ResultType.of(type));
  }

  private AggregateCall call(
      AggregateFunction function,
      List<TypedExpression> arguments,
      List<Value> parameters,
      ResultType type) {
    boolean counts = function.countsNothing();
    boolean pinot =
        !table.isTame()
            && !counts
            && type.equals(ResultType.of(DataType.DOUBLE))
            && random.chance(0.5);
    return new AggregateCall(
        function,
        arguments,
        parameters,
        random.chance(0.25) ? Optional.of(expressions.condition(2)) : Optional.empty(),
        type,
        !counts && !pinot,
        pinot ? EmptyHabit.PINOT_VALUES : EmptyHabit.STANDARD_NULL);
  }

  private DataType smallNumber() {
    return random.oneOf(List.of(DataType.INT, DataType.FLOAT, DataType.DOUBLE));
  }

  private DataType type() {
    return random.oneOf(List.of(DataType.values()));
  }

  private DataType number() {
    return random.oneOf(
        List.of(
            DataType.INT, DataType.LONG, DataType.FLOAT, DataType.DOUBLE, DataType.BIG_DECIMAL));
  }

  /** Sums of wild floating-point numbers depend on the order in which they overflow. */
  private DataType summable() {
    return table.isTame()
        ? number()
        : random.oneOf(List.of(DataType.INT, DataType.LONG, DataType.BIG_DECIMAL));
  }
}
