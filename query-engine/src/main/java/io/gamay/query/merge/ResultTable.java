package io.gamay.query.merge;

import io.gamay.query.plan.ResultType;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of an answer, column by column. Its vectors are not changed any more.
 *
 * @param rowCount rows of each column
 * @param columns one vector per column, of the stored type and shape of the column's type
 * @param isCapped whether rows were left out by a limit that the query did not write
 */
public record ResultTable(
    List<String> columnNames,
    List<ResultType> columnTypes,
    int rowCount,
    List<Vector> columns,
    boolean isCapped) {

  public ResultTable {
    columnNames = List.copyOf(columnNames);
    columnTypes = List.copyOf(columnTypes);
    columns = List.copyOf(columns);
    if (columnNames.size() != columns.size() || columnTypes.size() != columns.size()) {
      throw new IllegalArgumentException(
          "%d names and %d types for %d columns"
              .formatted(columnNames.size(), columnTypes.size(), columns.size()));
    }
    for (int index = 0; index < columns.size(); index++) {
      requireFits(columns.get(index), columnTypes.get(index), rowCount);
    }
  }

  /** A table of boxed values. */
  public static ResultTable of(
      List<String> columnNames,
      List<ResultType> columnTypes,
      List<List<Cell>> rows,
      boolean isCapped) {
    List<Vector> columns = new ArrayList<>(columnTypes.size());
    for (int column = 0; column < columnTypes.size(); column++) {
      ResultType type = columnTypes.get(column);
      Vector values = new Vector(type.element().storedType(), type.isArray());
      for (List<Cell> row : rows) {
        append(values, row.get(column));
      }
      columns.add(values);
    }
    return new ResultTable(columnNames, columnTypes, rows.size(), columns, isCapped);
  }

  /** One value in its boxed form. */
  public Cell cell(int row, int column) {
    return cellOf(columns.get(column), row);
  }

  /** All values in their boxed forms: for small tables. */
  public List<List<Cell>> rows() {
    List<List<Cell>> rows = new ArrayList<>(rowCount);
    for (int row = 0; row < rowCount; row++) {
      List<Cell> cells = new ArrayList<>(columns.size());
      for (Vector column : columns) {
        cells.add(cellOf(column, row));
      }
      rows.add(cells);
    }
    return rows;
  }

  /** Memory held, roughly. */
  public long sizeBytes() {
    return columns.stream().mapToLong(Vector::sizeBytes).sum();
  }

  private static Cell cellOf(Vector column, int row) {
    if (column.isNull(row)) {
      return Cell.NULL;
    }
    return column.isList()
        ? new Cell.Many(column.listAt(row))
        : new Cell.Single(column.valueAt(row));
  }

  private static void append(Vector column, Cell cell) {
    switch (cell) {
      case Cell.Null _ -> column.appendNull();
      case Cell.Single(Value value) -> column.append(value);
      case Cell.Many(List<Value> values) -> column.appendList(values);
    }
  }

  private static void requireFits(Vector column, ResultType type, int rowCount) {
    if (column.rowCount() != rowCount
        || column.type() != type.element().storedType()
        || column.isList() != type.isArray()) {
      throw new IllegalArgumentException(
          "column of %d rows of %s%s for %d rows of %s"
              .formatted(
                  column.rowCount(),
                  column.type(),
                  column.isList() ? " lists" : "",
                  rowCount,
                  type.displayName()));
    }
  }
}
