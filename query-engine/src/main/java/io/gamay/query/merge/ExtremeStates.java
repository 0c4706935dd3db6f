package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.schema.BigDecimalCodec;
import io.gamay.segment.schema.StoredType;
import java.math.BigDecimal;
import java.util.Arrays;

/** Smallest or largest values. */
public final class ExtremeStates implements ValueStates {

  private static final byte[] NO_BYTES = new byte[0];

  private final StoredType type;
  private final boolean isMax;

  /** INT and LONG. */
  private long[] integers = new long[0];

  /** FLOAT and DOUBLE. */
  private double[] reals = new double[0];

  /** STRING, BYTES and BIG_DECIMAL. */
  private byte[][] bytes = new byte[0][];

  private boolean[] present = new boolean[0];
  private int groupCount;
  private long bytesHeld;

  public ExtremeStates(StoredType type, boolean isMax) {
    this.type = type;
    this.isMax = isMax;
    grow(1);
  }

  public StoredType type() {
    return type;
  }

  /** Largest values, else smallest. */
  public boolean isMax() {
    return isMax;
  }

  @Override
  public int groupCount() {
    return groupCount;
  }

  @Override
  public boolean isSameKind(AggregateStates other) {
    return other instanceof ExtremeStates that && type == that.type && isMax == that.isMax;
  }

  @Override
  public void ensureGroups(int groups) {
    if (groups > present.length) {
      grow(GroupCapacity.grown(present.length, groups));
    }
    groupCount = Math.max(groupCount, groups);
  }

  private void grow(int capacity) {
    present = Arrays.copyOf(present, capacity);
    switch (type) {
      case INT, LONG -> integers = Arrays.copyOf(integers, capacity);
      case FLOAT, DOUBLE -> reals = Arrays.copyOf(reals, capacity);
      case STRING, BYTES, BIG_DECIMAL -> {
        int old = bytes.length;
        bytes = Arrays.copyOf(bytes, capacity);
        Arrays.fill(bytes, old, capacity, NO_BYTES);
      }
    }
  }

  @Override
  public void add(int group, Vector vector, int value) {
    switch (type) {
      case INT -> addInteger(group, vector.ints()[value]);
      case LONG -> addInteger(group, vector.longs()[value]);
      case FLOAT -> addReal(group, vector.floats()[value]);
      case DOUBLE -> addReal(group, vector.doubles()[value]);
      case STRING, BYTES, BIG_DECIMAL -> {
        BytesBlock block = vector.bytes();
        addBytes(group, block.bytes(), block.start(value), block.end(value));
      }
    }
  }

  public void addInteger(int group, long value) {
    if (!present[group] || (isMax ? value > integers[group] : value < integers[group])) {
      integers[group] = value;
      present[group] = true;
    }
  }

  public void addReal(int group, double value) {
    if (!present[group] || isBeyond(Double.compare(value, reals[group]))) {
      reals[group] = value;
      present[group] = true;
    }
  }

  private void addBytes(int group, byte[] source, int from, int end) {
    if (!present[group] || isBeyond(compare(source, from, end, bytes[group]))) {
      bytesHeld += end - from - bytes[group].length;
      bytes[group] = Arrays.copyOfRange(source, from, end);
      present[group] = true;
    }
  }

  private boolean isBeyond(int sign) {
    return isMax ? sign > 0 : sign < 0;
  }

  private int compare(byte[] source, int from, int end, byte[] held) {
    if (type != StoredType.BIG_DECIMAL) {
      return Arrays.compareUnsigned(source, from, end, held, 0, held.length);
    }
    BigDecimal value = BigDecimalCodec.decode(source, from, end);
    return value.compareTo(BigDecimalCodec.decode(held, 0, held.length));
  }

  @Override
  public void absorb(AggregateStates other, int[] groupOf) {
    ExtremeStates that = (ExtremeStates) other;
    for (int group = 0; group < that.groupCount; group++) {
      if (groupOf[group] < 0) {
        continue;
      }
      if (that.present[group]) {
        switch (type) {
          case INT, LONG -> addInteger(groupOf[group], that.integers[group]);
          case FLOAT, DOUBLE -> addReal(groupOf[group], that.reals[group]);
          case STRING, BYTES, BIG_DECIMAL ->
              addBytes(groupOf[group], that.bytes[group], 0, that.bytes[group].length);
        }
      }
    }
  }

  @Override
  public boolean isEmpty(int group) {
    return !present[group];
  }

  @Override
  public void appendValue(AggregateCall call, int group, Vector target) {
    switch (type) {
      case INT, LONG -> {
        if (target.type() == StoredType.DOUBLE) {
          target.appendDouble((double) integers[group]);
        } else {
          target.appendLong(integers[group]);
        }
      }
      case FLOAT, DOUBLE -> target.appendDouble(reals[group]);
      case BIG_DECIMAL ->
          AggregateStates.appendNumber(
              call, BigDecimalCodec.decode(bytes[group], 0, bytes[group].length), target);
      case STRING, BYTES -> target.appendBytes(bytes[group], 0, bytes[group].length);
    }
  }

  /** The extreme INT or LONG of a group that is not empty. */
  long integer(int group) {
    return integers[group];
  }

  /** The extreme FLOAT or DOUBLE of a group that is not empty. */
  double real(int group) {
    return reals[group];
  }

  /** The extreme BIG_DECIMAL of a group that is not empty. */
  BigDecimal decimal(int group) {
    return BigDecimalCodec.decode(bytes[group], 0, bytes[group].length);
  }

  /** The extremes in their own type, NULL where there is none. */
  public Vector values() {
    Vector values = Vector.of(type);
    for (int group = 0; group < groupCount; group++) {
      if (!present[group]) {
        values.appendNull();
        continue;
      }
      switch (type) {
        case INT, LONG -> values.appendLong(integers[group]);
        case FLOAT, DOUBLE -> values.appendDouble(reals[group]);
        case STRING, BYTES, BIG_DECIMAL -> values.appendBytes(bytes[group], 0, bytes[group].length);
      }
    }
    return values;
  }

  @Override
  public long sizeBytes() {
    return 64
        + present.length
        + 8L * (integers.length + reals.length)
        + 24L * bytes.length
        + bytesHeld;
  }
}
