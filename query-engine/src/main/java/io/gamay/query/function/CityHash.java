package io.gamay.query.function;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Hashes of bytes in [from, end): G. Pike and J. Alakuijala, CityHash version 1.1 (2013,
 * github.com/google/cityhash). The names of locals are those of the reference.
 */
final class CityHash {

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long K0 = 0xc3a5c85c97cb3127L;
  private static final long K1 = 0xb492b66fbe98f273L;
  private static final long K2 = 0x9ae16a3b2f90404fL;
  private static final long PAIR_MULTIPLIER = 0x9ddfea08eb382d69L;
  private static final int C1 = 0xcc9e2d51;
  private static final int C2 = 0x1b873593;
  private static final int C3 = 0xe6546b64;

  private CityHash() {}

  /** Two numbers that are mixed together over a run of bytes. */
  private static final class Pair {
    private long first;
    private long second;

    /** Mixes 32 bytes into two seeds. */
    private void mix(byte[] bytes, int at, long seed, long otherSeed) {
      long start = seed + int64(bytes, at);
      long c = start;
      start += int64(bytes, at + 8) + int64(bytes, at + 16);
      long z = int64(bytes, at + 24);
      second = Long.rotateRight(otherSeed + c + z, 21) + Long.rotateRight(start, 44) + c;
      first = start + z;
    }
  }

  static int hash32(byte[] bytes, int from, int end) {
    int length = end - from;
    if (length <= 4) {
      return hash32Upto4(bytes, from, end);
    }
    if (length <= 12) {
      return hash32Upto12(bytes, from, length);
    }
    return length <= 24 ? hash32Upto24(bytes, from, length) : hash32Long(bytes, from, length);
  }

  private static int hash32Upto4(byte[] bytes, int from, int end) {
    int b = 0;
    int c = 9;
    for (int at = from; at < end; at++) {
      b = b * C1 + bytes[at];
      c ^= b;
    }
    return finish32(mix32(b, mix32(end - from, c)));
  }

  private static int hash32Upto12(byte[] bytes, int from, int length) {
    int a = length + int32(bytes, from);
    int b = length * 5 + int32(bytes, from + length - 4);
    int c = 9 + int32(bytes, from + ((length >>> 1) & 4));
    return finish32(mix32(c, mix32(b, mix32(a, length * 5))));
  }

  private static int hash32Upto24(byte[] bytes, int from, int length) {
    int middle = from + (length >>> 1);
    int h = mix32(int32(bytes, middle - 4), length);
    h = mix32(int32(bytes, from + 4), h);
    h = mix32(int32(bytes, from + length - 8), h);
    h = mix32(int32(bytes, middle), h);
    h = mix32(int32(bytes, from), h);
    return finish32(mix32(int32(bytes, from + length - 4), h));
  }

  private static int hash32Long(byte[] bytes, int from, int length) {
    int end = from + length;
    int h = step32(step32(length, word32(bytes, end - 4), 19), word32(bytes, end - 16), 19);
    int g = step32(step32(C1 * length, word32(bytes, end - 8), 19), word32(bytes, end - 12), 19);
    int f = Integer.rotateRight(C1 * length + word32(bytes, end - 20), 19) * 5 + C3;
    int at = from;
    for (int rounds = (length - 1) / 20; rounds > 0; rounds--) {
      int a0 = word32(bytes, at);
      int a1 = int32(bytes, at + 4);
      int a4 = int32(bytes, at + 16);
      h = step32(step32(h, a0, 18), word32(bytes, at + 12) + a1, 19) + a4 * 5;
      f = Integer.rotateRight(f + a1, 19) * C1 + a0;
      g = Integer.rotateRight(g + word32(bytes, at + 8), 18) * 5 + C3;
      g = Integer.reverseBytes(g ^ a4) * 5;
      int swapped = f;
      f = g;
      g = Integer.reverseBytes(h);
      h = swapped;
      at += 20;
    }
    g = Integer.rotateRight(Integer.rotateRight(g, 11) * C1, 17) * C1;
    f = Integer.rotateRight(Integer.rotateRight(f, 11) * C1, 17) * C1;
    h = Integer.rotateRight(h + g, 19) * 5 + C3;
    h = Integer.rotateRight(h, 17) * C1;
    h = Integer.rotateRight(h + f, 19) * 5 + C3;
    return Integer.rotateRight(h, 17) * C1;
  }

  private static int word32(byte[] bytes, int at) {
    return Integer.rotateRight(int32(bytes, at) * C1, 17) * C2;
  }

  private static int step32(int h, int word, int rotation) {
    return Integer.rotateRight(h ^ word, rotation) * 5 + C3;
  }

  private static int mix32(int a, int h) {
    return step32(h, Integer.rotateRight(a * C1, 17) * C2, 19);
  }

  private static int finish32(int hash) {
    int h = (hash ^ hash >>> 16) * 0x85ebca6b;
    h = (h ^ h >>> 13) * 0xc2b2ae35;
    return h ^ h >>> 16;
  }

  static long hash64(byte[] bytes, int from, int end) {
    int length = end - from;
    if (length <= 16) {
      return hash64Upto16(bytes, from, length);
    }
    if (length <= 32) {
      return hash64Upto32(bytes, from, length);
    }
    return length <= 64 ? hash64Upto64(bytes, from, length) : hash64Long(bytes, from, length);
  }

  static long hash64(byte[] bytes, int from, int end, long seed) {
    return hash64(bytes, from, end, K2, seed);
  }

  static long hash64(byte[] bytes, int from, int end, long seed0, long seed1) {
    return hashPair(hash64(bytes, from, end) - seed0, seed1);
  }

  private static long hash64Upto16(byte[] bytes, int from, int length) {
    long multiplier = K2 + length * 2L;
    if (length >= 8) {
      long a = int64(bytes, from) + K2;
      long b = int64(bytes, from + length - 8);
      long c = Long.rotateRight(b, 37) * multiplier + a;
      long d = (Long.rotateRight(a, 25) + b) * multiplier;
      return hashPair(c, d, multiplier);
    }
    if (length >= 4) {
      long a = Integer.toUnsignedLong(int32(bytes, from));
      long b = Integer.toUnsignedLong(int32(bytes, from + length - 4));
      return hashPair(length + (a << 3), b, multiplier);
    }
    if (length > 0) {
      long a = bytes[from] & 0xFF;
      long b = bytes[from + (length >>> 1)] & 0xFF;
      long c = bytes[from + length - 1] & 0xFF;
      long y = a + (b << 8);
      long z = length + (c << 2);
      return shiftMix(y * K2 ^ z * K0) * K2;
    }
    return K2;
  }

  private static long hash64Upto32(byte[] bytes, int from, int length) {
    long multiplier = K2 + length * 2L;
    long a = int64(bytes, from) * K1;
    long b = int64(bytes, from + 8);
    long c = int64(bytes, from + length - 8) * multiplier;
    long d = int64(bytes, from + length - 16) * K2;
    return hashPair(
        Long.rotateRight(a + b, 43) + Long.rotateRight(c, 30) + d,
        a + Long.rotateRight(b + K2, 18) + c,
        multiplier);
  }

  private static long hash64Upto64(byte[] bytes, int from, int length) {
    long multiplier = K2 + length * 2L;
    int end = from + length;
    long a = int64(bytes, from) * K2;
    long b = int64(bytes, from + 8);
    long c = int64(bytes, end - 24);
    long d = int64(bytes, end - 32);
    long e = int64(bytes, from + 16) * K2;
    long f = int64(bytes, from + 24) * 9;
    long g = int64(bytes, end - 8);
    long h = int64(bytes, end - 16) * multiplier;
    long u = Long.rotateRight(a + g, 43) + (Long.rotateRight(b, 30) + c) * 9;
    long v = ((a + g) ^ d) + f + 1;
    long w = Long.reverseBytes((u + v) * multiplier) + h;
    long x = Long.rotateRight(e + f, 42) + c;
    long y = (Long.reverseBytes((v + w) * multiplier) + g) * multiplier;
    long z = e + f + c;
    long first = Long.reverseBytes((x + z) * multiplier + y) + b;
    return shiftMix((z + first) * multiplier + d + h) * multiplier + x;
  }

  private static long hash64Long(byte[] bytes, int from, int length) {
    int end = from + length;
    Rounds rounds = new Rounds();
    rounds.x = int64(bytes, end - 40);
    rounds.y = int64(bytes, end - 16) + int64(bytes, end - 56);
    rounds.z = hashPair(int64(bytes, end - 48) + length, int64(bytes, end - 24));
    rounds.v.mix(bytes, end - 64, length, rounds.z);
    rounds.w.mix(bytes, end - 32, rounds.y + K1, rounds.x);
    rounds.x = rounds.x * K1 + int64(bytes, from);
    for (int at = from; at < from + ((length - 1) & ~63); at += 64) {
      rounds.add(bytes, at);
    }
    return hashPair(
        hashPair(rounds.v.first, rounds.w.first) + shiftMix(rounds.y) * K1 + rounds.z,
        hashPair(rounds.v.second, rounds.w.second) + rounds.x);
  }

  /** What goes from each 64 bytes to the next. */
  private static final class Rounds {
    private final Pair v = new Pair();
    private final Pair w = new Pair();
    private long x;
    private long y;
    private long z;

    private void add(byte[] bytes, int at) {
      x = Long.rotateRight(x + y + v.first + int64(bytes, at + 8), 37) * K1;
      y = Long.rotateRight(y + v.second + int64(bytes, at + 48), 42) * K1;
      x ^= w.second;
      y += v.first + int64(bytes, at + 40);
      z = Long.rotateRight(z + w.first, 33) * K1;
      v.mix(bytes, at, v.second * K1, x + w.first);
      w.mix(bytes, at + 32, z + w.second, y + int64(bytes, at + 16));
      long swapped = z;
      z = x;
      x = swapped;
    }
  }

  /** The lower half of the hash, then the higher. */
  static long[] hash128(byte[] bytes, int from, int end) {
    if (end - from >= 16) {
      return hash128(bytes, from + 16, end, int64(bytes, from), int64(bytes, from + 8) + K0);
    }
    return hash128(bytes, from, end, K0, K1);
  }

  /** The lower half of the hash, then the higher. */
  static long[] hash128(byte[] bytes, int from, int end, long seedLow, long seedHigh) {
    int length = end - from;
    if (length < 128) {
      return hash128Short(bytes, from, length, seedLow, seedHigh);
    }
    Rounds rounds = new Rounds();
    rounds.x = seedLow;
    rounds.y = seedHigh;
    rounds.z = length * K1;
    rounds.v.first = Long.rotateRight(seedHigh ^ K1, 49) * K1 + int64(bytes, from);
    rounds.v.second = Long.rotateRight(rounds.v.first, 42) * K1 + int64(bytes, from + 8);
    rounds.w.first = Long.rotateRight(seedHigh + rounds.z, 35) * K1 + seedLow;
    rounds.w.second = Long.rotateRight(seedLow + int64(bytes, from + 88), 53) * K1;
    int at = from;
    for (; end - at >= 128; at += 128) {
      rounds.add(bytes, at);
      rounds.add(bytes, at + 64);
    }
    return finish128(rounds, bytes, at, end);
  }

  /** The last bytes, fewer than 128, in steps of 32 from the end, which may begin before them. */
  private static long[] finish128(Rounds rounds, byte[] bytes, int from, int end) {
    Pair v = rounds.v;
    Pair w = rounds.w;
    long x = rounds.x + Long.rotateRight(v.first + rounds.z, 49) * K0;
    long y = rounds.y * K0 + Long.rotateRight(w.second, 37);
    long z = rounds.z * K0 + Long.rotateRight(w.first, 27);
    w.first *= 9;
    v.first *= K0;
    for (int done = 0; done < end - from; ) {
      done += 32;
      y = Long.rotateRight(x + y, 42) * K0 + v.second;
      w.first += int64(bytes, end - done + 16);
      x = x * K0 + w.first;
      z += w.second + int64(bytes, end - done);
      w.second += v.first;
      v.mix(bytes, end - done, v.first + z, v.second);
      v.first *= K0;
    }
    x = hashPair(x, v.first);
    y = hashPair(y + z, w.first);
    return new long[] {hashPair(x + v.second, w.second) + y, hashPair(x + w.second, y + v.second)};
  }

  private static long[] hash128Short(
      byte[] bytes, int from, int length, long seedLow, long seedHigh) {
    long a = seedLow;
    long b = seedHigh;
    long c;
    long d;
    if (length <= 16) {
      a = shiftMix(a * K1) * K1;
      c = b * K1 + hash64Upto16(bytes, from, length);
      d = shiftMix(a + (length >= 8 ? int64(bytes, from) : c));
    } else {
      c = hashPair(int64(bytes, from + length - 8) + K1, a);
      d = hashPair(b + length, c + int64(bytes, from + length - 16));
      a += d;
      for (int at = from; at < from + length - 16; at += 16) {
        a = (a ^ shiftMix(int64(bytes, at) * K1) * K1) * K1;
        b ^= a;
        c = (c ^ shiftMix(int64(bytes, at + 8) * K1) * K1) * K1;
        d ^= c;
      }
    }
    a = hashPair(a, c);
    b = hashPair(d, b);
    return new long[] {a ^ b, hashPair(b, a)};
  }

  private static long hashPair(long low, long high) {
    return hashPair(low, high, PAIR_MULTIPLIER);
  }

  private static long hashPair(long low, long high, long multiplier) {
    long a = shiftMix((low ^ high) * multiplier);
    return shiftMix((high ^ a) * multiplier) * multiplier;
  }

  private static long shiftMix(long value) {
    return value ^ value >>> 47;
  }

  private static int int32(byte[] bytes, int at) {
    return (int) INTS.get(bytes, at);
  }

  private static long int64(byte[] bytes, int at) {
    return (long) LONGS.get(bytes, at);
  }
}
