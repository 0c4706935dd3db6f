package io.gamay.segment.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;

/**
 * The byte form of a BIG_DECIMAL: scale (4 bytes, big-endian, signed) | unscaled value (two's
 * complement, big-endian, at least 1 byte). Values that are equal as numbers are written alike:
 * trailing zeros are stripped.
 */
public final class BigDecimalCodec {

  private BigDecimalCodec() {}

  public static byte[] encode(BigDecimal value) {
    BigDecimal canonical = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
    byte[] unscaled = canonical.unscaledValue().toByteArray();
    return ByteBuffer.allocate(Integer.BYTES + unscaled.length)
        .putInt(canonical.scale())
        .put(unscaled)
        .array();
  }

  /**
   * @param bytes the array that holds the value in [from, to)
   */
  public static BigDecimal decode(byte[] bytes, int from, int to) {
    int scale = ByteBuffer.wrap(bytes, from, Integer.BYTES).getInt();
    return new BigDecimal(
        new BigInteger(bytes, from + Integer.BYTES, to - from - Integer.BYTES), scale);
  }
}
