package io.gamay.segment.format;

/**
 * The layout of floating-point numbers that are decimals of few digits: integers in the form of
 * {@link IntegerLayout}, one per value, then the values that are none, then the scale.
 *
 * <pre>
 * integers | indexes of exceptions, ascending, 4 each, zeros to 8 | their IEEE 754 bits, 8 each
 *          | scale 4 | exceptions 4
 * </pre>
 *
 * <p>A value that is no exception is its integer divided by 10^scale, or times 10^-scale where the
 * scale is negative, in double arithmetic: both operands are exact, so the one rounding is that of
 * the decimal itself. For FLOAT the double is then rounded to float.
 */
public final class DecimalLayout {

  public static final int TRAILER_BYTES = 8;

  /** Powers of ten up to this one are doubles without error. */
  public static final int MAX_SCALE = 22;

  /** Integers up to this one are doubles without error. */
  public static final long MAX_INTEGER = 1L << 53;

  private static final double[] POWERS = new double[MAX_SCALE + 1];

  static {
    for (int scale = 0; scale <= MAX_SCALE; scale++) {
      POWERS[scale] = Double.parseDouble("1e" + scale);
    }
  }

  private DecimalLayout() {}

  /** 10^exponent for an exponent in [0, {@link #MAX_SCALE}]. */
  public static double power(int exponent) {
    return POWERS[exponent];
  }

  public static long exceptionBytes(long exceptions) {
    return (exceptions + 1) / 2 * Long.BYTES + exceptions * Long.BYTES;
  }

  static boolean canHold(long count, long lengthBytes) {
    return count <= Integer.MAX_VALUE
        && IntegerLayout.canHold(count, lengthBytes - TRAILER_BYTES)
        && lengthBytes >= TRAILER_BYTES;
  }
}
