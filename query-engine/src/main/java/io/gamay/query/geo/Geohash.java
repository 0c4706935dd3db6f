package io.gamay.query.geo;

import java.util.Arrays;
import java.util.Locale;

/**
 * Places as texts of which a longer one names a part of what its beginning names: the bits of
 * longitude and latitude in turns, five to a character (G. Niemeyer, geohash.org, 2008).
 */
public final class Geohash {

  public static final int MAX_LENGTH = 12;

  private static final String DIGITS = "0123456789bcdefghjkmnpqrstuvwxyz";
  private static final int BITS_PER_DIGIT = 5;

  private Geohash() {}

  /**
   * The middle of a cell, in degrees.
   *
   * @param latitude in [-90, 90]
   * @param longitude in [-180, 180]
   */
  public record Center(double latitude, double longitude) {}

  /**
   * The cell that a place lies in; one on an edge lies in the cell north or east of it.
   *
   * @param length of the text, in [1, {@link #MAX_LENGTH}]
   * @throws IllegalArgumentException if there is no such place or length
   */
  public static String encode(double latitude, double longitude, int length) {
    Shapes.requirePlace(latitude, longitude);
    if (length < 1 || length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a geohash has 1 to %d characters, not %d".formatted(MAX_LENGTH, length));
    }
    double south = -90;
    double north = 90;
    double west = -180;
    double east = 180;
    char[] hash = new char[length];
    for (int index = 0, bit = 0; index < length; index++) {
      int digit = 0;
      for (int end = bit + BITS_PER_DIGIT; bit < end; bit++) {
        boolean isLongitude = bit % 2 == 0;
        double middle = isLongitude ? (west + east) / 2 : (south + north) / 2;
        boolean isUpper = (isLongitude ? longitude : latitude) >= middle;
        digit = digit << 1 | (isUpper ? 1 : 0);
        west = isLongitude && isUpper ? middle : west;
        east = isLongitude && !isUpper ? middle : east;
        south = !isLongitude && isUpper ? middle : south;
        north = !isLongitude && !isUpper ? middle : north;
      }
      hash[index] = DIGITS.charAt(digit);
    }
    return new String(hash);
  }

  /**
   * The middle of the cell that a text names, in any case of letters.
   *
   * @throws IllegalArgumentException if it names none
   */
  public static Center decode(String hash) {
    if (hash.isEmpty()) {
      throw new IllegalArgumentException("a geohash has a character at least");
    }
    double[] longitudes = {-180, 180};
    double[] latitudes = {-90, 90};
    String digits = hash.toLowerCase(Locale.ROOT);
    for (int index = 0, bit = 0; index < digits.length(); index++) {
      int digit = DIGITS.indexOf(digits.charAt(index));
      if (digit < 0) {
        throw new IllegalArgumentException(
            "unexpected character %s at %d".formatted(digits.charAt(index), index));
      }
      for (int shift = BITS_PER_DIGIT - 1; shift >= 0; shift--, bit++) {
        halve(bit % 2 == 0 ? longitudes : latitudes, (digit >> shift & 1) == 1);
      }
    }
    return new Center(middle(latitudes), middle(longitudes));
  }

  private static void halve(double[] range, boolean toUpper) {
    range[toUpper ? 0 : 1] = middle(range);
  }

  private static double middle(double[] range) {
    return Arrays.stream(range).sum() / 2;
  }
}
