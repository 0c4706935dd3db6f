package io.gamay.query.explain;

import java.util.Locale;

/**
 * A number in what is told of operators. That of several segments is a sum, or the range of what
 * each of them has.
 *
 * @param low of a sum the sum itself, as {@code high}
 */
public record Amount(boolean isSum, long low, long high) {

  /** A number that adds up over segments, such as rows. */
  public static Amount sum(long value) {
    return new Amount(true, value, value);
  }

  /** A number that each segment has for itself, such as distinct values. */
  public static Amount each(long value) {
    return new Amount(false, value, value);
  }

  Amount plus(Amount other) {
    return isSum
        ? sum(low + other.low)
        : new Amount(false, Math.min(low, other.low), Math.max(high, other.high));
  }

  String text() {
    return low == high ? text(low) : text(low) + " to " + text(high);
  }

  private static String text(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
