package io.gamay.segment.forward;

import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.BlockOutput;
import io.gamay.segment.format.SegmentFileWriter;
import java.io.IOException;

/**
 * Integers that come while another block is being written: encoded at once, held in that form, and
 * written behind it. One thread.
 */
public final class PendingIntegers {

  private final PendingBlock held = new PendingBlock();
  private final IntegersWriter integers;
  private final long count;

  /**
   * @param count of the integers that will come
   */
  public PendingIntegers(long count) {
    this.integers = new IntegersWriter(held, count);
    this.count = count;
  }

  public void add(long value) throws IOException {
    integers.add(value);
  }

  /** Writes the block; no more integers are taken. */
  public void write(SegmentFileWriter file, int column, BlockKind kind) throws IOException {
    integers.finish();
    try (BlockOutput out = file.startBlock(column, kind, BlockEncoding.INTEGERS, 0, count)) {
      held.copyTo(out);
    }
  }
}
