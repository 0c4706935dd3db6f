package io.gamay.segment.dictionary;

/**
 * The form in which FLOAT and DOUBLE values are stored, with a dictionary and without: -0.0 is
 * stored as 0.0 and every NaN as the one NaN, because SQL compares them as equal. All other values
 * keep their bits; two of them are equal if their bits are.
 */
public final class CanonicalFloats {

  private CanonicalFloats() {}

  public static float canonical(float value) {
    if (value == 0) {
      return 0;
    }
    return Float.isNaN(value) ? Float.NaN : value;
  }

  public static double canonical(double value) {
    if (value == 0) {
      return 0;
    }
    return Double.isNaN(value) ? Double.NaN : value;
  }

  /** Numbers that are ordered as the values are, NaN largest. */
  public static int sortableBits(float canonical) {
    int bits = Float.floatToRawIntBits(canonical);
    return bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }

  public static long sortableBits(double canonical) {
    long bits = Double.doubleToRawLongBits(canonical);
    return bits ^ (bits >> 63 & Long.MAX_VALUE);
  }

  public static float ofSortableBits(int sortable) {
    return Float.intBitsToFloat(sortable ^ (sortable >> 31 & Integer.MAX_VALUE));
  }

  public static double ofSortableBits(long sortable) {
    return Double.longBitsToDouble(sortable ^ (sortable >> 63 & Long.MAX_VALUE));
  }
}
