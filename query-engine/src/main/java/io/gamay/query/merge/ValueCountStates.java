package io.gamay.query.merge;

import io.gamay.query.vector.Vector;

/** States that take in a value with the number of times that it was met. */
public sealed interface ValueCountStates extends ValueStates
    permits IntegerSumStates,
        DecimalSumStates,
        MomentStates,
        MultisetStates,
        HistogramStates,
        SketchStates {

  /**
   * Takes in the value at a value index of a vector of the argument's type; not of a NULL.
   *
   * @param count how many times, 1 or more; the outcome is as if it were taken in so often (of
   *     sketches: another of the outcomes within their error)
   */
  void add(int group, Vector values, int value, long count);

  @Override
  default void add(int group, Vector values, int value) {
    add(group, values, value, 1);
  }
}
