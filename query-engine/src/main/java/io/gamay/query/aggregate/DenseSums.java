package io.gamay.query.aggregate;

import io.gamay.query.structure.ScaledValues;

/** Exact sums of a column's scaled values, and counts of rows. */
interface DenseSums extends DenseCounter {

  ScaledValues values();

  /** Scaled; what {@link #count} rows add up to. */
  long sum(int group);
}
