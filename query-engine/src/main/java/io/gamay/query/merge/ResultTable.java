package io.gamay.query.merge;

import io.gamay.query.plan.ResultType;
import java.util.List;

/**
 * The rows of an answer.
 *
 * @param isCapped whether rows were left out by a limit that the query did not write
 */
public record ResultTable(
    List<String> columnNames,
    List<ResultType> columnTypes,
    List<List<Cell>> rows,
    boolean isCapped) {

  public ResultTable {
    columnNames = List.copyOf(columnNames);
    columnTypes = List.copyOf(columnTypes);
    rows = List.copyOf(rows);
  }
}
