package io.gamay.query.function;

/**
 * Numbers that look random and follow from a seed and a row's place alone, so that an answer can be
 * given again: G. Steele, D. Lea, C. Flood's mixing function of SplitMix64 ("Fast splittable
 * pseudorandom number generators", 2014) over seed, partition and offset.
 */
final class RowRandom {

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private RowRandom() {}

  /** In [0, 1). */
  static double of(long seed, int partition, long offset) {
    long bits = mix(mix(mix(seed + GOLDEN) + partition * GOLDEN) + offset * GOLDEN);
    return (bits >>> 11) * 0x1.0p-53;
  }

  private static long mix(long bits) {
    long z = (bits ^ bits >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
