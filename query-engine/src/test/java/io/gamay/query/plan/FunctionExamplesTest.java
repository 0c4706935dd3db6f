package io.gamay.query.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.execute.QueryExecution;
import io.gamay.query.execute.StatisticsCollector;
import io.gamay.query.function.FunctionDoc.Example;
import io.gamay.query.function.ScalarFunction;
import io.gamay.query.function.ScalarFunction.Resolution;
import io.gamay.query.function.ScalarFunctions;
import io.gamay.query.merge.Cell;
import io.gamay.query.merge.ResultBuilder;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.sql.Expression;
import io.gamay.query.testing.Row;
import io.gamay.query.testing.RowsSegment;
import io.gamay.query.testing.RowsSegment.Shape;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documentation says that functions give, they give: as constants and row by row. */
class FunctionExamplesTest {

  private static final TableSchema NO_COLUMNS =
      new TableSchema("t", 1, List.of(ColumnSpec.dimension("x", DataType.INT)));

  private static final Row EMPTY_ROW = new Row(0, 0, Map.of());

  static Stream<Example> examples() {
    return ScalarFunctions.all().stream().flatMap(function -> function.doc().examples().stream());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("examples")
  void exampleGivesWhatTheDocumentationSays(Example example) {
    assertThat(answer(ExampleCalls.expression(example.call()), NO_COLUMNS, EMPTY_ROW))
        .isEqualTo(example.result());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("examples")
  void exampleGivesTheSameOverColumns(Example example) {
    if (!(ExampleCalls.expression(example.call()) instanceof Expression.Call call)) {
      fail("no call: " + example.call());
      return;
    }
    ScalarFunction function = ScalarFunctions.find(call.name()).orElseThrow();
    List<TypedExpression> constants = new ArrayList<>();
    for (Expression argument : call.arguments()) {
      constants.add(ExampleCalls.typed(argument, NO_COLUMNS));
    }
    Optional<Resolution> resolution = function.resolve(FunctionCalls.arguments(constants));
    List<ColumnSpec> columns = new ArrayList<>(NO_COLUMNS.columns());
    Map<String, List<Value>> values = new HashMap<>();
    List<Expression> arguments = new ArrayList<>();
    for (int index = 0; index < constants.size(); index++) {
      boolean isFixed = resolution.isPresent() && resolution.get().isReadOnce(index);
      if (!isFixed
          && constants.get(index) instanceof Constant(Optional<Value> value, ResultType type)
          && value.isPresent()) {
        columns.add(ColumnSpec.dimension("a" + index, type.element()));
        values.put("a" + index, List.of(value.get()));
        arguments.add(new Expression.Name("a" + index, false));
      } else {
        arguments.add(call.arguments().get(index));
      }
    }
    Expression.Call overColumns =
        new Expression.Call(call.name(), arguments, false, Optional.empty());
    TableSchema schema = new TableSchema("t", 1, columns);
    Row row = new Row(0, 0, values);
    assertThat(answer(overColumns, schema, row)).isEqualTo(example.result());
  }

  private static String answer(Expression written, TableSchema schema, Row row) {
    TypedExpression expression = ExampleCalls.typed(written, schema);
    ServerWork work = new ServerWork.Select(List.of(expression), List.of(), 10);
    OutputPlan output =
        new OutputPlan(
            List.of(
                new OutputPlan.OutputColumn(
                    "c",
                    new TypedExpression.KeyReference(
                        0, expression.type(), expression.isNullable()))),
            Optional.empty(),
            List.of(),
            0,
            10,
            true);
    SegmentReader segment = new RowsSegment("t__0__0__x", schema, List.of(row, row), Shape.SEALED);
    var merged =
        new QueryExecution()
            .execute(
                new ServerPlan("t", 1, Optional.empty(), work),
                List.of(segment),
                QueryBudget.unlimited(),
                new StatisticsCollector());
    List<List<Cell>> rows = ResultBuilder.build(work, output, Optional.of(merged)).rows();
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0)).isEqualTo(rows.get(1));
    DataType type = expression.type().element();
    return switch (rows.get(0).get(0)) {
      case Cell.Null() -> "null";
      case Cell.Single(Value value) -> ValueConverter.text(value, type);
      case Cell.Many(List<Value> values) ->
          values.stream()
              .map(value -> ValueConverter.text(value, type))
              .collect(Collectors.joining(", ", "[", "]"));
    };
  }
}
