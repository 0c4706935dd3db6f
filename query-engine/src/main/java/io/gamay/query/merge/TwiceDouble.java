package io.gamay.query.merge;

/**
 * Numbers as unevaluated sums of two doubles, the second too small to change the first: some 32
 * decimal digits. The sum's error is found as by Knuth, "The Art of Computer Programming", volume
 * 2, 4.2.2.
 */
final class TwiceDouble {

  private TwiceDouble() {}

  /**
   * The way from one number to another.
   *
   * @return NaN if it is not finite, whichever of the two is to blame
   */
  static double distance(double from, double fromRest, double to, double toRest) {
    double distance = to - from + (toRest - fromRest);
    return Double.isFinite(distance) ? distance : Double.NaN;
  }

  /** Adds to the number whose two parts are {@code parts[at]} and {@code parts[at + 1]}. */
  static void add(double[] parts, int at, double step) {
    double old = parts[at];
    double sum = old + step;
    double stepped = sum - old;
    double rest = parts[at + 1] + ((old - (sum - stepped)) + (step - stepped));
    parts[at] = sum + rest;
    parts[at + 1] = rest - (parts[at] - sum);
  }
}
