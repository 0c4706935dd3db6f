package io.gamay.segment.bloom;

import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.read.BloomFilterReader;
import io.gamay.segment.schema.Value;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The bloom filter of a sealed column, read where it is mapped: one cache line a value. Immutable
 * and thread-safe; valid while the segment is open.
 */
public final class SplitBlockBloomFilter implements BloomFilterReader {

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MemorySegment words;
  private final int blockCount;

  /** Checks the block's sum if this is its first read. */
  public SplitBlockBloomFilter(MappedBlock block) {
    words = block.bytes();
    blockCount = (int) (words.byteSize() / SplitBlock.BLOCK_BYTES);
  }

  /** Whether a block of so many 32-bit words is a filter. */
  public static boolean isLength(long wordCount) {
    return wordCount > 0 && wordCount % SplitBlock.WORDS == 0 && wordCount <= Integer.MAX_VALUE;
  }

  @Override
  public boolean mightContain(Value value) {
    return mightContain(BloomHash.of(value));
  }

  boolean mightContain(long hash) {
    long block = (long) SplitBlock.blockOf(hash, blockCount) * SplitBlock.BLOCK_BYTES;
    for (int word = 0; word < SplitBlock.WORDS; word++) {
      int found = words.get(INT, block + (long) word * Integer.BYTES);
      if ((found & SplitBlock.bitOf(hash, word)) == 0) {
        return false;
      }
    }
    return true;
  }
}
