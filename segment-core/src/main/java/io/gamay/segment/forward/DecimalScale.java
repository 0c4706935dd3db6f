package io.gamay.segment.forward;

import io.gamay.segment.format.DecimalLayout;
import io.gamay.segment.schema.StoredType;

/**
 * Floating-point numbers as integers over a power of ten, see {@link DecimalLayout}; an idea of ALP
 * (Afroozeh, Kuffo and Boncz, "ALP: Adaptive Lossless Floating-Point Compression", SIGMOD 2024),
 * with a division in place of ALP's two multiplications, which finds every decimal of up to 15
 * digits. Every value is decoded again before it counts as one.
 *
 * @param type FLOAT or DOUBLE
 * @param scale digits behind the point, in [-{@link DecimalLayout#MAX_SCALE}, {@link
 *     DecimalLayout#MAX_SCALE}]
 */
record DecimalScale(StoredType type, int scale) {

  /** What {@link #integerOf} gives for a value that is no decimal of this scale. */
  static final long NONE = Long.MIN_VALUE;

  /** The number that a key of {@link NumericKeys} stands for; FLOATs as doubles. */
  static double valueOf(StoredType type, long key) {
    return type == StoredType.FLOAT ? NumericKeys.toFloat(key) : NumericKeys.toDouble(key);
  }

  double decode(long integer) {
    return scale >= 0
        ? integer / DecimalLayout.power(scale)
        : integer * DecimalLayout.power(-scale);
  }

  /** An integer near the one that would stand for a number, whatever that is. */
  long near(double value) {
    return (long) scaled(value);
  }

  private double scaled(double value) {
    return scale >= 0 ? value * DecimalLayout.power(scale) : value / DecimalLayout.power(-scale);
  }

  /** The integer that stands for a value, or {@link #NONE}. */
  long integerOf(double value) {
    double scaled = scaled(value);
    // Also false for NaN.
    if (!(Math.abs(scaled) <= DecimalLayout.MAX_INTEGER)) {
      return NONE;
    }
    long integer = Math.round(scaled);
    double decoded = decode(integer);
    return type == StoredType.FLOAT
        ? Float.floatToRawIntBits((float) decoded) == Float.floatToRawIntBits((float) value)
            ? integer
            : NONE
        : Double.doubleToRawLongBits(decoded) == Double.doubleToRawLongBits(value) ? integer : NONE;
  }
}
