package io.gamay.segment.memory;

/**
 * Which chunk of a vector holds an index. Chunk 0 holds 1,024 values, chunks 1 to 6 double the
 * vector each, later ones hold 65,536 each: a small column takes little, a large one has few
 * chunks. Without branches: a branch that no column has taken yet when this is compiled would make
 * everything that contains it be compiled again.
 */
final class ChunkGeometry {

  private static final int FIRST_SHIFT = 10;
  private static final int LAST_SHIFT = 16;
  private static final int DOUBLINGS = LAST_SHIFT - FIRST_SHIFT;
  private static final int LOG_OF_FIRST = Integer.SIZE - FIRST_SHIFT;

  /** Vectors end one chunk before the last index. */
  static final int MAX_SIZE = Integer.MAX_VALUE - (1 << LAST_SHIFT) + 1;

  private ChunkGeometry() {}

  static int chunkOf(int index) {
    int doublings = LOG_OF_FIRST - Integer.numberOfLeadingZeros(index | (1 << FIRST_SHIFT) - 1);
    return Math.min(doublings, DOUBLINGS) + (index >>> LAST_SHIFT);
  }

  /** The first index that a chunk holds. */
  static int firstIndex(int chunk) {
    int doubled = 1 << FIRST_SHIFT - 1 + Math.min(chunk, DOUBLINGS) & -(1 << FIRST_SHIFT);
    return Math.max(doubled, chunk - DOUBLINGS << LAST_SHIFT);
  }

  /** How many values a chunk holds. */
  static int capacity(int chunk) {
    if (chunk > DOUBLINGS) {
      return 1 << LAST_SHIFT;
    }
    return chunk == 0 ? 1 << FIRST_SHIFT : 1 << (FIRST_SHIFT + chunk - 1);
  }
}
