package io.gamay.query.function;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A. Appleby's hashes MurmurHash2 and MurmurHash3 of bytes in [from, end), as his reference code in
 * the public domain defines them (SMHasher, MurmurHash2.cpp and MurmurHash3.cpp).
 */
final class MurmurHash {

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int M2 = 0x5bd1e995;
  private static final int R2 = 24;
  private static final int C1_32 = 0xcc9e2d51;
  private static final int C2_32 = 0x1b873593;
  private static final long C1_128 = 0x87c37b91114253d5L;
  private static final long C2_128 = 0x4cf5ad432745937fL;

  private MurmurHash() {}

  /** MurmurHash2 of 32 bits. */
  static int hash2(byte[] bytes, int from, int end, int seed) {
    int hash = seed ^ (end - from);
    int at = from;
    for (; at + Integer.BYTES <= end; at += Integer.BYTES) {
      int k = (int) INTS.get(bytes, at) * M2;
      k = (k ^ k >>> R2) * M2;
      hash = hash * M2 ^ k;
    }
    if (at < end) {
      hash = (hash ^ (int) tail(bytes, at, end)) * M2;
    }
    hash = (hash ^ hash >>> 13) * M2;
    return hash ^ hash >>> 15;
  }

  /** MurmurHash3_x86_32. */
  static int hash3(byte[] bytes, int from, int end, int seed) {
    int hash = seed;
    int at = from;
    for (; at + Integer.BYTES <= end; at += Integer.BYTES) {
      hash = Integer.rotateLeft(hash ^ mix((int) INTS.get(bytes, at)), 13) * 5 + 0xe6546b64;
    }
    if (at < end) {
      hash ^= mix((int) tail(bytes, at, end));
    }
    hash ^= end - from;
    hash = (hash ^ hash >>> 16) * 0x85ebca6b;
    hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
    return hash ^ hash >>> 16;
  }

  private static int mix(int k) {
    return Integer.rotateLeft(k * C1_32, 15) * C2_32;
  }

  /** MurmurHash3_x64_128: its lower and upper half. */
  static long[] hash3Wide(byte[] bytes, int from, int end, int seed) {
    long h1 = Integer.toUnsignedLong(seed);
    long h2 = h1;
    int at = from;
    for (; at + 2 * Long.BYTES <= end; at += 2 * Long.BYTES) {
      h1 ^= mix1((long) LONGS.get(bytes, at));
      h1 = (Long.rotateLeft(h1, 27) + h2) * 5 + 0x52dce729;
      h2 ^= mix2((long) LONGS.get(bytes, at + Long.BYTES));
      h2 = (Long.rotateLeft(h2, 31) + h1) * 5 + 0x38495ab5;
    }
    if (end - at > Long.BYTES) {
      h2 ^= mix2(tail(bytes, at + Long.BYTES, end));
    }
    if (end > at) {
      h1 ^= mix1(tail(bytes, at, Math.min(end, at + Long.BYTES)));
    }
    h1 ^= end - from;
    h2 ^= end - from;
    h1 += h2;
    h2 += h1;
    h1 = finish(h1);
    h2 = finish(h2);
    h1 += h2;
    return new long[] {h1, h2 + h1};
  }

  private static long mix1(long k) {
    return Long.rotateLeft(k * C1_128, 31) * C2_128;
  }

  private static long mix2(long k) {
    return Long.rotateLeft(k * C2_128, 33) * C1_128;
  }

  private static long finish(long hash) {
    long k = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    k = (k ^ k >>> 33) * 0xc4ceb9fe1a85ec53L;
    return k ^ k >>> 33;
  }

  /** Up to eight bytes, little-endian. */
  private static long tail(byte[] bytes, int from, int end) {
    long tail = 0;
    for (int at = end - 1; at >= from; at--) {
      tail = tail << Byte.SIZE | bytes[at] & 0xFF;
    }
    return tail;
  }
}
