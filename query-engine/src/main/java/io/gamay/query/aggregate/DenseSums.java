package io.gamay.query.aggregate;

/** Exact sums of a column's scaled values, and counts of rows. */
interface DenseSums extends DenseCounter {

  /** Digits after the decimal point. */
  int scale();

  /** Scaled; what {@link #count} rows add up to. */
  long sum(int group);
}
