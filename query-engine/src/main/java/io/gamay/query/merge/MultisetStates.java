package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.vector.ValueNumbering;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.schema.BigDecimalCodec;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * All values with the number of times that each was met. Numbers are held as longs of the same
 * order; values of varying width are numbered once for all groups.
 */
public final class MultisetStates implements ValueCountStates, TypedStates {

  private static final int SLOT_BYTES = 8;

  private final StoredType type;
  private final ValueNumbering varying;
  private final HeldBytes memory = new HeldBytes();
  private @Nullable LongMultiset[] sets = new LongMultiset[1];
  private int groupCount;

  public MultisetStates(StoredType type) {
    this.type = type;
    this.varying = new ValueNumbering(type.isFixedWidth() ? StoredType.BYTES : type);
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
    if (groups > sets.length) {
      sets = Arrays.copyOf(sets, GroupCapacity.grown(sets.length, groups));
    }
    groupCount = Math.max(groupCount, groups);
  }

  @Override
  public void add(int group, Vector values, int value) {
    set(group).add(key(values, value));
  }

  @Override
  public void add(int group, Vector values, int value, long count) {
    set(group).add(key(values, value), count);
  }

  private LongMultiset set(int group) {
    LongMultiset set = sets[group];
    if (set == null) {
      set = new LongMultiset(memory);
      sets[group] = set;
    }
    return set;
  }

  private long key(Vector values, int value) {
    return switch (type) {
      case INT -> values.ints()[value];
      case LONG -> values.longs()[value];
      case FLOAT -> ordered(Float.floatToIntBits(values.floats()[value]));
      case DOUBLE -> ordered(Double.doubleToLongBits(values.doubles()[value]));
      case STRING, BYTES, BIG_DECIMAL -> varying.number(values, value);
    };
  }

  /** Bits of a floating-point number as an integer of the same order, and back. */
  private static int ordered(int bits) {
    return bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }

  private static long ordered(long bits) {
    return bits ^ (bits >> 63 & Long.MAX_VALUE);
  }

  @Override
  public void settle() {
    for (int group = 0; group < groupCount; group++) {
      LongMultiset set = sets[group];
      if (set != null) {
        set.settle();
      }
    }
  }

  @Override
  public void absorb(AggregateStates other, int[] groupOf) {
    MultisetStates that = (MultisetStates) other;
    Vector there = type.isFixedWidth() ? Vector.of(type) : that.varying.values();
    for (int group = 0; group < that.groupCount; group++) {
      if (groupOf[group] < 0) {
        continue;
      }
      LongMultiset from = that.sets[group];
      if (from == null) {
        continue;
      }
      LongMultiset set = set(groupOf[group]);
      if (type.isFixedWidth()) {
        set.addAll(from);
      } else {
        from.forEach((key, count) -> set.add(varying.number(there, (int) key), count));
      }
    }
  }

  @Override
  public boolean isEmpty(int group) {
    return sets[group] == null;
  }

  @Override
  public void appendValue(AggregateCall call, int group, Vector target) {
    LongMultiset set = set(group).settled();
    switch (call.function()) {
      case PERCENTILE -> appendPercentile(call, set, target);
      case MODE -> appendMode(call, set, target);
      default -> throw new IllegalStateException(call.function() + " of a multiset");
    }
  }

  private void appendPercentile(AggregateCall call, LongMultiset set, Vector target) {
    double percentage = call.parameters().getFirst() instanceof Value.DoubleValue(double p) ? p : 0;
    long rank = Math.min((long) (set.total() * percentage / 100), set.total() - 1);
    if (type.isFixedWidth()) {
      append(call, set.key(set.indexOfRank(rank)), target);
      return;
    }
    int[] order = ascending(set);
    int position = 0;
    long before = set.count(order[0]);
    while (before <= rank) {
      before += set.count(order[++position]);
    }
    append(call, set.key(order[position]), target);
  }

  /** Positions of a set's keys in ascending order of their values. */
  private int[] ascending(LongMultiset set) {
    if (type.isFixedWidth()) {
      return IntStream.range(0, set.keyCount()).toArray();
    }
    Integer[] positions = new Integer[set.keyCount()];
    Arrays.setAll(positions, index -> index);
    Vector values = valuesOf(set);
    Arrays.sort(positions, (a, b) -> Vector.compare(values, a, values, b));
    return Arrays.stream(positions).mapToInt(Integer::intValue).toArray();
  }

  private Vector valuesOf(LongMultiset set) {
    Vector values = Vector.of(type);
    for (int index = 0; index < set.keyCount(); index++) {
      varying.appendTo(values, (int) set.key(index));
    }
    return values;
  }

  private void appendMode(AggregateCall call, LongMultiset set, Vector target) {
    String which = call.parameters().getFirst() instanceof Value.StringValue(String w) ? w : "MIN";
    long most = 0;
    int chosen = 0;
    int modes = 0;
    double sum = 0;
    for (int index : ascending(set)) {
      long count = set.count(index);
      if (count > most) {
        most = count;
        chosen = index;
        modes = 0;
        sum = 0;
      }
      if (count == most) {
        modes++;
        sum += which.equals("AVG") ? real(set.key(index)) : 0;
        chosen = which.equals("MAX") ? index : chosen;
      }
    }
    if (which.equals("AVG")) {
      target.appendDouble(sum / modes);
    } else {
      append(call, set.key(chosen), target);
    }
  }

  private double real(long key) {
    return switch (type) {
      case INT, LONG -> (double) key;
      case FLOAT -> Float.intBitsToFloat(ordered((int) key));
      case DOUBLE -> Double.longBitsToDouble(ordered(key));
      case BIG_DECIMAL -> decimal(key).doubleValue();
      case STRING, BYTES -> throw new IllegalStateException("mean of " + type);
    };
  }

  private BigDecimal decimal(long key) {
    Vector value = Vector.of(type);
    varying.appendTo(value, (int) key);
    BytesBlock bytes = value.bytes();
    return BigDecimalCodec.decode(bytes.bytes(), bytes.start(0), bytes.end(0));
  }

  private void append(AggregateCall call, long key, Vector target) {
    switch (type) {
      case INT, LONG -> {
        if (target.type() == StoredType.DOUBLE) {
          target.appendDouble((double) key);
        } else {
          target.appendLong(key);
        }
      }
      case FLOAT, DOUBLE -> target.appendDouble(real(key));
      case BIG_DECIMAL -> AggregateStates.appendNumber(call, decimal(key), target);
      case STRING, BYTES -> varying.appendTo(target, (int) key);
    }
  }

  /** The distinct values of each group, a list per group, ascending. */
  public Vector values() {
    Vector values = new Vector(type, true);
    values.resize(groupCount);
    int count = 0;
    for (int group = 0; group < groupCount; group++) {
      count = Math.addExact(count, settled(group).keyCount());
      values.listEnds()[group] = count;
    }
    values.resizeValues(count);
    int next = 0;
    for (int group = 0; group < groupCount; group++) {
      LongMultiset set = settled(group);
      for (int index : ascending(set)) {
        put(values, next++, set.key(index));
      }
    }
    return values;
  }

  private LongMultiset settled(int group) {
    LongMultiset set = sets[group];
    return set == null ? LongMultiset.EMPTY : set.settled();
  }

  private void put(Vector values, int at, long key) {
    switch (type) {
      case INT -> values.ints()[at] = (int) key;
      case LONG -> values.longs()[at] = key;
      case FLOAT -> values.floats()[at] = (float) real(key);
      case DOUBLE -> values.doubles()[at] = real(key);
      case STRING, BYTES, BIG_DECIMAL -> varying.appendTo(values.bytes(), (int) key);
    }
  }

  /** The counts of a group's {@link #values()}, in their order. */
  public void forEachCount(int group, LongConsumer sink) {
    LongMultiset set = settled(group);
    for (int index : ascending(set)) {
      sink.accept(set.count(index));
    }
  }

  @Override
  public long sizeBytes() {
    return 64 + memory.bytes() + (long) SLOT_BYTES * sets.length + varying.sizeBytes();
  }
}
