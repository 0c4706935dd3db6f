package io.gamay.segment.dictionary;

import io.gamay.segment.schema.BigDecimalCodec;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** STRING, BYTES and BIG_DECIMAL values in their byte form. */
public final class StoredBytes {

  private StoredBytes() {}

  public static byte[] ofValue(Value value) {
    return switch (value) {
      case Value.StringValue(String v) -> v.getBytes(StandardCharsets.UTF_8);
      case Value.BytesValue(byte[] v) -> v;
      case Value.BigDecimalValue(BigDecimal v) -> BigDecimalCodec.encode(v);
      case Value.IntValue _, Value.LongValue _, Value.FloatValue _, Value.DoubleValue _ ->
          throw noBytes(value.storedType());
    };
  }

  public static Value toValue(StoredType type, byte[] bytes) {
    return switch (type) {
      case STRING -> new Value.StringValue(new String(bytes, StandardCharsets.UTF_8));
      case BYTES -> new Value.BytesValue(bytes);
      case BIG_DECIMAL -> new Value.BigDecimalValue(BigDecimalCodec.decode(bytes, 0, bytes.length));
      case INT, LONG, FLOAT, DOUBLE -> throw noBytes(type);
    };
  }

  /** The order of {@link Value#compareTo}: numbers by size, all others by unsigned bytes. */
  public static int compare(StoredType type, MemorySegment a, MemorySegment b) {
    return switch (type) {
      case STRING, BYTES -> compareUnsigned(a, b);
      case BIG_DECIMAL -> decimal(a).compareTo(decimal(b));
      case INT, LONG, FLOAT, DOUBLE -> throw noBytes(type);
    };
  }

  /** The same for values in [aFrom, aTo) and [bFrom, bTo) of arrays. */
  public static int compare(
      StoredType type, byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    return switch (type) {
      case STRING, BYTES -> Arrays.compareUnsigned(a, aFrom, aTo, b, bFrom, bTo);
      case BIG_DECIMAL ->
          BigDecimalCodec.decode(a, aFrom, aTo).compareTo(BigDecimalCodec.decode(b, bFrom, bTo));
      case INT, LONG, FLOAT, DOUBLE -> throw noBytes(type);
    };
  }

  private static int compareUnsigned(MemorySegment a, MemorySegment b) {
    long difference = a.mismatch(b);
    if (difference < 0) {
      return 0;
    }
    if (difference == a.byteSize()) {
      return -1;
    }
    if (difference == b.byteSize()) {
      return 1;
    }
    return Byte.compareUnsigned(
        a.get(ValueLayout.JAVA_BYTE, difference), b.get(ValueLayout.JAVA_BYTE, difference));
  }

  private static BigDecimal decimal(MemorySegment bytes) {
    byte[] copy = bytes.toArray(ValueLayout.JAVA_BYTE);
    return BigDecimalCodec.decode(copy, 0, copy.length);
  }

  private static IllegalArgumentException noBytes(StoredType type) {
    return new IllegalArgumentException(type + " has no byte form");
  }
}
