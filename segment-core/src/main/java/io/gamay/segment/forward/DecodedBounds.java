package io.gamay.segment.forward;

import java.util.function.LongToDoubleFunction;

/**
 * Turns a range of doubles into the range of the integers that stand for them, so that integers are
 * compared as they are stored. The decoding must not fall as the integer rises. Doubles are ordered
 * as {@link io.gamay.segment.read.ColumnReader#matchDoubles} says: -0.0 and 0.0 are equal, NaN is
 * the largest.
 */
final class DecodedBounds {

  private DecodedBounds() {}

  /** Tests the doubles that INT or LONG values are rounded to. */
  static void matchRounded(
      NumericReader values, int first, int count, double low, double high, long[] mask) {
    LongToDoubleFunction rounded = DecodedBounds::rounded;
    if (isEmpty(rounded, low, high)) {
      values.matchLongs(first, count, 1, 0, mask);
      return;
    }
    long least = least(rounded, low, (long) low);
    long greatest = greatest(rounded, high, (long) high);
    values.matchLongs(first, count, least, greatest, mask);
  }

  private static double rounded(long value) {
    return value;
  }

  /** Whether no integer at all stands for a number in [low, high]. */
  static boolean isEmpty(LongToDoubleFunction decode, double low, double high) {
    return compare(low, high) > 0
        || compare(decode.applyAsDouble(Long.MAX_VALUE), low) < 0
        || compare(decode.applyAsDouble(Long.MIN_VALUE), high) > 0;
  }

  /**
   * The least integer that stands for a number of at least a bound; there must be one.
   *
   * @param guess near which it is sought first
   */
  static long least(LongToDoubleFunction decode, double low, long guess) {
    return first(decode, low, 0, guess);
  }

  /**
   * The greatest integer that stands for a number of at most a bound; there must be one.
   *
   * @param guess near which it is sought first
   */
  static long greatest(LongToDoubleFunction decode, double high, long guess) {
    return compare(decode.applyAsDouble(Long.MAX_VALUE), high) <= 0
        ? Long.MAX_VALUE
        : first(decode, high, 1, guess) - 1;
  }

  /** The first integer whose number compares to a bound with at least {@code order}. */
  private static long first(LongToDoubleFunction decode, double bound, int order, long guess) {
    long before = Long.MIN_VALUE;
    long found = Long.MAX_VALUE;
    if (compare(decode.applyAsDouble(before), bound) >= order) {
      return before;
    }
    long probe = Math.clamp(guess, before + 1, found - 1);
    long step = 1;
    // Away from the guess in doubling steps, until the other side is met.
    if (compare(decode.applyAsDouble(probe), bound) >= order) {
      found = probe;
      while (Long.compareUnsigned(found - before, step) > 0) {
        probe = found - step;
        if (compare(decode.applyAsDouble(probe), bound) < order) {
          before = probe;
          break;
        }
        found = probe;
        step <<= 1;
      }
    } else {
      before = probe;
      while (Long.compareUnsigned(found - before, step) > 0) {
        probe = before + step;
        if (compare(decode.applyAsDouble(probe), bound) >= order) {
          found = probe;
          break;
        }
        before = probe;
        step <<= 1;
      }
    }
    while (found - before != 1) {
      long middle = before + (found - before >>> 1);
      if (compare(decode.applyAsDouble(middle), bound) >= order) {
        found = middle;
      } else {
        before = middle;
      }
    }
    return found;
  }

  static int compare(double left, double right) {
    return Double.compare(left + 0.0, right + 0.0);
  }
}
