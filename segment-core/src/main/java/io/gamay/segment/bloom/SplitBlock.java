package io.gamay.segment.bloom;

/**
 * How a hash becomes eight bits of one 256-bit block, one in each of its eight 32-bit words: the
 * split block bloom filter of Apache Parquet's format, after Putze, Sanders and Singler, "Cache-,
 * hash- and space-efficient bloom filters" (2007).
 */
final class SplitBlock {

  static final int WORDS = 8;
  static final int BLOCK_BYTES = WORDS * Integer.BYTES;

  /** A filter has 512 MB at most. */
  private static final int MAX_BLOCKS = 1 << 24;

  private static final int[] SALTS = {
    0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31
  };

  private SplitBlock() {}

  /** The block that a hash belongs to: its upper half, scaled. */
  static int blockOf(long hash, int blockCount) {
    return (int) (((hash >>> 32) * blockCount) >>> 32);
  }

  /** The bit of a hash in one of its block's words: from its lower half. */
  static int bitOf(long hash, int word) {
    return 1 << (((int) hash * SALTS[word]) >>> 27);
  }

  /**
   * The fewest blocks that let at most the wanted share of absent values pass.
   *
   * @param falsePositives in (0, 1)
   */
  static int blocksFor(long valueCount, double falsePositives) {
    int low = 1;
    int high = MAX_BLOCKS;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (falsePositives((double) valueCount / middle) <= falsePositives) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /**
   * The share of absent values that pass: a block holds a number of values that is distributed
   * after Poisson, and i values leave a bit of a word unset with (31/32)^i.
   */
  static double falsePositives(double valuesPerBlock) {
    if (valuesPerBlock > 1000) {
      return 1;
    }
    double probability = StrictMath.exp(-valuesPerBlock);
    double clear = 1;
    double sum = 0;
    int last = (int) (valuesPerBlock + 12 * StrictMath.sqrt(valuesPerBlock + 1)) + 12;
    for (int values = 0; values <= last; values++) {
      sum += probability * StrictMath.pow(1 - clear, WORDS);
      probability *= valuesPerBlock / (values + 1);
      clear *= 31.0 / 32;
    }
    return sum;
  }
}
