package io.gamay.query.merge;

import io.gamay.segment.schema.StoredType;

/** States that differ in kind from others of their class only by the type of their values. */
public sealed interface TypedStates extends AggregateStates
    permits ArraySumStates, DistinctStates, MultisetStates, RowListStates {

  StoredType type();

  @Override
  default boolean isSameKind(AggregateStates other) {
    return other.getClass() == getClass() && ((TypedStates) other).type() == type();
  }
}
