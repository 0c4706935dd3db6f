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

  /** Both inclusive, of one stored type. */
  record Bounds(Value min, Value max) {}
}
