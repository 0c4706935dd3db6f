package io.gamay.segment.bloom;

import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.BlockOutput;
import io.gamay.segment.format.BlockTarget;
import java.io.IOException;

/** A bloom filter being filled, on the heap: a few bits per distinct value. One thread. */
public final class BloomFilterWriter {

  private final int[] words;
  private final int blockCount;

  /**
   * @param valueCount distinct values that will come, about
   * @param falsePositives share of absent values that may pass, in (0, 1)
   */
  public BloomFilterWriter(long valueCount, double falsePositives) {
    blockCount = SplitBlock.blocksFor(valueCount, falsePositives);
    words = new int[blockCount * SplitBlock.WORDS];
  }

  /** Adds a value by its {@link BloomHash}; a value may come more than once. */
  public void add(long hash) {
    int first = SplitBlock.blockOf(hash, blockCount) * SplitBlock.WORDS;
    for (int word = 0; word < SplitBlock.WORDS; word++) {
      words[first + word] |= SplitBlock.bitOf(hash, word);
    }
  }

  /** As the finished filter will answer. */
  boolean mightContain(long hash) {
    int first = SplitBlock.blockOf(hash, blockCount) * SplitBlock.WORDS;
    for (int word = 0; word < SplitBlock.WORDS; word++) {
      if ((words[first + word] & SplitBlock.bitOf(hash, word)) == 0) {
        return false;
      }
    }
    return true;
  }

  public void write(BlockTarget file, int column) throws IOException {
    try (BlockOutput out =
        file.startBlock(column, BlockKind.BLOOM, BlockEncoding.FIXED, Integer.SIZE, words.length)) {
      for (int word : words) {
        out.putInt(word);
      }
    }
  }
}
