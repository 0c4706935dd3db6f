package io.gamay.query.plan;

import io.gamay.query.plan.AggregateCall.EmptyHabit;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.sql.Expression;
import io.gamay.query.sql.Expression.Call;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import io.gamay.segment.schema.Value.DoubleValue;
import io.gamay.segment.schema.Value.StringValue;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Aggregations: their arguments over the row, their parameters, and their types. */
final class AggregatePlanner {

  private final Planning planning;
  private final ExpressionTyper typer;

  AggregatePlanner(Planning planning) {
    this.planning = planning;
    this.typer = planning.typer(new RowScope(planning, Aliases.NONE, "an aggregation"));
  }

  AggregateCall plan(Call call, FunctionNames.Aggregate aggregate) {
    AggregateArguments arguments = new AggregateArguments(call, aggregate, typer);
    arguments.requireCount();
    Optional<TypedExpression> filter =
        call.filter().map(typer::condition).filter(condition -> !condition.equals(Constants.TRUE));
    if (call.arguments().getFirst() instanceof Expression.Star) {
      if (aggregate.name() != AggregateName.COUNT) {
        throw Refusals.invalid("%s(*) has no meaning, name a column".formatted(call.name()));
      }
      return rowCount(filter);
    }
    AggregateName name = call.distinct() ? distinct(call, aggregate.name()) : aggregate.name();
    if (name == AggregateName.COUNT) {
      return count(arguments.column(0), filter, aggregate.multiValueOnly());
    }
    AggregateShape shape = shape(name, arguments, call.distinct());
    return call(shape, filter, name != AggregateName.ANY_VALUE && hasPinotValue(shape));
  }

  /** The function over distinct values, of which most know no other. */
  private static AggregateName distinct(Call call, AggregateName name) {
    return switch (name) {
      case COUNT -> AggregateName.DISTINCT_COUNT;
      case SUM -> AggregateName.DISTINCT_SUM;
      case AVG -> AggregateName.DISTINCT_AVG;
      case MIN,
          MAX,
          MIN_MAX_RANGE,
          MIN_LONG,
          MAX_LONG,
          MIN_STRING,
          MAX_STRING,
          ANY_VALUE,
          BOOL_AND,
          BOOL_OR,
          DISTINCT_COUNT,
          SEGMENT_PARTITIONED_DISTINCT_COUNT,
          DISTINCT_SUM,
          DISTINCT_AVG,
          DISTINCT_COUNT_HLL,
          DISTINCT_COUNT_HLL_PLUS,
          DISTINCT_COUNT_RAW_HLL,
          DISTINCT_COUNT_RAW_HLL_PLUS,
          DISTINCT_COUNT_THETA_SKETCH,
          DISTINCT_COUNT_RAW_THETA_SKETCH,
          DISTINCT_COUNT_CPC_SKETCH,
          DISTINCT_COUNT_RAW_CPC_SKETCH,
          ARRAY_AGG,
          LIST_AGG,
          ID_SET ->
          name;
      case SUM_PRECISION,
          SUM_LONG,
          PERCENTILE,
          MEDIAN,
          PERCENTILE_EST,
          PERCENTILE_TDIGEST,
          PERCENTILE_RAW_TDIGEST,
          PERCENTILE_KLL,
          PERCENTILE_RAW_KLL,
          DISTINCT_COUNT_TUPLE_SKETCH,
          DISTINCT_COUNT_RAW_INTEGER_SUM_TUPLE_SKETCH,
          SUM_VALUES_INTEGER_SUM_TUPLE_SKETCH,
          AVG_VALUE_INTEGER_SUM_TUPLE_SKETCH,
          FREQUENT_LONGS_SKETCH,
          FREQUENT_STRINGS_SKETCH,
          MODE,
          VAR_POP,
          VAR_SAMP,
          STDDEV_POP,
          STDDEV_SAMP,
          SKEWNESS,
          KURTOSIS,
          COVAR_POP,
          COVAR_SAMP,
          CORR,
          FIRST_WITH_TIME,
          LAST_WITH_TIME,
          ARG_MIN,
          ARG_MAX,
          MIN_BY,
          MAX_BY,
          HISTOGRAM,
          FUNNEL_COUNT,
          FUNNEL_MAX_STEP,
          FUNNEL_MATCH_STEP,
          FUNNEL_COMPLETE_COUNT,
          FUNNEL_STEP_DURATION_STATS,
          SUM_ARRAY_LONG,
          SUM_ARRAY_DOUBLE ->
          throw Refusals.invalid("%s does not take DISTINCT".formatted(call.name()));
    };
  }

  private AggregateShape shape(AggregateName name, AggregateArguments in, boolean isDistinct) {
    RowAggregatePlanner rows = new RowAggregatePlanner(in, isPinot());
    SketchPlanner sketches = new SketchPlanner(in, isPinot());
    return switch (name) {
      case COUNT -> throw new IllegalStateException("COUNT is planned apart");
      case SUM -> sum(AggregateFunction.SUM, in.numbers(0));
      case AVG -> sum(AggregateFunction.AVG, in.numbers(0));
      case DISTINCT_SUM -> sum(AggregateFunction.SUM_DISTINCT, in.numbers(0));
      case DISTINCT_AVG -> sum(AggregateFunction.AVG_DISTINCT, in.numbers(0));
      case SUM_LONG ->
          AggregateShape.of(AggregateFunction.SUM, in.converted(0, DataType.LONG), DataType.LONG);
      case SUM_PRECISION -> sumPrecision(in);
      case MIN -> extreme(AggregateFunction.MIN, in);
      case MAX -> extreme(AggregateFunction.MAX, in);
      case MIN_MAX_RANGE -> range(in.numbers(0));
      case MIN_LONG ->
          AggregateShape.of(AggregateFunction.MIN, in.converted(0, DataType.LONG), DataType.LONG);
      case MAX_LONG ->
          AggregateShape.of(AggregateFunction.MAX, in.converted(0, DataType.LONG), DataType.LONG);
      case MIN_STRING -> AggregateShape.of(AggregateFunction.MIN, in.texts(0), DataType.STRING);
      case MAX_STRING -> AggregateShape.of(AggregateFunction.MAX, in.texts(0), DataType.STRING);
      case ANY_VALUE -> {
        TypedExpression argument = in.column(0);
        yield AggregateShape.of(AggregateFunction.MIN, argument, argument.type().element());
      }
      case BOOL_AND -> AggregateShape.of(AggregateFunction.MIN, in.conditions(0), DataType.BOOLEAN);
      case BOOL_OR -> AggregateShape.of(AggregateFunction.MAX, in.conditions(0), DataType.BOOLEAN);
      case DISTINCT_COUNT -> {
        in.ignore(1);
        yield AggregateShape.of(
            AggregateFunction.COUNT_DISTINCT,
            in.column(0),
            isPinot() ? DataType.INT : DataType.LONG);
      }
      case SEGMENT_PARTITIONED_DISTINCT_COUNT ->
          AggregateShape.of(AggregateFunction.COUNT_DISTINCT, in.column(0), DataType.LONG);
      case DISTINCT_COUNT_HLL -> sketches.hll(AggregateFunction.COUNT_DISTINCT_HLL);
      case DISTINCT_COUNT_HLL_PLUS -> sketches.hllPlus(AggregateFunction.COUNT_DISTINCT_HLL);
      case DISTINCT_COUNT_RAW_HLL -> sketches.hll(AggregateFunction.RAW_HLL);
      case DISTINCT_COUNT_RAW_HLL_PLUS -> sketches.hllPlus(AggregateFunction.RAW_HLL);
      case DISTINCT_COUNT_THETA_SKETCH -> sketches.theta(AggregateFunction.COUNT_DISTINCT_THETA);
      case DISTINCT_COUNT_RAW_THETA_SKETCH -> sketches.theta(AggregateFunction.RAW_THETA);
      case DISTINCT_COUNT_CPC_SKETCH -> sketches.cpc(AggregateFunction.COUNT_DISTINCT_CPC);
      case DISTINCT_COUNT_RAW_CPC_SKETCH -> sketches.cpc(AggregateFunction.RAW_CPC);
      case DISTINCT_COUNT_TUPLE_SKETCH -> sketches.tuple(AggregateFunction.COUNT_DISTINCT_TUPLE);
      case DISTINCT_COUNT_RAW_INTEGER_SUM_TUPLE_SKETCH ->
          sketches.tuple(AggregateFunction.RAW_TUPLE);
      case SUM_VALUES_INTEGER_SUM_TUPLE_SKETCH -> sketches.tuple(AggregateFunction.SUM_TUPLE);
      case AVG_VALUE_INTEGER_SUM_TUPLE_SKETCH -> sketches.tuple(AggregateFunction.AVG_TUPLE);
      case FREQUENT_LONGS_SKETCH -> sketches.frequentLongs();
      case FREQUENT_STRINGS_SKETCH -> sketches.frequentStrings();
      case PERCENTILE -> percentile(in, in.percentage());
      case MEDIAN -> percentile(in, 50);
      case PERCENTILE_EST -> sketches.estimate();
      case PERCENTILE_TDIGEST -> sketches.tdigest(AggregateFunction.PERCENTILE_TDIGEST);
      case PERCENTILE_RAW_TDIGEST -> sketches.tdigest(AggregateFunction.RAW_TDIGEST);
      case PERCENTILE_KLL -> sketches.kll(AggregateFunction.PERCENTILE_KLL);
      case PERCENTILE_RAW_KLL -> sketches.kll(AggregateFunction.RAW_KLL);
      case MODE -> mode(in);
      case VAR_POP -> moment(AggregateFunction.VAR_POP, in);
      case VAR_SAMP -> moment(AggregateFunction.VAR_SAMP, in);
      case STDDEV_POP -> moment(AggregateFunction.STDDEV_POP, in);
      case STDDEV_SAMP -> moment(AggregateFunction.STDDEV_SAMP, in);
      case SKEWNESS -> moment(AggregateFunction.SKEWNESS, in);
      case KURTOSIS -> moment(AggregateFunction.KURTOSIS, in);
      case COVAR_POP -> rows.pair(AggregateFunction.COVAR_POP);
      case COVAR_SAMP -> rows.pair(AggregateFunction.COVAR_SAMP);
      case CORR -> rows.pair(AggregateFunction.CORR);
      case FIRST_WITH_TIME -> rows.withTime(AggregateFunction.FIRST_WITH_TIME);
      case LAST_WITH_TIME -> rows.withTime(AggregateFunction.LAST_WITH_TIME);
      case ARG_MIN -> rows.valueLast(AggregateFunction.ARG_MIN);
      case ARG_MAX -> rows.valueLast(AggregateFunction.ARG_MAX);
      case MIN_BY -> rows.valueFirst(AggregateFunction.ARG_MIN);
      case MAX_BY -> rows.valueFirst(AggregateFunction.ARG_MAX);
      case ARRAY_AGG -> rows.arrayAgg(isDistinct);
      case LIST_AGG -> rows.listAgg(isDistinct);
      case HISTOGRAM -> rows.histogram();
      case FUNNEL_COUNT -> rows.funnel();
      case FUNNEL_MAX_STEP -> rows.funnelEvents(AggregateFunction.FUNNEL_MAX_STEP);
      case FUNNEL_MATCH_STEP -> rows.funnelEvents(AggregateFunction.FUNNEL_MATCH_STEP);
      case FUNNEL_COMPLETE_COUNT -> rows.funnelEvents(AggregateFunction.FUNNEL_COMPLETE_COUNT);
      case FUNNEL_STEP_DURATION_STATS ->
          rows.funnelEvents(AggregateFunction.FUNNEL_STEP_DURATION_STATS);
      case SUM_ARRAY_LONG -> rows.arraySum(DataType.LONG);
      case SUM_ARRAY_DOUBLE -> rows.arraySum(DataType.DOUBLE);
      case ID_SET -> {
        in.ignore(1);
        yield AggregateShape.of(AggregateFunction.ID_SET, in.column(0), DataType.STRING);
      }
    };
  }

  private static AggregateShape moment(AggregateFunction function, AggregateArguments in) {
    return AggregateShape.of(function, in.numbers(0), DataType.DOUBLE);
  }

  private AggregateCall rowCount(Optional<TypedExpression> filter) {
    return call(
        new AggregateShape(
            AggregateFunction.COUNT, List.of(), List.of(), ResultType.of(DataType.LONG)),
        filter);
  }

  /** Rows whose argument is not NULL; every element with COUNTMV. */
  private AggregateCall count(
      TypedExpression argument, Optional<TypedExpression> filter, boolean isOfElements) {
    if (isOfElements) {
      return call(AggregateShape.of(AggregateFunction.COUNT, argument, DataType.LONG), filter);
    }
    TypedExpression isNotNull = Conditions.isNull(argument, true);
    if (isNotNull.equals(Constants.TRUE)) {
      return rowCount(filter);
    }
    if (argument.type().isArray() || isNotNull.equals(Constants.FALSE)) {
      TypedExpression both =
          filter.map(condition -> Conditions.and(List.of(condition, isNotNull))).orElse(isNotNull);
      return rowCount(Optional.of(both));
    }
    return call(AggregateShape.of(AggregateFunction.COUNT, argument, DataType.LONG), filter);
  }

  private AggregateShape sum(AggregateFunction function, TypedExpression argument) {
    boolean isSum = function == AggregateFunction.SUM || function == AggregateFunction.SUM_DISTINCT;
    DataType type =
        switch (argument.type().element()) {
          case BIG_DECIMAL -> isPinot() ? DataType.DOUBLE : DataType.BIG_DECIMAL;
          case INT, LONG -> isSum && !isPinot() ? DataType.LONG : DataType.DOUBLE;
          default -> DataType.DOUBLE;
        };
    return AggregateShape.of(function, argument, type);
  }

  private AggregateShape sumPrecision(AggregateArguments in) {
    TypedExpression argument = in.converted(0, DataType.BIG_DECIMAL);
    DataType type = isPinot() ? DataType.STRING : DataType.BIG_DECIMAL;
    List<Value> parameters =
        switch (in.count()) {
          case 1 -> List.of();
          case 2 -> List.of(in.whole(1, "digits", 1, 10_000));
          default ->
              List.of(in.whole(1, "digits", 1, 10_000), in.whole(2, "scale", -10_000, 10_000));
        };
    return new AggregateShape(
        AggregateFunction.SUM, List.of(argument), parameters, ResultType.of(type));
  }

  private AggregateShape extreme(AggregateFunction function, AggregateArguments in) {
    TypedExpression argument = in.column(0);
    return isPinot()
        ? AggregateShape.of(function, in.numbers(0), DataType.DOUBLE)
        : AggregateShape.of(function, argument, argument.type().element());
  }

  private AggregateShape range(TypedExpression argument) {
    DataType type =
        switch (argument.type().element()) {
          case INT, LONG -> isPinot() ? DataType.DOUBLE : DataType.LONG;
          case BIG_DECIMAL -> isPinot() ? DataType.DOUBLE : DataType.BIG_DECIMAL;
          default -> DataType.DOUBLE;
        };
    return AggregateShape.of(AggregateFunction.MIN_MAX_RANGE, argument, type);
  }

  private AggregateShape percentile(AggregateArguments in, double percentage) {
    TypedExpression argument = in.column(0);
    DoubleValue parameter = new DoubleValue(percentage);
    return isPinot()
        ? AggregateShape.of(AggregateFunction.PERCENTILE, in.numbers(0), DataType.DOUBLE, parameter)
        : AggregateShape.of(
            AggregateFunction.PERCENTILE, argument, argument.type().element(), parameter);
  }

  private AggregateShape mode(AggregateArguments in) {
    String which = in.count() > 1 ? in.text(1).toUpperCase(Locale.ROOT) : "MIN";
    if (!Set.of("MIN", "MAX", "AVG").contains(which)) {
      throw Refusals.invalid("MODE takes 'MIN', 'MAX' or 'AVG', not '%s'".formatted(which));
    }
    boolean isMean = which.equals("AVG");
    TypedExpression values = isPinot() || isMean ? in.numbers(0) : in.column(0);
    DataType type = isPinot() || isMean ? DataType.DOUBLE : values.type().element();
    return AggregateShape.of(AggregateFunction.MODE, values, type, new StringValue(which));
  }

  private AggregateCall call(AggregateShape shape, Optional<TypedExpression> filter) {
    return call(shape, filter, hasPinotValue(shape));
  }

  private AggregateCall call(
      AggregateShape shape, Optional<TypedExpression> filter, boolean hasPinotValue) {
    EmptyHabit habit =
        isPinot() && !planning.options().nullHandling()
            ? EmptyHabit.PINOT_VALUES
            : EmptyHabit.STANDARD_NULL;
    boolean isNullable =
        !shape.function().countsNothing() && (habit == EmptyHabit.STANDARD_NULL || !hasPinotValue);
    return new AggregateCall(
        shape.function(),
        shape.arguments(),
        shape.parameters(),
        filter,
        shape.type(),
        isNullable,
        habit);
  }

  /** Functions that Pinot does not have as we do, and types for which it has no value. */
  private static boolean hasPinotValue(AggregateShape shape) {
    return switch (shape.function()) {
      case MIN, MAX ->
          switch (shape.type().element()) {
            case DOUBLE, BOOLEAN, LONG -> true;
            default -> false;
          };
      case ARG_MIN, ARG_MAX -> false;
      default -> true;
    };
  }

  private boolean isPinot() {
    return planning.options().dialect() == Dialect.PINOT;
  }
}
