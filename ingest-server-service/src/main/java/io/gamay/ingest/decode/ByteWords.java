package io.gamay.ingest.decode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Eight bytes of text at a time, as one little-endian word: the first byte is the lowest. After
 * Mula and Lemire's and Langdale's published SWAR forms; each result is exact up to the first byte
 * that it finds.
 */
final class ByteWords {

  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long BACKSLASHES = ONES * '\\';
  private static final long ZERO_DIGITS = ONES * '0';

  private ByteWords() {}

  /** The bytes [at, at + 8), which must be there. */
  static long get(byte[] bytes, int at) {
    return (long) WORDS.get(bytes, at);
  }

  static void set(byte[] bytes, int at, long word) {
    WORDS.set(bytes, at, word);
  }

  /**
   * Non-zero if a byte of the word is no plain character of a JSON string: a quote, a backslash, a
   * control character or not ASCII.
   */
  static long specials(long word) {
    // xor 2 moves the quote, 0x22, below the space: one comparison for it and control characters
    long lows = (word ^ ONES * 2) - ONES * 0x21;
    long backslashes = (word ^ BACKSLASHES) - ONES;
    return (lows | backslashes | word) & HIGHS;
  }

  static boolean isAscii(long word) {
    return (word & HIGHS) == 0;
  }

  /** How many bytes come before the first one that {@code found} marks; {@code found} is not 0. */
  static int countBefore(long found) {
    return Long.numberOfTrailingZeros(found) >>> 3;
  }

  /** How many digits the word begins with, up to 8. */
  static int digits(long word) {
    long values = word ^ ZERO_DIGITS;
    long others = (values + ONES * 0x76 | values) & HIGHS;
    return Long.numberOfTrailingZeros(others) >>> 3;
  }

  /**
   * The number that the first {@code digits} bytes of the word spell; they are digits.
   *
   * @param digits in [1, 8]
   */
  static long number(long word, int digits) {
    long values = (word ^ ZERO_DIGITS) << (8 - digits << 3);
    long pairs = values * 10 + (values >>> 8);
    return (pairs & 0x000000FF000000FFL) * 0x000F424000000064L
            + (pairs >>> 16 & 0x000000FF000000FFL) * 0x0000271000000001L
        >>> 32;
  }
}
