package io.gamay.query.prune;

import io.gamay.query.plan.TypedExpression;
import io.gamay.query.prune.ColumnBounds.Bounds;
import java.util.Optional;

/**
 * Why no row of a segment passes a filter: a condition of it that none can meet.
 *
 * @param bounds of the column that excluded the condition, where it was one column's
 */
public record PruneReason(TypedExpression condition, Kind kind, Optional<Bounds> bounds) {

  /** What tells that no row can meet the condition. */
  public enum Kind {
    /** Bounds of a date-time column. */
    TIME,
    /** The segment's partition, or those that a column's values in it fall into. */
    PARTITION,
    /** The segment's offsets, name or rows. */
    IDENTITY,
    /** Bounds of another column: the segment's own zone map. */
    BOUNDS,
    /** A value lies within the bounds, but the column's bloom filter does not know it. */
    BLOOM,
    /** The condition itself, for any row. */
    CONSTANT
  }
}
