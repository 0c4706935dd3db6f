package io.gamay.segment.dictionary;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * 32-bit hashes of dictionary values: words are mixed by folding a 64 x 64 to 128 bit product, one
 * of the first and the last 8 bytes (which may overlap), and one per 16 bytes where a value is
 * longer. Not stored; the seed keeps chosen keys from colliding in every segment.
 */
final class ValueHash {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long K0 = 0xA0761D6478BD642FL;
  private static final long K1 = 0xE7037ED1A0B428DBL;
  private static final long K2 = 0x8EBC6AF09C88C6E3L;

  private ValueHash() {}

  /** A seed whose bits all count. */
  static long seed(long any) {
    return mix(any ^ K0, K1) ^ K2;
  }

  static int hash(long value, long seed) {
    return finish(mix(value ^ seed, K1));
  }

  static int hash(byte[] bytes, int from, int length, long seed) {
    return hash(bytes, from, length, firstWord(bytes, from, length), seed);
  }

  /**
   * @param firstWord {@link #firstWord} of the same value
   */
  static int hash(byte[] bytes, int from, int length, long firstWord, long seed) {
    if (length <= Long.BYTES) {
      return finish(mix(firstWord ^ seed, K1 ^ length));
    }
    long lastWord = word(bytes, from + length - Long.BYTES);
    long state = seed;
    for (int at = Long.BYTES; at < length - Long.BYTES; at += 16) {
      long second = at + 16 <= length ? word(bytes, from + at + 8) : lastWord;
      state = mix(word(bytes, from + at) ^ K2, second ^ state);
    }
    return finish(mix(firstWord ^ state, lastWord ^ (seed >>> 32 | seed << 32) ^ K0 ^ length));
  }

  /** The first 8 bytes, little-endian; zeros behind the end of a shorter value. */
  static long firstWord(byte[] bytes, int from, int length) {
    if (length >= Long.BYTES) {
      return word(bytes, from);
    }
    if (from + Long.BYTES <= bytes.length) {
      return word(bytes, from) & (1L << (length << 3)) - 1;
    }
    long word = 0;
    for (int i = length - 1; i >= 0; i--) {
      word = word << 8 | bytes[from + i] & 0xFF;
    }
    return word;
  }

  private static long word(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }

  private static long mix(long a, long b) {
    return a * b ^ Math.unsignedMultiplyHigh(a, b);
  }

  private static int finish(long mixed) {
    long spread = (mixed ^ mixed >>> 32) * K1;
    return (int) (spread >>> 32);
  }
}
