package io.gamay.segment.row;

import io.gamay.segment.schema.TableSchema;
import java.util.Arrays;
import java.util.List;

/**
 * Rows ready to be appended: one {@link ColumnBuffer} per column of the schema, in its order, and
 * the Kafka offset of each row, ascending. Values are already of their columns' types and within
 * their limits. One thread; reused through {@link #clear()}.
 */
public final class RowBatch {

  private final TableSchema schema;
  private final List<ColumnBuffer> columns;
  private final ColumnBuffer[] columnArray;
  private long[] offsets = new long[1024];
  private int rowCount;

  public RowBatch(TableSchema schema) {
    this.schema = schema;
    this.columns = schema.columns().stream().map(ColumnBuffer::new).toList();
    this.columnArray = columns.toArray(ColumnBuffer[]::new);
  }

  public TableSchema schema() {
    return schema;
  }

  public List<ColumnBuffer> columns() {
    return columns;
  }

  public ColumnBuffer column(int index) {
    return columnArray[index];
  }

  public int rowCount() {
    return rowCount;
  }

  public long offset(int row) {
    return offsets[row];
  }

  /**
   * Ends the row whose values were appended to every column.
   *
   * @throws IllegalStateException if a column did not get exactly one row more, or the offset does
   *     not ascend
   */
  public void endRow(long offset) {
    if (rowCount > 0 && offset <= offsets[rowCount - 1]) {
      throw new IllegalStateException(
          "offset %d does not follow %d".formatted(offset, offsets[rowCount - 1]));
    }
    int expected = rowCount + 1;
    for (ColumnBuffer column : columnArray) {
      if (column.rowCount() != expected) {
        throw new IllegalStateException(
            "column %s has %d rows, expected %d"
                .formatted(column.spec().name(), column.rowCount(), expected));
      }
    }
    if (rowCount == offsets.length) {
      offsets = Arrays.copyOf(offsets, rowCount * 2);
    }
    offsets[rowCount++] = offset;
  }

  /** Drops what was appended for a row that will not be ended. */
  public void abandonRow() {
    for (ColumnBuffer column : columnArray) {
      column.truncate(rowCount);
    }
  }

  public void clear() {
    columns.forEach(ColumnBuffer::clear);
    rowCount = 0;
  }
}
