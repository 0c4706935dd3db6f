package io.gamay.query.merge;

import io.gamay.query.vector.Vector;

/** States that take in one value at a time. */
public sealed interface ValueStates extends AggregateStates
    permits ValueCountStates, DoubleSumStates, ExtremeStates, RangeStates, DistinctStates {

  /** Takes in the value at a value index of a vector of the argument's type; not of a NULL. */
  void add(int group, Vector values, int value);
}
