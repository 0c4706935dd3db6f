package io.gamay.segment.format;

import java.io.IOException;

/** A file that takes blocks, one behind the other. */
public interface BlockTarget {

  /**
   * Starts a block; it ends when the returned output is closed.
   *
   * @param column 0-based position in the schema, or {@link BlockEntry#WHOLE_SEGMENT}
   * @param count values that the block will hold
   */
  BlockOutput startBlock(
      int column, BlockKind kind, BlockEncoding encoding, int bitsPerValue, long count)
      throws IOException;
}
