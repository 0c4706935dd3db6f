package io.gamay.query.plan;

import io.gamay.query.plan.AggregateCall.AggregateFunction;
import io.gamay.query.plan.AggregateCall.EmptyHabit;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.sql.Expression;
import io.gamay.query.sql.Expression.Call;
import io.gamay.segment.schema.DataType;
import java.util.List;
import java.util.Optional;

/** Aggregations: their arguments over the row, and their types. */
final class AggregatePlanner {

  private final Planning planning;
  private final ExpressionTyper typer;

  AggregatePlanner(Planning planning) {
    this.planning = planning;
    this.typer = planning.typer(new RowScope(planning, Aliases.NONE, "an aggregation"));
  }

  AggregateCall plan(Call call, FunctionNames.Aggregate aggregate) {
    if (call.arguments().size() != 1) {
      throw Refusals.invalid(
          "%s takes one argument, found %d".formatted(call.name(), call.arguments().size()));
    }
    Optional<TypedExpression> filter =
        call.filter().map(typer::condition).filter(condition -> !condition.equals(Constants.TRUE));
    AggregateFunction function = function(call, aggregate);
    Expression written = call.arguments().getFirst();
    if (written instanceof Expression.Star) {
      if (function != AggregateFunction.COUNT) {
        throw Refusals.invalid("%s(*) has no meaning, name a column".formatted(call.name()));
      }
      return call(function, Optional.empty(), filter, DataType.LONG);
    }
    TypedExpression argument = typer.type(written);
    if (aggregate.multiValueOnly() && !argument.type().isArray()) {
      throw Refusals.invalid(
          "%s needs a multi-value column, %s is %s"
              .formatted(
                  call.name(), ColumnNames.describe(written), argument.type().displayName()));
    }
    return switch (function) {
      case COUNT -> count(argument, filter, aggregate.multiValueOnly());
      case COUNT_DISTINCT ->
          call(function, Optional.of(argument), filter, isPinot() ? DataType.INT : DataType.LONG);
      case SUM, AVG -> {
        TypedExpression number = number(call, argument);
        yield call(function, Optional.of(number), filter, sumType(function, number));
      }
      case MIN, MAX -> {
        TypedExpression value = isPinot() ? number(call, argument) : argument;
        DataType type = isPinot() ? DataType.DOUBLE : value.type().element();
        yield call(function, Optional.of(value), filter, type);
      }
    };
  }

  private static AggregateFunction function(Call call, FunctionNames.Aggregate aggregate) {
    if (!call.distinct()) {
      return aggregate.function();
    }
    return switch (aggregate.function()) {
      case COUNT, COUNT_DISTINCT -> AggregateFunction.COUNT_DISTINCT;
      case MIN, MAX -> aggregate.function();
      case SUM, AVG ->
          throw Refusals.invalid("not supported yet: %s(DISTINCT ...)".formatted(call.name()));
    };
  }

  /** Rows whose argument is not NULL; every element with COUNTMV. */
  private AggregateCall count(
      TypedExpression argument, Optional<TypedExpression> filter, boolean isOfElements) {
    if (isOfElements) {
      return call(AggregateFunction.COUNT, Optional.of(argument), filter, DataType.LONG);
    }
    TypedExpression isNotNull = Conditions.isNull(argument, true);
    if (isNotNull.equals(Constants.TRUE)) {
      return call(AggregateFunction.COUNT, Optional.empty(), filter, DataType.LONG);
    }
    if (argument.type().isArray() || isNotNull.equals(Constants.FALSE)) {
      TypedExpression both =
          filter.map(condition -> Conditions.and(List.of(condition, isNotNull))).orElse(isNotNull);
      return call(AggregateFunction.COUNT, Optional.empty(), Optional.of(both), DataType.LONG);
    }
    return call(AggregateFunction.COUNT, Optional.of(argument), filter, DataType.LONG);
  }

  private static TypedExpression number(Call call, TypedExpression argument) {
    DataType type = argument.type().element();
    if (Constants.isNull(argument)) {
      return Constants.ofNull(ResultType.of(DataType.INT));
    }
    if (!Types.isNumberLike(type)) {
      throw Refusals.invalid("%s needs numbers, not %s".formatted(call.name(), type));
    }
    return Constants.convert(argument, Types.asNumber(type));
  }

  private DataType sumType(AggregateFunction function, TypedExpression argument) {
    boolean isSum = function == AggregateFunction.SUM;
    return switch (argument.type().element()) {
      case BIG_DECIMAL -> isPinot() ? DataType.DOUBLE : DataType.BIG_DECIMAL;
      case INT, LONG -> isSum && !isPinot() ? DataType.LONG : DataType.DOUBLE;
      default -> DataType.DOUBLE;
    };
  }

  private AggregateCall call(
      AggregateFunction function,
      Optional<TypedExpression> argument,
      Optional<TypedExpression> filter,
      DataType type) {
    boolean isCount =
        function == AggregateFunction.COUNT || function == AggregateFunction.COUNT_DISTINCT;
    EmptyHabit habit =
        isPinot() && !planning.options().nullHandling()
            ? EmptyHabit.PINOT_VALUES
            : EmptyHabit.STANDARD_NULL;
    return new AggregateCall(
        function,
        argument,
        filter,
        ResultType.of(type),
        !isCount && habit == EmptyHabit.STANDARD_NULL,
        habit);
  }

  private boolean isPinot() {
    return planning.options().dialect() == Dialect.PINOT;
  }
}
