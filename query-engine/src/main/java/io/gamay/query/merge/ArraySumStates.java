package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import java.util.Arrays;
import java.util.List;

/**
 * Sums of lists, element by element: the first elements, the second ones, and so on; as long as the
 * longest list. Exact for LONG, compensated for DOUBLE. The argument: the list; NULL is left out.
 */
public final class ArraySumStates implements RowStates, TypedStates {

  private static final int[] NO_SLOTS = {};

  private final StoredType type;

  /** One sum for each slot. */
  private final ValueStates sums;

  /** The slots of each group's elements. */
  private int[][] slots = {NO_SLOTS};

  private int groupCount;
  private int slotCount;

  public ArraySumStates(StoredType type) {
    if (type != StoredType.LONG && type != StoredType.DOUBLE) {
      throw new IllegalArgumentException("sums of lists of " + type);
    }
    this.type = type;
    this.sums = AggregateStates.sums(type);
  }

  @Override
  public StoredType type() {
    return type;
  }

  @Override
  public int groupCount() {
    return groupCount;
  }

  @Override
  public void ensureGroups(int groups) {
    if (groups > slots.length) {
      int old = slots.length;
      slots = Arrays.copyOf(slots, GroupCapacity.grown(old, groups));
      Arrays.fill(slots, old, slots.length, NO_SLOTS);
    }
    groupCount = Math.max(groupCount, groups);
  }

  @Override
  public void add(int group, List<Vector> arguments, int row) {
    Vector list = arguments.getFirst();
    if (list.isNull(row)) {
      return;
    }
    int from = list.listStart(row);
    int length = list.listEnds()[row] - from;
    ensureLength(group, length);
    for (int index = 0; index < length; index++) {
      sums.add(slots[group][index], list, from + index);
    }
  }

  /** Makes a group's list this long at least, with sums of nothing. */
  private void ensureLength(int group, int length) {
    int old = slots[group].length;
    if (length > old) {
      int[] grown = Arrays.copyOf(slots[group], length);
      for (int index = old; index < length; index++) {
        grown[index] = slotCount++;
      }
      slots[group] = grown;
      sums.ensureGroups(slotCount);
    }
  }

  @Override
  public void absorb(AggregateStates other, int[] groupOf) {
    ArraySumStates that = (ArraySumStates) other;
    int[] slotOf = new int[that.sums.groupCount()];
    Arrays.fill(slotOf, -1);
    for (int group = 0; group < that.groupCount; group++) {
      int[] theirs = that.slots[group];
      if (groupOf[group] >= 0) {
        ensureLength(groupOf[group], theirs.length);
        for (int index = 0; index < theirs.length; index++) {
          slotOf[theirs[index]] = slots[groupOf[group]][index];
        }
      }
    }
    sums.absorb(that.sums, slotOf);
  }

  @Override
  public boolean isEmpty(int group) {
    return slots[group].length == 0;
  }

  @Override
  public void appendValue(AggregateCall call, int group, Vector target) {
    Vector elements = Vector.of(type);
    int[] order = new int[slots[group].length];
    for (int index = 0; index < order.length; index++) {
      order[index] = index;
      sums.appendValue(call, slots[group][index], elements);
    }
    target.appendList(elements, order);
  }

  /** Elements of a group. */
  public int length(int group) {
    return slots[group].length;
  }

  /** The sums of group 0 in their order, then those of group 1, ... */
  public AggregateStates ordered() {
    ArraySumStates ordered = new ArraySumStates(type);
    ordered.ensureGroups(groupCount);
    int[] same = new int[groupCount];
    Arrays.setAll(same, group -> group);
    ordered.absorb(this, same);
    return ordered.sums;
  }

  /**
   * As {@link #ordered()} gave them.
   *
   * @throws IllegalArgumentException if sums and lengths do not fit
   */
  public static ArraySumStates of(StoredType type, int[] lengths, AggregateStates sums) {
    ArraySumStates states = new ArraySumStates(type);
    states.ensureGroups(lengths.length);
    for (int group = 0; group < lengths.length; group++) {
      states.ensureLength(group, lengths[group]);
    }
    if (!states.sums.isSameKind(sums) || sums.groupCount() != states.slotCount) {
      throw new IllegalArgumentException(
          "%d sums for lists of %d elements".formatted(sums.groupCount(), states.slotCount));
    }
    int[] same = new int[states.slotCount];
    Arrays.setAll(same, slot -> slot);
    states.sums.absorb(sums, same);
    return states;
  }

  @Override
  public long sizeBytes() {
    return 64 + 24L * slots.length + 4L * slotCount + sums.sizeBytes();
  }
}
