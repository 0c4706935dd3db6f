package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.vector.ValueNumbering;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import java.math.BigDecimal;
import java.util.Arrays;
import org.roaringbitmap.IntIterator;
import org.roaringbitmap.RoaringBitmap;

/**
 * Sets of distinct values: the values are numbered once for all groups, each group holds a bitmap
 * of numbers.
 */
public final class DistinctStates implements AggregateStates {

  /** What a group's bitmap takes before its members, and each member, roughly. */
  private static final int SET_BYTES = 96;

  private static final int MEMBER_BYTES = 4;

  private final ValueNumbering values;
  private RoaringBitmap[] sets = {new RoaringBitmap()};
  private int groupCount;
  private long members;

  public DistinctStates(StoredType type) {
    values = new ValueNumbering(type);
  }

  public StoredType type() {
    return values.type();
  }

  @Override
  public int groupCount() {
    return groupCount;
  }

  @Override
  public boolean isSameKind(AggregateStates other) {
    return other instanceof DistinctStates that && type() == that.type();
  }

  @Override
  public void ensureGroups(int groups) {
    if (groups > sets.length) {
      int old = sets.length;
      sets = Arrays.copyOf(sets, GroupCapacity.grown(old, groups));
      for (int group = old; group < sets.length; group++) {
        sets[group] = new RoaringBitmap();
      }
    }
    groupCount = Math.max(groupCount, groups);
  }

  /** Numbers values in their order, before any is added to a group. */
  public void numberAll(Vector distinct) {
    for (int value = 0; value < distinct.rowCount(); value++) {
      values.number(distinct, value);
    }
  }

  /** Adds the value at a value index of a vector of the type. */
  public void add(int group, Vector vector, int value) {
    if (sets[group].checkedAdd(values.number(vector, value))) {
      members++;
    }
  }

  /**
   * Adds a set of values to a group.
   *
   * @param numbers in {@code there}
   * @param numberHere of each number there, -1 if not known yet; filled by this method
   */
  public void addAll(int group, RoaringBitmap numbers, Vector there, int[] numberHere) {
    RoaringBitmap set = sets[group];
    IntIterator each = numbers.getIntIterator();
    while (each.hasNext()) {
      int number = each.next();
      if (numberHere[number] < 0) {
        numberHere[number] = values.number(there, number);
      }
      if (set.checkedAdd(numberHere[number])) {
        members++;
      }
    }
  }

  @Override
  public void absorb(AggregateStates other, int[] groupOf) {
    DistinctStates that = (DistinctStates) other;
    Vector there = that.values.values();
    int[] numberHere = new int[there.rowCount()];
    Arrays.fill(numberHere, -1);
    for (int group = 0; group < that.groupCount; group++) {
      addAll(groupOf[group], that.sets[group], there, numberHere);
    }
  }

  @Override
  public boolean isEmpty(int group) {
    return sets[group].isEmpty();
  }

  @Override
  public void appendValue(AggregateCall call, int group, Vector target) {
    AggregateStates.appendNumber(
        call, BigDecimal.valueOf(sets[group].getLongCardinality()), target);
  }

  /** The distinct values of all groups, by their numbers. */
  public Vector values() {
    return values.values();
  }

  /** The numbers of a group's values; not to be changed. */
  public RoaringBitmap set(int group) {
    return sets[group];
  }

  @Override
  public long sizeBytes() {
    return 64 + values.sizeBytes() + (long) SET_BYTES * sets.length + MEMBER_BYTES * members;
  }
}
