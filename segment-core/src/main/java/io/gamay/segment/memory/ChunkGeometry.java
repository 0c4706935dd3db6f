package io.gamay.segment.memory;

/**
 * Which chunk of a vector holds an index. Chunk 0 holds 1,024 values, chunks 1 to 6 double the
 * vector each, later ones hold 65,536 each: a small column takes little, a large one has few
 * chunks.
 */
final class ChunkGeometry {

  private static final int FIRST_SHIFT = 10;
  private static final int LAST_SHIFT = 16;
  private static final int DOUBLINGS = LAST_SHIFT - FIRST_SHIFT;

  /** Vectors end one chunk before the last index. */
  static final int MAX_SIZE = Integer.MAX_VALUE - (1 << LAST_SHIFT) + 1;

  private ChunkGeometry() {}

  static int chunkOf(int index) {
    if (index >= 1 << LAST_SHIFT) {
      return (index >>> LAST_SHIFT) + DOUBLINGS;
    }
    return Math.max(0, Integer.SIZE - Integer.numberOfLeadingZeros(index) - FIRST_SHIFT);
  }

  /** The first index that a chunk holds. */
  static int firstIndex(int chunk) {
    if (chunk > DOUBLINGS) {
      return (chunk - DOUBLINGS) << LAST_SHIFT;
    }
    return chunk == 0 ? 0 : 1 << (FIRST_SHIFT + chunk - 1);
  }

  /** How many values a chunk holds. */
  static int capacity(int chunk) {
    if (chunk > DOUBLINGS) {
      return 1 << LAST_SHIFT;
    }
    return chunk == 0 ? 1 << FIRST_SHIFT : 1 << (FIRST_SHIFT + chunk - 1);
  }
}
