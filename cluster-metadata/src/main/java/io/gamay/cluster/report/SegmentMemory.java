package io.gamay.cluster.report;

import java.util.List;

/**
 * Memory of a segment whose rows are not in a file yet, on one server.
 *
 * @param memoryBytes of all columns together
 * @param unusedSlabBytes taken from the machine beside these: room in the slabs that columns share
 * @param columns in the schema's order; the last one, {@code $offset}, holds the rows' offsets
 */
public record SegmentMemory(
    String segment,
    int partition,
    int docCount,
    long memoryBytes,
    long unusedSlabBytes,
    List<ColumnMemory> columns) {

  public SegmentMemory {
    columns = List.copyOf(columns);
  }

  /**
   * @param bytesPerRow 0 without rows
   */
  public record ColumnMemory(String column, long memoryBytes, double bytesPerRow) {}
}
