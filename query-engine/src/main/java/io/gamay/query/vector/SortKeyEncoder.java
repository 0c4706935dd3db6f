package io.gamay.query.vector;

import io.gamay.segment.read.BytesBlock;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes sort keys as byte strings whose unsigned order is the order of the rows. A key is one or
 * more parts; a part is a byte for the place of NULL, then the value: numbers big-endian with the
 * sign bit turned, byte strings with 0 escaped as 0 255 and ended by 0 0, decimals as sign,
 * magnitude and digits; all but the first byte inverted when descending. One thread.
 */
public final class SortKeyEncoder {

  private static final byte NULL_FIRST = 0;
  private static final byte VALUE = 1;
  private static final byte NULL_LAST = 2;

  private byte[] key = new byte[64];
  private int length;

  public void clear() {
    length = 0;
  }

  /** The bytes written since {@link #clear()}, in [0, {@link #length()}). */
  public byte[] key() {
    return key;
  }

  public int length() {
    return length;
  }

  public byte[] copy() {
    return Arrays.copyOf(key, length);
  }

  /** Appends the value of a row that is not a list. */
  public void add(Vector vector, int row, boolean descending, boolean nullsFirst) {
    if (vector.isNull(row)) {
      addByte(nullsFirst ? NULL_FIRST : NULL_LAST);
      return;
    }
    addByte(VALUE);
    int start = length;
    addValue(vector, row);
    if (descending) {
      for (int position = start; position < length; position++) {
        key[position] = (byte) ~key[position];
      }
    }
  }

  public void addInt(int value) {
    addBigEndian((value ^ Integer.MIN_VALUE) & 0xffffffffL, Integer.BYTES);
  }

  public void addLong(long value) {
    addBigEndian(value ^ Long.MIN_VALUE, Long.BYTES);
  }

  private void addValue(Vector vector, int row) {
    switch (vector.type()) {
      case INT -> addInt(vector.ints()[row]);
      case LONG -> addLong(vector.longs()[row]);
      case FLOAT -> addInt(ordered(Float.floatToIntBits(vector.floats()[row])));
      case DOUBLE -> addLong(ordered(Double.doubleToLongBits(vector.doubles()[row])));
      case STRING, BYTES -> {
        BytesBlock bytes = vector.bytes();
        addBytes(bytes.bytes(), bytes.start(row), bytes.end(row));
      }
      case BIG_DECIMAL -> addDecimal(vector.decimalAt(row));
    }
  }

  /** Bits of a floating-point number as an integer of the same order. */
  private static int ordered(int bits) {
    return bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }

  private static long ordered(long bits) {
    return bits ^ (bits >> 63 & Long.MAX_VALUE);
  }

  private void addBytes(byte[] source, int from, int end) {
    ensure(2 * (end - from) + 2);
    for (int position = from; position < end; position++) {
      key[length++] = source[position];
      if (source[position] == 0) {
        key[length++] = (byte) 0xff;
      }
    }
    key[length++] = 0;
    key[length++] = 0;
  }

  private void addDecimal(BigDecimal value) {
    if (value.signum() == 0) {
      addByte((byte) 1);
      return;
    }
    addByte((byte) (value.signum() < 0 ? 0 : 2));
    int start = length;
    BigDecimal magnitude = value.abs().stripTrailingZeros();
    addLong((long) magnitude.precision() - magnitude.scale());
    byte[] digits = magnitude.unscaledValue().toString().getBytes(StandardCharsets.US_ASCII);
    addBytes(digits, 0, digits.length);
    if (value.signum() < 0) {
      for (int position = start; position < length; position++) {
        key[position] = (byte) ~key[position];
      }
    }
  }

  private void addBigEndian(long value, int width) {
    ensure(width);
    for (int shift = (width - 1) * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      key[length++] = (byte) (value >>> shift);
    }
  }

  private void addByte(byte value) {
    ensure(1);
    key[length++] = value;
  }

  private void ensure(int more) {
    int needed = Math.addExact(length, more);
    if (needed > key.length) {
      key = Arrays.copyOf(key, Math.max(needed, (int) Math.min(2L * key.length, 1 << 30)));
    }
  }
}
