package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import java.math.BigDecimal;

/** Smallest and largest values together. */
public final class RangeStates implements ValueStates {

  private final ExtremeStates smallest;
  private final ExtremeStates largest;

  public RangeStates(StoredType type) {
    this(new ExtremeStates(type, false), new ExtremeStates(type, true));
  }

  /**
   * @param smallest for as many groups as {@code largest}, and of the same type
   */
  public RangeStates(ExtremeStates smallest, ExtremeStates largest) {
    this.smallest = smallest;
    this.largest = largest;
  }

  public ExtremeStates smallest() {
    return smallest;
  }

  public ExtremeStates largest() {
    return largest;
  }

  @Override
  public int groupCount() {
    return smallest.groupCount();
  }

  @Override
  public boolean isSameKind(AggregateStates other) {
    return other instanceof RangeStates that && smallest.isSameKind(that.smallest);
  }

  @Override
  public void ensureGroups(int groupCount) {
    smallest.ensureGroups(groupCount);
    largest.ensureGroups(groupCount);
  }

  @Override
  public void add(int group, Vector values, int value) {
    smallest.add(group, values, value);
    largest.add(group, values, value);
  }

  @Override
  public void absorb(AggregateStates other, int[] groupOf) {
    RangeStates that = (RangeStates) other;
    smallest.absorb(that.smallest, groupOf);
    largest.absorb(that.largest, groupOf);
  }

  @Override
  public boolean isEmpty(int group) {
    return smallest.isEmpty(group);
  }

  @Override
  public void appendValue(AggregateCall call, int group, Vector target) {
    switch (smallest.type()) {
      case FLOAT, DOUBLE -> target.appendDouble(largest.real(group) - smallest.real(group));
      case INT, LONG ->
          AggregateStates.appendNumber(
              call,
              BigDecimal.valueOf(largest.integer(group))
                  .subtract(BigDecimal.valueOf(smallest.integer(group))),
              target);
      case BIG_DECIMAL ->
          AggregateStates.appendNumber(
              call, largest.decimal(group).subtract(smallest.decimal(group)), target);
      case STRING, BYTES -> throw new IllegalStateException("range of " + smallest.type());
    }
  }

  @Override
  public long sizeBytes() {
    return smallest.sizeBytes() + largest.sizeBytes();
  }
}
