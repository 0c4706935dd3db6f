package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.vector.SortKeyEncoder;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import java.util.Arrays;
import java.util.List;

/**
 * The value of the row that comes first in an order. The first argument is the value, the others
 * order the rows, partition and offset last, so that no two rows are alike. Rows with NULL among
 * the arguments do not count.
 */
public final class FirstRowStates implements RowStates {

  private static final byte[] NO_BYTES = {};
  private static final int SLOT_BYTES = 2 * (8 + 16);

  private final StoredType type;
  private final boolean[] descending;
  private final SortKeyEncoder encoder = new SortKeyEncoder();

  /** The row's place in the order; empty where no row was met. */
  private byte[][] keys = {NO_BYTES};

  /** The row's value if it is a number of fixed width, in its bits. */
  private long[] numbers = new long[1];

  /** The row's value else. */
  private byte[][] bytes = {NO_BYTES};

  private int groupCount;
  private long bytesHeld;

  /**
   * @param descending of each argument but the first
   */
  FirstRowStates(StoredType type, boolean[] descending) {
    this.type = type;
    this.descending = descending;
  }

  static FirstRowStates of(AggregateCall call) {
    boolean[] descending = new boolean[call.arguments().size() - 1];
    int keys = descending.length - 2;
    switch (call.function()) {
      case ARG_MAX -> Arrays.fill(descending, 0, keys, true);
      case LAST_WITH_TIME -> Arrays.fill(descending, true);
      default -> {}
    }
    return new FirstRowStates(call.firstArgument().type().element().storedType(), descending);
  }

  /** As they come from another process: only to be absorbed. */
  public static FirstRowStates of(Vector values, List<byte[]> keys) {
    FirstRowStates states = new FirstRowStates(values.type(), new boolean[0]);
    states.ensureGroups(keys.size());
    for (int group = 0; group < keys.size(); group++) {
      byte[] key = keys.get(group);
      if (key.length > 0) {
        states.take(group, key, key.length, values, group);
      }
    }
    return states;
  }

  @Override
  public int groupCount() {
    return groupCount;
  }

  @Override
  public boolean isSameKind(AggregateStates other) {
    return other instanceof FirstRowStates that && type == that.type;
  }

  @Override
  public void ensureGroups(int groups) {
    if (groups > keys.length) {
      int old = keys.length;
      int capacity = GroupCapacity.grown(old, groups);
      keys = Arrays.copyOf(keys, capacity);
      Arrays.fill(keys, old, capacity, NO_BYTES);
      numbers = Arrays.copyOf(numbers, capacity);
      bytes = Arrays.copyOf(bytes, capacity);
      Arrays.fill(bytes, old, capacity, NO_BYTES);
    }
    groupCount = Math.max(groupCount, groups);
  }

  @Override
  public void add(int group, List<Vector> arguments, int row) {
    encoder.clear();
    for (int index = 0; index < descending.length; index++) {
      Vector argument = arguments.get(index + 1);
      if (argument.isNull(row)) {
        return;
      }
      encoder.add(argument, row, descending[index], false);
    }
    if (!arguments.getFirst().isNull(row) && isFirst(group, encoder.key(), encoder.length())) {
      take(group, encoder.key(), encoder.length(), arguments.getFirst(), row);
    }
  }

  private boolean isFirst(int group, byte[] key, int length) {
    byte[] held = keys[group];
    return held.length == 0 || Arrays.compareUnsigned(key, 0, length, held, 0, held.length) < 0;
  }

  private void take(int group, byte[] key, int length, Vector values, int row) {
    keys[group] = copied(keys[group], key, 0, length);
    switch (type) {
      case INT -> numbers[group] = values.ints()[row];
      case LONG -> numbers[group] = values.longs()[row];
      case FLOAT -> numbers[group] = Float.floatToIntBits(values.floats()[row]);
      case DOUBLE -> numbers[group] = Double.doubleToLongBits(values.doubles()[row]);
      case STRING, BYTES, BIG_DECIMAL ->
          bytes[group] =
              copied(
                  bytes[group],
                  values.bytes().bytes(),
                  values.bytes().start(row),
                  values.bytes().end(row));
    }
  }

  /** The bytes in the array held, if they fit just so, or else in a new one. */
  private byte[] copied(byte[] held, byte[] source, int from, int end) {
    if (held.length == end - from) {
      System.arraycopy(source, from, held, 0, held.length);
      return held;
    }
    bytesHeld += end - from - held.length;
    return Arrays.copyOfRange(source, from, end);
  }

  @Override
  public void absorb(AggregateStates other, int[] groupOf) {
    FirstRowStates that = (FirstRowStates) other;
    Vector values = that.values();
    for (int group = 0; group < that.groupCount; group++) {
      if (groupOf[group] < 0) {
        continue;
      }
      byte[] key = that.keys[group];
      if (key.length > 0 && isFirst(groupOf[group], key, key.length)) {
        take(groupOf[group], key, key.length, values, group);
      }
    }
  }

  @Override
  public boolean isEmpty(int group) {
    return keys[group].length == 0;
  }

  @Override
  public void appendValue(AggregateCall call, int group, Vector target) {
    append(group, target);
  }

  private void append(int group, Vector target) {
    switch (type) {
      case INT, LONG -> target.appendLong(numbers[group]);
      case FLOAT -> target.appendDouble(Float.intBitsToFloat((int) numbers[group]));
      case DOUBLE -> target.appendDouble(Double.longBitsToDouble(numbers[group]));
      case STRING, BYTES, BIG_DECIMAL -> target.appendBytes(bytes[group], 0, bytes[group].length);
    }
  }

  /** The values, NULL where there is none. */
  public Vector values() {
    Vector values = Vector.of(type);
    for (int group = 0; group < groupCount; group++) {
      if (isEmpty(group)) {
        values.appendNull();
      } else {
        append(group, values);
      }
    }
    return values;
  }

  /** The place of a group's row in the order; empty where there is none. */
  public byte[] key(int group) {
    return keys[group];
  }

  @Override
  public long sizeBytes() {
    return 64 + (long) SLOT_BYTES * keys.length + bytesHeld;
  }
}
