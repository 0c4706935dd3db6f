package io.gamay.segment.bloom;

import io.gamay.segment.dictionary.StoredBytes;
import io.gamay.segment.schema.Value;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The hash of a value that bloom filters are made of: a function of the value alone, the same in
 * every process and part of the file format (docs/segment-format.md, "Bloom filter"). Values that
 * SQL holds for equal have one hash.
 */
public final class BloomHash {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long STEP = 0x9e37_79b9_7f4a_7c15L;

  private BloomHash() {}

  /** Of an INT or LONG. */
  public static long ofLong(long value) {
    return mixed(value + STEP);
  }

  public static long ofFloat(float value) {
    return ofLong(Float.floatToIntBits(value + 0.0f));
  }

  public static long ofDouble(double value) {
    return ofLong(Double.doubleToLongBits(value + 0.0));
  }

  /** Of a STRING, BYTES or BIG_DECIMAL in its stored form, {@code bytes[from, to)}. */
  public static long ofBytes(byte[] bytes, int from, int to) {
    long hash = (long) to - from;
    int position = from;
    for (; position <= to - Long.BYTES; position += Long.BYTES) {
      hash = mixed((hash ^ (long) LONG.get(bytes, position)) + STEP);
    }
    long rest = 0;
    for (int shift = 0; position < to; position++, shift += Byte.SIZE) {
      rest |= (bytes[position] & 0xffL) << shift;
    }
    return mixed((hash ^ rest) + STEP);
  }

  public static long of(Value value) {
    return switch (value) {
      case Value.IntValue(int v) -> ofLong(v);
      case Value.LongValue(long v) -> ofLong(v);
      case Value.FloatValue(float v) -> ofFloat(v);
      case Value.DoubleValue(double v) -> ofDouble(v);
      case Value.StringValue _, Value.BytesValue _, Value.BigDecimalValue _ -> {
        byte[] bytes = StoredBytes.ofValue(value);
        yield ofBytes(bytes, 0, bytes.length);
      }
    };
  }

  /** A bijection that lets every bit depend on every other: the finaliser of SplitMix64. */
  private static long mixed(long value) {
    long hash = (value ^ (value >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d0_49bb_1331_11ebL;
    return hash ^ (hash >>> 31);
  }
}
