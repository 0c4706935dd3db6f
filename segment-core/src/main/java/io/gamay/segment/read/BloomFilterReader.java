package io.gamay.segment.read;

import io.gamay.segment.schema.Value;

/** Tells of most values that are not in a column that they are not. Thread-safe. */
public interface BloomFilterReader {

  /**
   * False only if no row of the view holds the value.
   *
   * @param value of the column's stored type
   */
  boolean mightContain(Value value);
}
