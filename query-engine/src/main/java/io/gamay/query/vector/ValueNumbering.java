package io.gamay.query.vector;

import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.schema.StoredType;

/**
 * Numbers the distinct values of one stored type 0, 1, 2, ... in the order in which they are first
 * seen: a dictionary that grows with the query. One thread.
 */
public final class ValueNumbering {

  private final StoredType type;
  private final LongNumbering fixed = new LongNumbering();
  private final BytesNumbering varying = new BytesNumbering();

  public ValueNumbering(StoredType type) {
    this.type = type;
  }

  public StoredType type() {
    return type;
  }

  public int count() {
    return type.isFixedWidth() ? fixed.count() : varying.count();
  }

  /** The number of the value at a value index of a vector, a new one if it was not seen before. */
  public int number(Vector vector, int value) {
    return switch (type) {
      case INT -> fixed.number(vector.ints()[value]);
      case LONG -> fixed.number(vector.longs()[value]);
      case FLOAT -> fixed.number(Float.floatToIntBits(vector.floats()[value]));
      case DOUBLE -> fixed.number(Double.doubleToLongBits(vector.doubles()[value]));
      case STRING, BYTES, BIG_DECIMAL -> {
        BytesBlock bytes = vector.bytes();
        yield varying.number(bytes.bytes(), bytes.start(value), bytes.end(value));
      }
    };
  }

  /** The number of the value at a value index of a vector, -1 if it was not seen. */
  public int indexOf(Vector vector, int value) {
    return switch (type) {
      case INT -> fixed.indexOf(vector.ints()[value]);
      case LONG -> fixed.indexOf(vector.longs()[value]);
      case FLOAT -> fixed.indexOf(Float.floatToIntBits(vector.floats()[value]));
      case DOUBLE -> fixed.indexOf(Double.doubleToLongBits(vector.doubles()[value]));
      case STRING, BYTES, BIG_DECIMAL -> {
        BytesBlock bytes = vector.bytes();
        yield varying.indexOf(bytes.bytes(), bytes.start(value), bytes.end(value));
      }
    };
  }

  /** Appends the value of a number as one row. */
  public void appendTo(Vector target, int number) {
    switch (type) {
      case INT, LONG -> target.appendLong(fixed.keyAt(number));
      case FLOAT -> target.appendDouble(Float.intBitsToFloat((int) fixed.keyAt(number)));
      case DOUBLE -> target.appendDouble(Double.longBitsToDouble(fixed.keyAt(number)));
      case STRING, BYTES, BIG_DECIMAL -> {
        BytesBlock keys = varying.keys();
        target.appendBytes(keys.bytes(), keys.start(number), keys.end(number));
      }
    }
  }

  /** Appends the bytes of a number's value, which is of varying width. */
  public void appendTo(BytesBlock target, int number) {
    BytesBlock keys = varying.keys();
    int from = keys.start(number);
    int length = keys.end(number) - from;
    int start = target.append(length);
    System.arraycopy(keys.bytes(), from, target.bytes(), start, length);
  }

  /** All values in the order of their numbers. */
  public Vector values() {
    Vector values = Vector.of(type);
    for (int number = 0; number < count(); number++) {
      appendTo(values, number);
    }
    return values;
  }

  public long sizeBytes() {
    return fixed.sizeBytes() + varying.sizeBytes();
  }
}
