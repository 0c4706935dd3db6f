package io.gamay.query.plan;

import io.gamay.query.plan.AggregateCall.EmptyHabit;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.sql.Expression;
import io.gamay.query.sql.Expression.Call;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import io.gamay.segment.schema.Value.DoubleValue;
import io.gamay.segment.schema.Value.IntValue;
import io.gamay.segment.schema.Value.StringValue;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Aggregations: their arguments over the row, their parameters, and their types. */
final class AggregatePlanner {

  private static final int STANDARD_LOG2M = 12;
  private static final int PINOT_LOG2M = 8;
  private static final int HLL_PLUS_P = 14;
  private static final int TDIGEST_COMPRESSION = 100;
  private static final int ESTIMATE_COMPRESSION = 200;

  private final Planning planning;
  private final ExpressionTyper typer;

  /** What is particular to one function. */
  private record Shape(
      AggregateFunction function,
      List<TypedExpression> arguments,
      List<Value> parameters,
      ResultType type) {

    static Shape of(AggregateFunction function, TypedExpression argument, DataType type) {
      return new Shape(function, List.of(argument), List.of(), ResultType.of(type));
    }

    static Shape of(
        AggregateFunction function, TypedExpression argument, DataType type, Value... parameters) {
      return new Shape(function, List.of(argument), List.of(parameters), ResultType.of(type));
    }
  }

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
    TypedExpression argument = arguments.column(0);
    AggregateName name = call.distinct() ? distinct(call, aggregate.name()) : aggregate.name();
    if (name == AggregateName.COUNT) {
      return count(argument, filter, aggregate.multiValueOnly());
    }
    return call(shape(name, arguments, argument), filter);
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
          DISTINCT_COUNT_RAW_HLL_PLUS ->
          name;
      case SUM_PRECISION,
          SUM_LONG,
          PERCENTILE,
          MEDIAN,
          PERCENTILE_EST,
          PERCENTILE_TDIGEST,
          PERCENTILE_RAW_TDIGEST,
          MODE ->
          throw Refusals.invalid("%s does not take DISTINCT".formatted(call.name()));
    };
  }

  private Shape shape(AggregateName name, AggregateArguments in, TypedExpression argument) {
    return switch (name) {
      case COUNT -> throw new IllegalStateException("COUNT is planned apart");
      case SUM -> sum(AggregateFunction.SUM, in.numbers(0));
      case AVG -> sum(AggregateFunction.AVG, in.numbers(0));
      case DISTINCT_SUM -> sum(AggregateFunction.SUM_DISTINCT, in.numbers(0));
      case DISTINCT_AVG -> sum(AggregateFunction.AVG_DISTINCT, in.numbers(0));
      case SUM_LONG ->
          Shape.of(AggregateFunction.SUM, in.converted(0, DataType.LONG), DataType.LONG);
      case SUM_PRECISION -> sumPrecision(in);
      case MIN -> extreme(AggregateFunction.MIN, in, argument);
      case MAX -> extreme(AggregateFunction.MAX, in, argument);
      case MIN_MAX_RANGE -> range(in.numbers(0));
      case MIN_LONG ->
          Shape.of(AggregateFunction.MIN, in.converted(0, DataType.LONG), DataType.LONG);
      case MAX_LONG ->
          Shape.of(AggregateFunction.MAX, in.converted(0, DataType.LONG), DataType.LONG);
      case MIN_STRING -> Shape.of(AggregateFunction.MIN, in.texts(0), DataType.STRING);
      case MAX_STRING -> Shape.of(AggregateFunction.MAX, in.texts(0), DataType.STRING);
      case ANY_VALUE -> Shape.of(AggregateFunction.MIN, argument, argument.type().element());
      case BOOL_AND -> Shape.of(AggregateFunction.MIN, in.conditions(0), DataType.BOOLEAN);
      case BOOL_OR -> Shape.of(AggregateFunction.MAX, in.conditions(0), DataType.BOOLEAN);
      case DISTINCT_COUNT -> {
        in.ignore(1);
        yield Shape.of(
            AggregateFunction.COUNT_DISTINCT, argument, isPinot() ? DataType.INT : DataType.LONG);
      }
      case SEGMENT_PARTITIONED_DISTINCT_COUNT ->
          Shape.of(AggregateFunction.COUNT_DISTINCT, argument, DataType.LONG);
      case DISTINCT_COUNT_HLL ->
          hll(AggregateFunction.COUNT_DISTINCT_HLL, in, argument, defaultLog2m());
      case DISTINCT_COUNT_HLL_PLUS ->
          hll(AggregateFunction.COUNT_DISTINCT_HLL, in, argument, HLL_PLUS_P);
      case DISTINCT_COUNT_RAW_HLL -> hll(AggregateFunction.RAW_HLL, in, argument, defaultLog2m());
      case DISTINCT_COUNT_RAW_HLL_PLUS -> hll(AggregateFunction.RAW_HLL, in, argument, HLL_PLUS_P);
      case PERCENTILE -> percentile(in, argument, in.percentage());
      case MEDIAN -> percentile(in, argument, 50);
      case PERCENTILE_EST -> tdigest(in, DataType.LONG, ESTIMATE_COMPRESSION);
      case PERCENTILE_TDIGEST -> tdigest(in, DataType.DOUBLE, TDIGEST_COMPRESSION);
      case PERCENTILE_RAW_TDIGEST -> tdigest(in, DataType.STRING, TDIGEST_COMPRESSION);
      case MODE -> mode(in, argument);
    };
  }

  private AggregateCall rowCount(Optional<TypedExpression> filter) {
    return call(
        new Shape(AggregateFunction.COUNT, List.of(), List.of(), ResultType.of(DataType.LONG)),
        filter);
  }

  /** Rows whose argument is not NULL; every element with COUNTMV. */
  private AggregateCall count(
      TypedExpression argument, Optional<TypedExpression> filter, boolean isOfElements) {
    if (isOfElements) {
      return call(Shape.of(AggregateFunction.COUNT, argument, DataType.LONG), filter);
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
    return call(Shape.of(AggregateFunction.COUNT, argument, DataType.LONG), filter);
  }

  private Shape sum(AggregateFunction function, TypedExpression argument) {
    boolean isSum = function == AggregateFunction.SUM || function == AggregateFunction.SUM_DISTINCT;
    DataType type =
        switch (argument.type().element()) {
          case BIG_DECIMAL -> isPinot() ? DataType.DOUBLE : DataType.BIG_DECIMAL;
          case INT, LONG -> isSum && !isPinot() ? DataType.LONG : DataType.DOUBLE;
          default -> DataType.DOUBLE;
        };
    return Shape.of(function, argument, type);
  }

  private Shape sumPrecision(AggregateArguments in) {
    TypedExpression argument = in.converted(0, DataType.BIG_DECIMAL);
    DataType type = isPinot() ? DataType.STRING : DataType.BIG_DECIMAL;
    List<Value> parameters =
        switch (in.count()) {
          case 1 -> List.of();
          case 2 -> List.of(in.whole(1, "digits", 1, 10_000));
          default ->
              List.of(in.whole(1, "digits", 1, 10_000), in.whole(2, "scale", -10_000, 10_000));
        };
    return new Shape(AggregateFunction.SUM, List.of(argument), parameters, ResultType.of(type));
  }

  private Shape extreme(
      AggregateFunction function, AggregateArguments in, TypedExpression argument) {
    return isPinot()
        ? Shape.of(function, in.numbers(0), DataType.DOUBLE)
        : Shape.of(function, argument, argument.type().element());
  }

  private Shape range(TypedExpression argument) {
    DataType type =
        switch (argument.type().element()) {
          case INT, LONG -> isPinot() ? DataType.DOUBLE : DataType.LONG;
          case BIG_DECIMAL -> isPinot() ? DataType.DOUBLE : DataType.BIG_DECIMAL;
          default -> DataType.DOUBLE;
        };
    return Shape.of(AggregateFunction.MIN_MAX_RANGE, argument, type);
  }

  private static Shape hll(
      AggregateFunction function,
      AggregateArguments in,
      TypedExpression argument,
      int defaultLog2m) {
    in.ignore(2);
    IntValue log2m = in.count() > 1 ? in.whole(1, "log2m", 4, 21) : new IntValue(defaultLog2m);
    DataType type = function == AggregateFunction.RAW_HLL ? DataType.STRING : DataType.LONG;
    return Shape.of(function, argument, type, log2m);
  }

  private int defaultLog2m() {
    return isPinot() ? PINOT_LOG2M : STANDARD_LOG2M;
  }

  private Shape percentile(AggregateArguments in, TypedExpression argument, double percentage) {
    DoubleValue parameter = new DoubleValue(percentage);
    return isPinot()
        ? Shape.of(AggregateFunction.PERCENTILE, in.numbers(0), DataType.DOUBLE, parameter)
        : Shape.of(AggregateFunction.PERCENTILE, argument, argument.type().element(), parameter);
  }

  private static Shape tdigest(AggregateArguments in, DataType type, int defaultCompression) {
    IntValue compression =
        in.literalAfterPercentage()
            .map(index -> in.whole(index, "compression", 20, 1_000))
            .orElse(new IntValue(defaultCompression));
    return Shape.of(
        type == DataType.STRING
            ? AggregateFunction.RAW_TDIGEST
            : AggregateFunction.PERCENTILE_TDIGEST,
        in.converted(0, DataType.DOUBLE),
        type,
        new DoubleValue(in.percentage()),
        compression);
  }

  private Shape mode(AggregateArguments in, TypedExpression argument) {
    String which = in.count() > 1 ? in.text(1).toUpperCase(Locale.ROOT) : "MIN";
    if (!Set.of("MIN", "MAX", "AVG").contains(which)) {
      throw Refusals.invalid("MODE takes 'MIN', 'MAX' or 'AVG', not '%s'".formatted(which));
    }
    boolean isMean = which.equals("AVG");
    TypedExpression values = isPinot() || isMean ? in.numbers(0) : argument;
    DataType type = isPinot() || isMean ? DataType.DOUBLE : values.type().element();
    return Shape.of(AggregateFunction.MODE, values, type, new StringValue(which));
  }

  private AggregateCall call(Shape shape, Optional<TypedExpression> filter) {
    EmptyHabit habit =
        isPinot() && !planning.options().nullHandling()
            ? EmptyHabit.PINOT_VALUES
            : EmptyHabit.STANDARD_NULL;
    boolean isNullable =
        !shape.function().countsNothing()
            && (habit == EmptyHabit.STANDARD_NULL || !hasPinotValue(shape));
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
  private static boolean hasPinotValue(Shape shape) {
    return switch (shape.function()) {
      case MIN, MAX ->
          shape.type().element() == DataType.DOUBLE || shape.type().element() == DataType.BOOLEAN;
      default -> true;
    };
  }

  private boolean isPinot() {
    return planning.options().dialect() == Dialect.PINOT;
  }
}
