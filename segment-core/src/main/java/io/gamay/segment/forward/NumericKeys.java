package io.gamay.segment.forward;

import io.gamay.segment.format.BlockOutput;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.io.IOException;

/**
 * INT, LONG, FLOAT and DOUBLE values as longs, ordered as the values are, NaN last. What SQL holds
 * for equal has one key: -0.0 is 0.0, and every NaN is the one canonical NaN.
 */
public final class NumericKeys {

  private NumericKeys() {}

  public static long ofFloat(float value) {
    int bits = Float.floatToIntBits(value + 0.0f);
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }

  public static long ofDouble(double value) {
    long bits = Double.doubleToLongBits(value + 0.0);
    return bits ^ ((bits >> 63) & Long.MAX_VALUE);
  }

  public static float toFloat(long key) {
    return Float.intBitsToFloat(floatBits(key));
  }

  public static double toDouble(long key) {
    return Double.longBitsToDouble(doubleBits(key));
  }

  /** Bits of one value in a block of encoding FIXED. */
  public static int bitsPerValue(StoredType type) {
    return type.widthBytes() * Byte.SIZE;
  }

  /** Writes the value in its plain form: two's complement, or IEEE 754. */
  public static void write(StoredType type, long key, BlockOutput out) throws IOException {
    switch (type) {
      case INT -> out.putInt((int) key);
      case LONG -> out.putLong(key);
      case FLOAT -> out.putInt(floatBits(key));
      case DOUBLE -> out.putLong(doubleBits(key));
      case STRING, BYTES, BIG_DECIMAL -> throw notNumeric(type);
    }
  }

  public static Value toValue(StoredType type, long key) {
    return switch (type) {
      case INT -> new Value.IntValue((int) key);
      case LONG -> new Value.LongValue(key);
      case FLOAT -> new Value.FloatValue(toFloat(key));
      case DOUBLE -> new Value.DoubleValue(toDouble(key));
      case STRING, BYTES, BIG_DECIMAL -> throw notNumeric(type);
    };
  }

  public static long ofValue(Value value) {
    return switch (value) {
      case Value.IntValue(int v) -> v;
      case Value.LongValue(long v) -> v;
      case Value.FloatValue(float v) -> ofFloat(v);
      case Value.DoubleValue(double v) -> ofDouble(v);
      case Value.StringValue _, Value.BytesValue _, Value.BigDecimalValue _ ->
          throw notNumeric(value.storedType());
    };
  }

  private static int floatBits(long key) {
    int ordered = (int) key;
    return ordered ^ ((ordered >> 31) & Integer.MAX_VALUE);
  }

  private static long doubleBits(long key) {
    return key ^ ((key >> 63) & Long.MAX_VALUE);
  }

  private static IllegalArgumentException notNumeric(StoredType type) {
    return new IllegalArgumentException(type + " has no numeric key");
  }
}
