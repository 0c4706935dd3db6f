package io.gamay.query.aggregate;

/** An accumulator that knows how many rows each group has. */
interface DenseCounter extends DenseAccumulator {

  long count(int group);
}
