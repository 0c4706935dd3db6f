package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.IdSet;
import io.gamay.query.structure.SharedValues;
import io.gamay.query.vector.ValueNumbering;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.IntIterator;
import org.roaringbitmap.RoaringBitmap;

/**
 * Sets of distinct values: the values are numbered once for all groups, each group holds a bitmap
 * of numbers. Numbers are the states' own, or of {@link SharedValues} as long as all that is taken
 * in has numbers of the same.
 */
public final class DistinctStates implements ValueStates, TypedStates {

  /** What a group's bitmap takes before its members, and each member, roughly. */
  private static final int SET_BYTES = 96;

  private static final int MEMBER_BYTES = 4;

  /** What listing the values of a group takes for each: a place in their order, a value. */
  private static final int LISTED_BYTES = 64;

  /** How often listing holds their bytes: in two vectors, encoded, as text and its bytes. */
  private static final int LISTED_COPIES = 6;

  private ValueNumbering values;
  private @Nullable SharedValues shared;
  private RoaringBitmap[] sets = {new RoaringBitmap()};
  private int groupCount;
  private long members;

  public DistinctStates(StoredType type) {
    values = new ValueNumbering(type);
  }

  @Override
  public StoredType type() {
    return values.type();
  }

  @Override
  public int groupCount() {
    return groupCount;
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

  @Override
  public void add(int group, Vector vector, int value) {
    requireOwnNumbers();
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
    requireOwnNumbers();
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

  /**
   * Adds values to a group by their numbers; to states that are empty or have such numbers.
   *
   * @param numbers all different
   */
  public void addNumbers(int group, SharedValues by, int... numbers) {
    if (!takesNumbersOf(by)) {
      throw new IllegalStateException("values numbered in another way");
    }
    shared = by;
    RoaringBitmap set = RoaringBitmap.bitmapOfUnordered(numbers);
    members -= sets[group].getLongCardinality();
    sets[group] = sets[group].isEmpty() ? set : RoaringBitmap.or(sets[group], set);
    members += sets[group].getLongCardinality();
  }

  private boolean takesNumbersOf(SharedValues by) {
    return shared == by || (shared == null && members == 0);
  }

  @Override
  public void absorb(AggregateStates other, int[] groupOf) {
    DistinctStates that = (DistinctStates) other;
    if (that.members == 0) {
      return;
    }
    SharedValues by = that.shared;
    if (by == null && shared != null && that.values.count() <= SharedValues.FEW_VALUES) {
      absorbNumbers(that.numberedBy(shared), that.groupCount, groupOf);
      return;
    }
    if (by != null && shared == null && values.count() <= SharedValues.FEW_VALUES) {
      sets = numberedBy(by);
      values = new ValueNumbering(type());
      shared = by;
    }
    if (by != null && takesNumbersOf(by)) {
      shared = by;
      absorbNumbers(that.sets, that.groupCount, groupOf);
      return;
    }
    absorbValues(that.byValues(), groupOf);
  }

  private void absorbNumbers(RoaringBitmap[] more, int groups, int[] groupOf) {
    for (int group = 0; group < groups; group++) {
      if (groupOf[group] < 0) {
        continue;
      }
      RoaringBitmap set = sets[groupOf[group]];
      members -= set.getLongCardinality();
      set.or(more[group]);
      members += set.getLongCardinality();
    }
  }

  /** The sets of the groups, so far with numbers of their own, with those of shared values. */
  private RoaringBitmap[] numberedBy(SharedValues by) {
    int[] numberThere = new int[values.count()];
    by.number(values.values(), numberThere);
    RoaringBitmap[] numbered = new RoaringBitmap[sets.length];
    for (int group = 0; group < sets.length; group++) {
      RoaringBitmap set = new RoaringBitmap();
      sets[group].forEach((int number) -> set.add(numberThere[number]));
      numbered[group] = set;
    }
    return numbered;
  }

  private void absorbValues(DistinctStates that, int[] groupOf) {
    Vector there = that.values.values();
    int[] numberHere = new int[there.rowCount()];
    Arrays.fill(numberHere, -1);
    for (int group = 0; group < that.groupCount; group++) {
      if (groupOf[group] >= 0) {
        addAll(groupOf[group], that.sets[group], there, numberHere);
      }
    }
  }

  private void requireOwnNumbers() {
    if (shared != null) {
      DistinctStates own = byValues();
      values = own.values;
      sets = own.sets;
      members = own.members;
      shared = null;
    }
  }

  /** The same sets with numbers of their own. */
  private DistinctStates byValues() {
    SharedValues by = shared;
    if (by == null) {
      return this;
    }
    RoaringBitmap used = RoaringBitmap.or(Arrays.copyOf(sets, groupCount));
    int[] numbers = used.toArray();
    Vector distinct = Vector.of(type());
    by.appendTo(distinct, numbers, numbers.length);
    DistinctStates own = new DistinctStates(type());
    own.ensureGroups(Math.max(1, groupCount));
    own.groupCount = groupCount;
    int[] numberThere = new int[numbers.length];
    Arrays.fill(numberThere, -1);
    for (int group = 0; group < groupCount; group++) {
      RoaringBitmap ranks = new RoaringBitmap();
      sets[group].forEach((int number) -> ranks.add(used.rank(number) - 1));
      own.addAll(group, ranks, distinct, numberThere);
    }
    return own;
  }

  @Override
  public boolean isEmpty(int group) {
    return sets[group].isEmpty();
  }

  @Override
  public void appendValue(AggregateCall call, int group, Vector target) {
    switch (call.function()) {
      case SUM_DISTINCT, AVG_DISTINCT -> appendSum(call, members(sets[group]), target);
      case ARRAY_AGG_DISTINCT -> {
        Vector distinct = members(sets[group]);
        target.appendList(distinct, ascending(distinct));
      }
      case LIST_AGG_DISTINCT -> {
        Vector distinct = members(sets[group]);
        RowListStates.appendJoined(call, distinct, ascending(distinct), target);
      }
      case ID_SET -> {
        Vector distinct = members(sets[group]);
        List<Value> ordered = new ArrayList<>(distinct.rowCount());
        for (int value : ascending(distinct)) {
          ordered.add(distinct.element(value));
        }
        AggregateStates.appendText(new IdSet(type(), ordered).text(), target);
      }
      default -> AggregateStates.appendNumber(call, sets[group].getLongCardinality(), target);
    }
  }

  private Vector members(RoaringBitmap set) {
    Vector distinct = Vector.of(type());
    SharedValues by = shared;
    if (by != null) {
      by.appendTo(distinct, set.toArray(), set.getCardinality());
    } else {
      set.forEach((int number) -> values.appendTo(distinct, number));
    }
    return distinct;
  }

  private static int[] ascending(Vector distinct) {
    Integer[] order = new Integer[distinct.rowCount()];
    Arrays.setAll(order, value -> value);
    Arrays.sort(order, (a, b) -> Vector.compare(distinct, a, distinct, b));
    return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
  }

  private void appendSum(AggregateCall call, Vector distinct, Vector target) {
    ValueStates sums = AggregateStates.sums(type());
    sums.ensureGroups(1);
    for (int value = 0; value < distinct.rowCount(); value++) {
      sums.add(0, distinct, value);
    }
    sums.appendValue(call, 0, target);
  }

  /** The distinct values of all groups, by their numbers. */
  public Vector values() {
    requireOwnNumbers();
    return values.values();
  }

  /** The numbers of a group's values; not to be changed. */
  public RoaringBitmap set(int group) {
    requireOwnNumbers();
    return sets[group];
  }

  @Override
  public long sizeBytes() {
    SharedValues by = shared;
    long lookedUp = by == null ? 0 : members * by.bytesPerValue();
    return 64
        + values.sizeBytes()
        + lookedUp
        + (long) SET_BYTES * sets.length
        + MEMBER_BYTES * members;
  }

  @Override
  public long finishBytes(AggregateCall call) {
    boolean isListed =
        switch (call.function()) {
          case ID_SET, ARRAY_AGG_DISTINCT, LIST_AGG_DISTINCT -> true;
          default -> false;
        };
    if (!isListed) {
      return 0;
    }
    long most = 0;
    for (int group = 0; group < groupCount; group++) {
      most = Math.max(most, sets[group].getLongCardinality());
    }
    SharedValues by = shared;
    long bytesPerValue =
        by == null ? values.sizeBytes() / Math.max(1, values.count()) : by.bytesPerValue();
    return most * (LISTED_BYTES + LISTED_COPIES * bytesPerValue);
  }
}
