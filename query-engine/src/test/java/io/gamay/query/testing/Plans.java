package io.gamay.query.testing;

import io.gamay.query.merge.Cell;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateCall.EmptyHabit;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.plan.OutputPlan;
import io.gamay.query.plan.OutputPlan.OutputColumn;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.AggregateReference;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.plan.TypedExpression.KeyReference;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Short ways to write plans, rows and answers. */
public final class Plans {

  private Plans() {}

  /** Rows of one column, offsets from 0. */
  public static RowsSegment segment(
      String name, int partition, ColumnSpec column, List<Value> values, RowsSegment.Shape shape) {
    List<Row> rows =
        IntStream.range(0, values.size())
            .mapToObj(
                row -> new Row(partition, row, Map.of(column.name(), List.of(values.get(row)))))
            .toList();
    return new RowsSegment(name, new TableSchema("t", 1, List.of(column)), rows, shape);
  }

  public static List<Value> longs(long... values) {
    List<Value> all = new ArrayList<>();
    for (long value : values) {
      all.add(new Value.LongValue(value));
    }
    return all;
  }

  public static ColumnReference reference(ColumnSpec column) {
    return new ColumnReference(
        column.name(),
        new ResultType(column.type(), !column.singleValue()),
        column.nullable(),
        column.defaultValue());
  }

  public static Constant constant(long value) {
    return new Constant(Optional.of(new Value.LongValue(value)), ResultType.of(DataType.LONG));
  }

  public static AggregateCall count() {
    return new AggregateCall(
        AggregateFunction.COUNT,
        List.of(),
        List.of(),
        Optional.empty(),
        ResultType.of(DataType.LONG),
        false,
        EmptyHabit.STANDARD_NULL);
  }

  public static AggregateCall call(
      AggregateFunction function, TypedExpression argument, DataType type, EmptyHabit habit) {
    return new AggregateCall(
        function,
        List.of(argument),
        List.of(),
        Optional.empty(),
        ResultType.of(type),
        habit == EmptyHabit.STANDARD_NULL,
        habit);
  }

  /** All keys, then all aggregates, as they are. */
  public static OutputPlan output(
      List<TypedExpression> keys, List<AggregateCall> calls, long limit, boolean limitWritten) {
    List<OutputColumn> columns = new ArrayList<>();
    for (int key = 0; key < keys.size(); key++) {
      columns.add(
          new OutputColumn(
              "k" + key, new KeyReference(key, keys.get(key).type(), keys.get(key).isNullable())));
    }
    for (int call = 0; call < calls.size(); call++) {
      columns.add(
          new OutputColumn(
              "a" + call,
              new AggregateReference(call, calls.get(call).type(), calls.get(call).isNullable())));
    }
    return new OutputPlan(columns, Optional.empty(), List.of(), 0, limit, limitWritten);
  }

  public static Cell cell(long value) {
    return new Cell.Single(new Value.LongValue(value));
  }

  public static Cell cell(double value) {
    return new Cell.Single(new Value.DoubleValue(value));
  }
}
