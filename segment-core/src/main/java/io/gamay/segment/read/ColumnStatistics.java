package io.gamay.segment.read;

import io.gamay.segment.schema.Value;
import java.util.Optional;

/**
 * What a segment knows of one column. Bounds cover every value in the view, defaults of missing
 * ones included; they may be wider than the values (a mutable segment goes on), never narrower.
 *
 * @param min empty when there are no rows
 * @param cardinality distinct values, -1 when not known (raw)
 * @param sorted whether values ascend with docId (single-value only)
 * @param nullCount rows whose value is missing
 * @param valueCount values of all rows: more than the rows for a multi-value column
 * @param lengths of values of varying width; empty for those of fixed width, without rows, and
 *     where an older format did not keep them
 */
public record ColumnStatistics(
    Optional<Value> min,
    Optional<Value> max,
    int cardinality,
    boolean sorted,
    long nullCount,
    long valueCount,
    Optional<ByteLengths> lengths) {

  /** Without lengths. */
  public ColumnStatistics(
      Optional<Value> min,
      Optional<Value> max,
      int cardinality,
      boolean sorted,
      long nullCount,
      long valueCount) {
    this(min, max, cardinality, sorted, nullCount, valueCount, Optional.empty());
  }
}
