package io.gamay.query.explain;

import io.gamay.query.merge.ResultTable;
import io.gamay.query.plan.ResultType;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A tree of operators as an answer: a row each, parents before children, ids from 1. */
public final class OperatorTable {

  private static final double NANOS_PER_MILLI = 1e6;

  private final Vector operators = new Vector(StoredType.STRING, false);
  private final Vector ids = new Vector(StoredType.INT, false);
  private final Vector parents = new Vector(StoredType.INT, false);
  private final Vector rowsIn = new Vector(StoredType.LONG, false);
  private final Vector rowsOut = new Vector(StoredType.LONG, false);
  private final Vector times = new Vector(StoredType.DOUBLE, false);
  private final Vector bytes = new Vector(StoredType.LONG, false);

  private OperatorTable() {}

  /** Columns {@code Operator}, {@code Operator_Id}, {@code Parent_Id}: Pinot's. */
  public static ResultTable ofPlan(Operator root) {
    return of(root).table(3);
  }

  /** Behind them {@code Rows_In}, {@code Rows_Out}, {@code Time_Ms}, {@code Bytes}. */
  public static ResultTable ofRun(Operator root) {
    return of(root).table(7);
  }

  private static OperatorTable of(Operator root) {
    OperatorTable table = new OperatorTable();
    table.add(root, 0);
    return table;
  }

  private void add(Operator operator, int parent) {
    int id = ids.rowCount() + 1;
    operators.append(new Value.StringValue(operator.text()));
    ids.append(new Value.IntValue(id));
    parents.append(new Value.IntValue(parent));
    append(rowsIn, operator.measure().rowsIn());
    append(rowsOut, operator.measure().rowsOut());
    append(bytes, operator.measure().bytes());
    OptionalLong nanos = operator.measure().nanos();
    if (nanos.isPresent()) {
      times.append(new Value.DoubleValue(nanos.getAsLong() / NANOS_PER_MILLI));
    } else {
      times.appendNull();
    }
    operator.children().forEach(child -> add(child, id));
  }

  private static void append(Vector column, OptionalLong number) {
    if (number.isPresent()) {
      column.append(new Value.LongValue(number.getAsLong()));
    } else {
      column.appendNull();
    }
  }

  private ResultTable table(int columnCount) {
    List<String> names =
        List.of("Operator", "Operator_Id", "Parent_Id", "Rows_In", "Rows_Out", "Time_Ms", "Bytes");
    List<DataType> types =
        List.of(
            DataType.STRING,
            DataType.INT,
            DataType.INT,
            DataType.LONG,
            DataType.LONG,
            DataType.DOUBLE,
            DataType.LONG);
    List<Vector> columns =
        List.of(operators, ids, parents, rowsIn, rowsOut, times, bytes).subList(0, columnCount);
    List<ResultType> resultTypes = new ArrayList<>();
    types.subList(0, columnCount).forEach(type -> resultTypes.add(ResultType.of(type)));
    return new ResultTable(
        names.subList(0, columnCount), resultTypes, ids.rowCount(), columns, false);
  }
}
