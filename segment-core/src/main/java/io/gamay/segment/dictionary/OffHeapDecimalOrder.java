package io.gamay.segment.dictionary;

import io.gamay.segment.memory.BytesView;
import io.gamay.segment.schema.BigDecimalCodec;
import java.math.BigDecimal;

/**
 * The order of off-heap values in the form of {@link BigDecimalCodec}. Two values whose digits fit
 * into a long and whose scales differ by no more than 18 are compared in 128 bits without objects,
 * others are decoded.
 */
final class OffHeapDecimalOrder {

  private static final long[] POWERS_OF_TEN = new long[19];

  static {
    POWERS_OF_TEN[0] = 1;
    for (int i = 1; i < POWERS_OF_TEN.length; i++) {
      POWERS_OF_TEN[i] = POWERS_OF_TEN[i - 1] * 10;
    }
  }

  private OffHeapDecimalOrder() {}

  static int compare(BytesView values, int left, int right) {
    int leftDigits = values.length(left) - Integer.BYTES;
    int rightDigits = values.length(right) - Integer.BYTES;
    if (isShort(leftDigits) && isShort(rightDigits)) {
      long scaleDifference =
          values.bigEndianAt(right, 0, Integer.BYTES) - values.bigEndianAt(left, 0, Integer.BYTES);
      if (Math.abs(scaleDifference) < POWERS_OF_TEN.length) {
        long a = values.bigEndianAt(left, Integer.BYTES, leftDigits);
        long b = values.bigEndianAt(right, Integer.BYTES, rightDigits);
        return scaleDifference >= 0
            ? compareScaled(a, POWERS_OF_TEN[(int) scaleDifference], b)
            : -compareScaled(b, POWERS_OF_TEN[(int) -scaleDifference], a);
      }
    }
    return decimalAt(values, left).compareTo(decimalAt(values, right));
  }

  static BigDecimal decimalAt(BytesView values, int index) {
    byte[] bytes = values.bytesAt(index);
    return BigDecimalCodec.decode(bytes, 0, bytes.length);
  }

  private static boolean isShort(int digitBytes) {
    return digitBytes >= 1 && digitBytes <= Long.BYTES;
  }

  /** Orders {@code a * power} and {@code b}. */
  private static int compareScaled(long a, long power, long b) {
    int high = Long.compare(Math.multiplyHigh(a, power), b >> 63);
    return high != 0 ? high : Long.compareUnsigned(a * power, b);
  }
}
