package io.gamay.query.structure;

import io.gamay.query.vector.Vector;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.schema.StoredType;
import java.util.Arrays;
import java.util.Optional;

/**
 * The values of a numeric dictionary as integers: {@code value = scaled / 10^scale}, exactly. Whole
 * numbers have scale 0; doubles that are decimals of few digits have the digits that all of them
 * need. Integers add up fast, exactly and in any order; one division at the end gives the sum.
 * Immutable.
 */
public final class ScaledValues {

  /** Digits after the decimal point that are looked for. */
  private static final int MAX_SCALE = 6;

  /** Doubles tell whole numbers apart below this. */
  private static final double MAX_EXACT = 1L << 53;

  private final int scale;
  private final long min;
  private final long max;

  /** Per dictId its value less the least one. */
  private final int[] offsets;

  private ScaledValues(int scale, long min, long max, int[] offsets) {
    this.scale = scale;
    this.min = min;
    this.max = max;
    this.offsets = offsets;
  }

  /**
   * Empty where a value is no decimal of few digits, or the values are further apart than 31 bits
   * tell.
   */
  public static Optional<ScaledValues> of(DictionaryReader dictionary) {
    int count = dictionary.cardinality();
    StoredType type = dictionary.storedType();
    boolean isReal = type == StoredType.FLOAT || type == StoredType.DOUBLE;
    if (count == 0 || !(isReal || type == StoredType.INT || type == StoredType.LONG)) {
      return Optional.empty();
    }
    int scale = isReal ? scaleOf(dictionary) : 0;
    if (scale < 0) {
      return Optional.empty();
    }
    long[] scaled = new long[count];
    double power = power(scale);
    for (int dictId = 0; dictId < count; dictId++) {
      if (!isReal) {
        scaled[dictId] = dictionary.longAt(dictId);
        continue;
      }
      double value = Vector.canonical(dictionary.doubleAt(dictId));
      if (!isDecimal(value, power)) {
        return Optional.empty();
      }
      scaled[dictId] = (long) Math.rint(value * power);
    }
    long min = Arrays.stream(scaled).min().orElseThrow();
    long max = Arrays.stream(scaled).max().orElseThrow();
    long width = max - min;
    if (width < 0 || width > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    int[] offsets = new int[count];
    for (int dictId = 0; dictId < count; dictId++) {
      offsets[dictId] = (int) (scaled[dictId] - min);
    }
    return Optional.of(new ScaledValues(scale, min, max, offsets));
  }

  /** The digits that all values need, -1 where some need too many. */
  private static int scaleOf(DictionaryReader dictionary) {
    int scale = 0;
    for (int dictId = 0; dictId < dictionary.cardinality(); dictId++) {
      double value = Vector.canonical(dictionary.doubleAt(dictId));
      while (!isDecimal(value, power(scale))) {
        if (++scale > MAX_SCALE) {
          return -1;
        }
      }
    }
    return scale;
  }

  private static boolean isDecimal(double value, double power) {
    double scaled = Math.rint(value * power);
    return Math.abs(scaled) < MAX_EXACT && scaled / power == value;
  }

  private static double power(int scale) {
    return switch (scale) {
      case 0 -> 1;
      case 1 -> 10;
      case 2 -> 100;
      case 3 -> 1_000;
      case 4 -> 10_000;
      case 5 -> 100_000;
      default -> 1_000_000;
    };
  }

  /** Digits after the decimal point. */
  public int scale() {
    return scale;
  }

  /** The least value, scaled. */
  public long min() {
    return min;
  }

  /** The greatest value, scaled. */
  public long max() {
    return max;
  }

  /** Per dictId its value, scaled, less {@link #min}; not to be changed. */
  public int[] offsets() {
    return offsets;
  }

  /** {@code 10^scale}. */
  public double power() {
    return power(scale);
  }

  public long sizeBytes() {
    return 48 + 4L * offsets.length;
  }
}
