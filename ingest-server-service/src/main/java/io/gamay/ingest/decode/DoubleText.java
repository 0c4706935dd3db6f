package io.gamay.ingest.decode;

import java.nio.charset.StandardCharsets;

/**
 * The nearest DOUBLE of a number in JSON's grammar. A mantissa below 2^53 with a power of ten up to
 * 22 is exact in one multiplication or division (Clinger, "How to read floating point numbers
 * accurately", 1990); the rest goes to the JDK.
 */
final class DoubleText {

  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private DoubleText() {}

  static double parse(byte[] source, int from, int to) {
    boolean negative = source[from] == '-';
    long mantissa = 0;
    int digits = 0;
    int fraction = 0;
    boolean behindPoint = false;
    for (int at = negative ? from + 1 : from; at < to; at++) {
      byte c = source[at];
      if (c == '.') {
        behindPoint = true;
        continue;
      }
      if (c < '0' || c > '9' || digits == 18) {
        return slow(source, from, to);
      }
      mantissa = mantissa * 10 + (c - '0');
      digits += mantissa == 0 ? 0 : 1;
      fraction += behindPoint ? 1 : 0;
    }
    if (mantissa >= 1L << 53 || fraction >= POWERS_OF_TEN.length) {
      return slow(source, from, to);
    }
    double value = mantissa / POWERS_OF_TEN[fraction];
    return negative ? -value : value;
  }

  private static double slow(byte[] source, int from, int to) {
    return Double.parseDouble(new String(source, from, to - from, StandardCharsets.ISO_8859_1));
  }
}
