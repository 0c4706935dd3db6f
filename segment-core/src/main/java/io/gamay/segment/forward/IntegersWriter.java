package io.gamay.segment.forward;

import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.BlockOutput;
import io.gamay.segment.format.IntegerLayout;
import io.gamay.segment.format.SegmentFileWriter;
import java.io.IOException;

/**
 * Writes integers in the form of {@link IntegerLayout}, group by group; beside one group only the
 * headers are held. {@link #close} ends the block. One thread.
 */
public final class IntegersWriter implements AutoCloseable {

  private final BlockOutput out;
  private final long count;
  private final IntegerGroup group = new IntegerGroup();
  private final long[] values = new long[IntegerLayout.GROUP_VALUES];
  private final PendingBlock headers = new PendingBlock();
  private int held;
  private long added;
  private long payloadWords;

  IntegersWriter(BlockOutput out, long count) {
    this.out = out;
    this.count = count;
  }

  public static IntegersWriter start(SegmentFileWriter file, int column, BlockKind kind, long count)
      throws IOException {
    return new IntegersWriter(
        file.startBlock(column, kind, BlockEncoding.INTEGERS, 0, count), count);
  }

  public void add(long value) throws IOException {
    values[held++] = value;
    if (held == values.length) {
      writeGroup();
    }
  }

  /** Adds {@code source[0, length)}. */
  public void addAll(long[] source, int length) throws IOException {
    for (int done = 0; done < length; ) {
      int step = Math.min(length - done, values.length - held);
      System.arraycopy(source, done, values, held, step);
      held += step;
      done += step;
      if (held == values.length) {
        writeGroup();
      }
    }
  }

  @Override
  public void close() throws IOException {
    try (out) {
      finish();
    }
  }

  /** Writes the last group, headers and slack, and leaves the block open. */
  void finish() throws IOException {
    writeGroup();
    headers.copyTo(out);
    for (int slack = 0; slack < IntegerLayout.SLACK_BYTES; slack += Long.BYTES) {
      out.putLong(0);
    }
    if (added != count) {
      throw new IllegalStateException(
          "%d integers were announced, %d added".formatted(count, added));
    }
  }

  private void writeGroup() throws IOException {
    if (held == 0) {
      return;
    }
    group.plan(values, held);
    group.writeHeader(startWord(), headers);
    group.writePayload(values, held, out);
    payloadWords += group.payloadBytes() / Long.BYTES;
    added += held;
    held = 0;
  }

  private long startWord() {
    if (payloadWords >>> Integer.SIZE != 0) {
      throw new IllegalStateException("block of integers would take more than 32 GB");
    }
    return payloadWords;
  }
}
