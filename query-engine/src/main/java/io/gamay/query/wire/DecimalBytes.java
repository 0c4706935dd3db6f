package io.gamay.query.wire;

import io.gamay.segment.schema.BigDecimalCodec;
import java.math.BigDecimal;
import java.util.Arrays;

/** BIG_DECIMAL values from another process: their bytes must be the one form of their number. */
final class DecimalBytes {

  private DecimalBytes() {}

  static BigDecimal decode(byte[] bytes, int from, int end) {
    if (end - from <= Integer.BYTES) {
      throw new WireFormatException("decimal of %d bytes".formatted(end - from));
    }
    BigDecimal value = BigDecimalCodec.decode(bytes, from, end);
    byte[] canonical = BigDecimalCodec.encode(value);
    if (!Arrays.equals(canonical, 0, canonical.length, bytes, from, end)) {
      throw new WireFormatException("decimal that is not in canonical form");
    }
    return value;
  }
}
