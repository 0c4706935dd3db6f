package io.gamay.query.plan;

import io.gamay.query.function.ScalarFunction;
import io.gamay.query.function.ScalarFunction.NullRule;
import io.gamay.query.function.ScalarFunction.Resolution;
import io.gamay.query.function.ScalarFunctions;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.plan.TypedExpression.Call;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.sql.Expression;
import io.gamay.query.sql.SqlParser;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TableSchema;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The examples of the functions' documentation as expressions, not computed yet. */
public final class ExampleCalls {

  private static final TableSchema SCHEMA =
      new TableSchema("t", 1, List.of(ColumnSpec.dimension("x", DataType.INT)));

  private static final List<Call> ALL = readAll();

  private ExampleCalls() {}

  /** Calls of all functions that have a body, at least one of each. */
  public static List<Call> all() {
    return ALL;
  }

  /** The same function of other arguments, which have the types of the first ones. */
  public static Call withArguments(Call call, List<TypedExpression> arguments) {
    NullRule rule = FunctionCalls.function(call).nullRule();
    boolean isNullable =
        rule == NullRule.STRICT_MAYBE_NULL
            || (rule == NullRule.STRICT
                && arguments.stream().anyMatch(TypedExpression::isNullable));
    return new Call(call.function(), arguments, call.type(), isNullable);
  }

  private static List<Call> readAll() {
    List<Call> calls = new ArrayList<>();
    for (ScalarFunction function : ScalarFunctions.all()) {
      if (!function.isRewritten()) {
        function.doc().examples().forEach(example -> read(example.call()).ifPresent(calls::add));
      }
    }
    return List.copyOf(calls);
  }

  private static Optional<Call> read(String text) {
    Expression.Call written = (Expression.Call) expression(text);
    ScalarFunction function = ScalarFunctions.find(written.name()).orElseThrow();
    List<TypedExpression> arguments =
        written.arguments().stream().map(argument -> typed(argument, SCHEMA)).toList();
    Optional<Resolution> resolution = function.resolve(FunctionCalls.arguments(arguments));
    if (resolution.isEmpty()) {
      return Optional.empty();
    }
    List<TypedExpression> converted = new ArrayList<>();
    for (int index = 0; index < arguments.size(); index++) {
      DataType target = resolution.get().targets().get(index).element();
      converted.add(Constants.convert(arguments.get(index), target));
    }
    var result = resolution.get().result(FunctionCalls.arguments(converted));
    ResultType type = new ResultType(result.element(), result.isArray());
    return Optional.of(withArguments(new Call(function.name(), converted, type, false), converted));
  }

  static Expression expression(String text) {
    return new SqlParser().parse("SELECT " + text + " FROM t").select().getFirst().expression();
  }

  /** An expression over the columns of a schema that has a column x. */
  static TypedExpression typed(Expression expression, TableSchema schema) {
    QueryOptions options =
        new QueryPlanner()
            .plan(
                new SqlParser().parse("SELECT x FROM t"),
                schema,
                Map.of(),
                new QueryPlanner.Context(
                    InstantSource.fixed(Instant.EPOCH),
                    Dialect.STANDARD,
                    Duration.ofSeconds(10),
                    10))
            .options();
    Planning planning =
        new Planning(new ColumnResolver(schema, "t", Optional.empty(), false), options, 0);
    return planning.typer(new RowScope(planning, Aliases.NONE, "a selection")).type(expression);
  }

  /** Whether an argument may be another one: not if it is read while binding. */
  public static boolean isFree(Call call, int argument) {
    return !FunctionCalls.resolution(call).isReadOnce(argument)
        && (call.arguments().get(argument) instanceof Constant
            || call.arguments().get(argument).type().isArray());
  }
}
