package io.gamay.segment.bloom;

/**
 * About how many distinct hashes came, by linear counting (Whang, Vander-Zanden and Taylor, "A
 * linear-time probabilistic counting algorithm for database applications", 1990): within a percent
 * for as many as were expected at most. One thread.
 */
public final class DistinctEstimate {

  private static final int MIN_BITS = 1 << 12;
  private static final int MAX_BITS = 1 << 28;

  private final long[] seen;
  private final int bits;

  /**
   * @param maxCount values that will come at most, repeated ones included
   */
  public DistinctEstimate(int maxCount) {
    bits = Math.clamp(Integer.highestOneBit(Math.max(1, maxCount)) * 2L, MIN_BITS, MAX_BITS);
    seen = new long[bits / Long.SIZE];
  }

  public void add(long hash) {
    int bit = (int) hash & (bits - 1);
    seen[bit >>> 6] |= 1L << bit;
  }

  public long count() {
    long set = 0;
    for (long word : seen) {
      set += Long.bitCount(word);
    }
    double clear = Math.max(1, bits - set);
    return (long) StrictMath.ceil(bits * StrictMath.log(bits / clear));
  }
}
