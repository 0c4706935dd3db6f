package io.gamay.cluster.segment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Austin Appleby's hashes of 32 bits, for bytes in little-endian words. */
final class Hashes {

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int KAFKA_SEED = 0x9747b28c;
  private static final int MURMUR2_FACTOR = 0x5bd1e995;

  private Hashes() {}

  /** MurmurHash2 with the seed of Kafka's partitioner. */
  static int murmur2(byte[] bytes) {
    int words = bytes.length / Integer.BYTES;
    int hash = KAFKA_SEED ^ bytes.length;
    for (int i = 0; i < words; i++) {
      int word = (int) WORD.get(bytes, i * Integer.BYTES) * MURMUR2_FACTOR;
      word ^= word >>> 24;
      hash = hash * MURMUR2_FACTOR ^ word * MURMUR2_FACTOR;
    }
    int rest = rest(bytes, words * Integer.BYTES);
    if (bytes.length % Integer.BYTES != 0) {
      hash = (hash ^ rest) * MURMUR2_FACTOR;
    }
    hash = (hash ^ hash >>> 13) * MURMUR2_FACTOR;
    return hash ^ hash >>> 15;
  }

  /** MurmurHash3, x86, 32 bits. */
  static int murmur3(byte[] bytes, int seed) {
    int words = bytes.length / Integer.BYTES;
    int hash = seed;
    for (int i = 0; i < words; i++) {
      hash ^= murmur3Word((int) WORD.get(bytes, i * Integer.BYTES));
      hash = Integer.rotateLeft(hash, 13) * 5 + 0xe6546b64;
    }
    hash ^= murmur3Word(rest(bytes, words * Integer.BYTES));
    hash ^= bytes.length;
    hash = (hash ^ hash >>> 16) * 0x85ebca6b;
    hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
    return hash ^ hash >>> 16;
  }

  private static int murmur3Word(int word) {
    return Integer.rotateLeft(word * 0xcc9e2d51, 15) * 0x1b873593;
  }

  /** The last bytes, fewer than a word, as the low end of one. */
  private static int rest(byte[] bytes, int from) {
    int word = 0;
    for (int i = bytes.length - 1; i >= from; i--) {
      word = word << Byte.SIZE | bytes[i] & 0xff;
    }
    return word;
  }
}
