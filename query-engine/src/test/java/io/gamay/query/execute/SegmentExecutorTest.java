package io.gamay.query.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.merge.Cell;
import io.gamay.query.merge.ResultBuilder;
import io.gamay.query.merge.ResultTable;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateCall.AggregateFunction;
import io.gamay.query.plan.AggregateCall.EmptyHabit;
import io.gamay.query.plan.OutputPlan;
import io.gamay.query.plan.OutputPlan.OutputColumn;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.AggregateReference;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.Comparison;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.query.testing.Row;
import io.gamay.query.testing.RowsSegment;
import io.gamay.query.testing.RowsSegment.Shape;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SegmentExecutorTest {

  private static final ColumnSpec FARE = ColumnSpec.dimension("fare", DataType.LONG);
  private static final TableSchema SCHEMA = new TableSchema("trips", 1, List.of(FARE));
  private static final ColumnReference FARE_REFERENCE =
      new ColumnReference("fare", ResultType.of(DataType.LONG), false, FARE.defaultValue());

  @Test
  void sumAndCountTakeTheRowsThatPassTheFilterOnly() {
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < 10_000; row++) {
      rows.add(new Row(0, row, Map.of("fare", List.of(new Value.LongValue(row)))));
    }
    TypedExpression filter =
        new Comparison(
            ComparisonOperator.GREATER_OR_EQUAL,
            FARE_REFERENCE,
            new Constant(Optional.of(new Value.LongValue(9_990)), ResultType.of(DataType.LONG)));
    ServerWork.Aggregate work =
        new ServerWork.Aggregate(
            List.of(
                call(AggregateFunction.COUNT, Optional.empty()),
                call(AggregateFunction.SUM, Optional.of(FARE_REFERENCE))));
    ServerPlan plan = new ServerPlan("trips", 1, Optional.of(filter), work);
    for (Shape shape : List.of(Shape.SEALED, Shape.MUTABLE)) {
      assertThat(answer(plan, new RowsSegment("s", SCHEMA, rows, shape)))
          .containsExactly(List.of(longCell(10), longCell(99_945)));
    }
  }

  private static List<List<Cell>> answer(ServerPlan plan, RowsSegment segment) {
    OutputPlan output =
        new OutputPlan(
            List.of(
                new OutputColumn(
                    "a", new AggregateReference(0, ResultType.of(DataType.LONG), false)),
                new OutputColumn(
                    "b", new AggregateReference(1, ResultType.of(DataType.LONG), true))),
            Optional.empty(),
            List.of(),
            0,
            10,
            true);
    ResultTable table =
        ResultBuilder.build(
            plan.work(),
            output,
            Optional.of(
                new QueryExecution()
                    .execute(
                        plan,
                        List.of(segment),
                        QueryBudget.unlimited(),
                        new StatisticsCollector())));
    return table.rows();
  }

  private static Cell longCell(long value) {
    return new Cell.Single(new Value.LongValue(value));
  }

  private static AggregateCall call(
      AggregateFunction function, Optional<TypedExpression> argument) {
    return new AggregateCall(
        function,
        argument,
        Optional.empty(),
        ResultType.of(DataType.LONG),
        function != AggregateFunction.COUNT,
        EmptyHabit.STANDARD_NULL);
  }
}
