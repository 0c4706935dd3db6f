package io.gamay.query.plan;

import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.sql.Expression;
import io.gamay.query.sql.Expression.Call;
import io.gamay.query.sql.Query;
import io.gamay.query.sql.SqlParser;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import io.gamay.segment.schema.Value.DoubleValue;
import io.gamay.segment.schema.Value.IntValue;
import io.gamay.segment.schema.Value.LongValue;
import io.gamay.segment.schema.Value.StringValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The arguments of one aggregation as written: columns and literals, by their position. */
final class AggregateArguments {

  private final Call call;
  private final FunctionNames.Aggregate aggregate;
  private final ExpressionTyper typer;

  AggregateArguments(Call call, FunctionNames.Aggregate aggregate, ExpressionTyper typer) {
    this.call = call;
    this.aggregate = aggregate;
    this.typer = typer;
  }

  int count() {
    return call.arguments().size();
  }

  void requireCount() {
    int inName = aggregate.percentage().isPresent() ? 1 : 0;
    int min = aggregate.name().minArguments() - inName;
    int max = aggregate.name().maxArguments() - inName;
    if (count() >= min && count() <= max) {
      return;
    }
    if (call.distinct() && min == 1 && count() > 1) {
      throw Refusals.invalid(
          "%s(DISTINCT ...) takes one expression, found %d: join them, as in CONCAT(a, '/', b)"
              .formatted(call.name(), count()));
    }
    if (min == 1 && max == 1) {
      throw Refusals.invalid("%s takes one argument, found %d".formatted(call.name(), count()));
    }
    throw Refusals.invalid(
        "%s takes %s arguments, found %d: %s"
            .formatted(
                call.name(),
                min == max ? Integer.toString(min) : min + " to " + max,
                count(),
                aggregate.name().signature()));
  }

  /** An expression over the row. */
  TypedExpression column(int index) {
    Expression written = call.arguments().get(index);
    TypedExpression argument = typer.type(written);
    if (index == 0 && aggregate.multiValueOnly() && !argument.type().isArray()) {
      throw Refusals.invalid(
          "%s needs a multi-value column, %s is %s"
              .formatted(
                  call.name(), ColumnNames.describe(written), argument.type().displayName()));
    }
    return argument;
  }

  /** An argument, refused if it has several values. */
  TypedExpression single(int index, TypedExpression argument) {
    if (argument.type().isArray()) {
      throw Refusals.invalid(
          "%s does not take multi-value %s"
              .formatted(call.name(), ColumnNames.describe(call.arguments().get(index))));
    }
    return argument;
  }

  List<Expression> written() {
    return call.arguments();
  }

  /** A part of an argument. */
  TypedExpression typed(Expression part) {
    return typer.type(part);
  }

  TypedExpression condition(Expression part) {
    return typer.condition(part);
  }

  /** An argument in another type. */
  TypedExpression as(TypedExpression argument, DataType type) {
    DataType from = argument.type().element();
    if (!Constants.isNull(argument) && !ValueConverter.isConvertible(from, type)) {
      throw Refusals.invalid("%s cannot convert %s to %s".formatted(call.name(), from, type));
    }
    return Constants.convert(argument, type);
  }

  /** Numbers, of their own type. */
  TypedExpression numbers(int index) {
    TypedExpression argument = column(index);
    if (Constants.isNull(argument)) {
      return Constants.ofNull(ResultType.of(DataType.INT));
    }
    DataType type = argument.type().element();
    if (!Types.isNumberLike(type)) {
      throw Refusals.invalid("%s needs numbers, not %s".formatted(call.name(), type));
    }
    return Constants.convert(argument, Types.asNumber(type));
  }

  /** Numbers of one type. */
  TypedExpression converted(int index, DataType type) {
    TypedExpression numbers = numbers(index);
    if (type == DataType.LONG
        && numbers.type().element() != DataType.INT
        && numbers.type().element() != DataType.LONG) {
      throw Refusals.invalid(
          "%s needs whole numbers, not %s".formatted(call.name(), numbers.type().element()));
    }
    return Constants.convert(numbers, type);
  }

  TypedExpression texts(int index) {
    TypedExpression argument = column(index);
    if (!Constants.isNull(argument) && !Types.isText(argument.type().element())) {
      throw Refusals.invalid(
          "%s needs STRING, not %s".formatted(call.name(), argument.type().element()));
    }
    return Constants.convert(argument, DataType.STRING);
  }

  TypedExpression conditions(int index) {
    TypedExpression argument = column(index);
    if (Constants.isNull(argument)) {
      return Constants.UNKNOWN;
    }
    if (argument.type().element() != DataType.BOOLEAN) {
      throw Refusals.invalid(
          "%s needs BOOLEAN, not %s".formatted(call.name(), argument.type().element()));
    }
    return argument;
  }

  /** The percentage, from the name or the second argument. */
  double percentage() {
    return aggregate.percentage().isPresent()
        ? aggregate.percentage().getAsDouble()
        : real(1, "the percentage", 0, 100);
  }

  /** The position of what is written behind the percentage, if there is anything. */
  Optional<Integer> literalAfterPercentage() {
    int index = aggregate.percentage().isPresent() ? 1 : 2;
    return count() > index ? Optional.of(index) : Optional.empty();
  }

  /** A literal that is accepted and has no meaning here. */
  void ignore(int index) {
    if (count() > index) {
      literal(index, "a literal");
    }
  }

  IntValue whole(int index, String what, int min, int max) {
    if (!(literal(index, "a whole number") instanceof IntValue value)) {
      throw wrong(index, what + " as a whole number");
    }
    if (value.value() < min || value.value() > max) {
      throw Refusals.invalid(
          "%s of %s must be in [%d, %d], not %d"
              .formatted(what, call.name(), min, max, value.value()));
    }
    return value;
  }

  /** A whole number literal from a least one on. */
  long wholeLong(int index, String what, long min) {
    long value =
        switch (literal(index, what + " as a whole number")) {
          case IntValue(int v) -> v;
          case LongValue(long v) -> v;
          default -> throw wrong(index, what + " as a whole number");
        };
    if (value < min) {
      throw Refusals.invalid(
          "%s of %s must be %d at least, not %d".formatted(what, call.name(), min, value));
    }
    return value;
  }

  /** A whole number or TIMESTAMP, as LONG. */
  TypedExpression time(int index) {
    TypedExpression argument = column(index);
    DataType type = argument.type().element();
    boolean isTime = type == DataType.INT || type == DataType.LONG || type == DataType.TIMESTAMP;
    if (!isTime && !Constants.isNull(argument)) {
      throw Refusals.invalid(
          "%s needs a time as TIMESTAMP or whole number, not %s".formatted(call.name(), type));
    }
    return Constants.convert(argument, DataType.LONG);
  }

  double real(int index, String what, double min, double max) {
    double value = number(index, literal(index, what + " as a number"));
    if (!(value >= min && value <= max)) {
      throw Refusals.invalid(
          "%s of %s must be in [%s, %s], not %s".formatted(what, call.name(), min, max, value));
    }
    return value;
  }

  String text(int index) {
    if (literal(index, "a text") instanceof StringValue(String value)) {
      return value;
    }
    throw wrong(index, "a text");
  }

  /** A condition over the row that is written within a text. */
  TypedExpression conditionText(int index) {
    Query query = new SqlParser().parse("SELECT * FROM t WHERE (" + text(index) + "\n)");
    boolean isCondition =
        query.groupBy().isEmpty()
            && query.groupingSets().isEmpty()
            && query.having().isEmpty()
            && query.orderBy().isEmpty()
            && query.limit().isEmpty()
            && query.options().isEmpty();
    if (!isCondition) {
      throw wrong(index, "a condition");
    }
    return typer.condition(query.where().orElseThrow(() -> wrong(index, "a condition")));
  }

  /** A literal, if it is a text. */
  Optional<String> optionalText(int index) {
    return literal(index, "a literal") instanceof StringValue(String value)
        ? Optional.of(value)
        : Optional.empty();
  }

  /** A literal that names a type. */
  DataType dataType(int index) {
    String name = text(index).toUpperCase(Locale.ROOT);
    for (DataType type : DataType.values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw Refusals.invalid(
        "%s knows no type '%s', use one of %s"
            .formatted(call.name(), name, Arrays.toString(DataType.values())));
  }

  boolean flag(int index) {
    if (literal(index, "true or false") instanceof IntValue(int value)) {
      return value != 0;
    }
    throw wrong(index, "true or false");
  }

  /** ARRAY of number literals; in text, also infinite ones. */
  double[] reals(int index) {
    if (!(call.arguments().get(index) instanceof Call array)
        || !FunctionNames.canonical(array.name()).equals("array")) {
      throw wrong(index, "an ARRAY of numbers");
    }
    return array.arguments().stream().mapToDouble(element -> real(index, element)).toArray();
  }

  private double real(int index, Expression written) {
    if (typer.type(written) instanceof Constant(Optional<Value> value, ResultType _)
        && value.isPresent()) {
      try {
        return switch (value.get()) {
          case StringValue(String text) -> Double.parseDouble(text);
          case Value number -> number(index, number);
        };
      } catch (NumberFormatException _) {
        throw wrong(index, "an ARRAY of numbers");
      }
    }
    throw wrong(index, "an ARRAY of numbers");
  }

  private double number(int index, Value value) {
    return switch (value) {
      case IntValue(int v) -> v;
      case LongValue(long v) -> (double) v;
      case DoubleValue(double v) -> v;
      case Value.BigDecimalValue(var v) -> v.doubleValue();
      case Value.FloatValue _, StringValue _, Value.BytesValue _ -> throw wrong(index, "a number");
    };
  }

  private Value literal(int index, String what) {
    TypedExpression typed = typer.type(call.arguments().get(index));
    if (typed instanceof Constant(Optional<Value> value, ResultType _) && value.isPresent()) {
      return value.get();
    }
    throw wrong(index, what);
  }

  private RuntimeException wrong(int index, String what) {
    return Refusals.invalid(
        "argument %d of %s must be %s, not %s: %s"
            .formatted(
                index + 1,
                call.name(),
                what,
                ColumnNames.describe(call.arguments().get(index)),
                aggregate.name().signature()));
  }
}
