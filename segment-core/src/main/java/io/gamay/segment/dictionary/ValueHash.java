package io.gamay.segment.dictionary;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * 32-bit hashes of dictionary values: words are mixed by folding a 64 x 64 to 128 bit product, 16
 * bytes a step, the last 16 bytes overlapping. Not stored; the seed keeps chosen keys from
 * colliding in every segment.
 */
final class ValueHash {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long K0 = 0xA0761D6478BD642FL;
  private static final long K1 = 0xE7037ED1A0B428DBL;

  private ValueHash() {}

  static int hash(long value, long seed) {
    return finish(mix(value ^ K0, seed ^ K1));
  }

  static int hash(byte[] bytes, int from, int length, long seed) {
    long state = seed;
    int at = from;
    int left = length;
    while (left > 16) {
      state = mix(word(bytes, at) ^ K0, word(bytes, at + 8) ^ state);
      at += 16;
      left -= 16;
    }
    long a;
    long b;
    if (length >= 16) {
      a = word(bytes, from + length - 16);
      b = word(bytes, from + length - 8);
    } else if (length >= 8) {
      a = word(bytes, from);
      b = word(bytes, from + length - 8);
    } else if (length >= 4) {
      a = (int) INT.get(bytes, from);
      b = (int) INT.get(bytes, from + length - 4);
    } else if (length > 0) {
      a = (bytes[from] & 0xFFL) | (bytes[from + (length >> 1)] & 0xFFL) << 8;
      b = bytes[from + length - 1];
    } else {
      a = 0;
      b = 0;
    }
    return finish(mix(a ^ K1 ^ length, mix(b ^ K0, state ^ K1)));
  }

  private static long word(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }

  private static long mix(long a, long b) {
    return a * b ^ Math.unsignedMultiplyHigh(a, b);
  }

  /** The low bits choose the slot: fold the high half into them. */
  private static int finish(long mixed) {
    long spread = (mixed ^ mixed >>> 32) * K1;
    return (int) (spread >>> 32);
  }
}
