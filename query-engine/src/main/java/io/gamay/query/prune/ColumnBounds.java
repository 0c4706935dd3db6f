package io.gamay.query.prune;

import io.gamay.segment.schema.Value;
import java.util.Optional;

/** What is known of a column's values somewhere without reading them. */
public interface ColumnBounds {

  /**
   * Bounds of a column, by its name; virtual columns too, by theirs. Empty if nothing is known.
   * Never narrower than the values, the defaults of missing ones included.
   */
  Optional<Bounds> bounds(String column);

  /**
   * False only if no row holds a value in a column: a row of lists in any of its elements.
   *
   * @param value within the bounds, and of their stored type
   */
  default boolean mightContain(String column, Value value) {
    return true;
  }

  /** What tells, where {@link #mightContain} is false. */
  default PruneReason.Kind exclusion() {
    return PruneReason.Kind.BLOOM;
  }

  /** Both inclusive, of one stored type. */
  record Bounds(Value min, Value max) {}
}
