package io.gamay.segment.forward;

import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.BlockOutput;
import io.gamay.segment.format.BlockTarget;
import io.gamay.segment.format.PackedLayout;
import java.io.IOException;

/**
 * Writes one block of packed integers in the form of {@link PackedLayout}. Exactly as many values
 * must be added as were announced; {@link #close} ends the block. One thread.
 */
public final class PackedWriter implements AutoCloseable {

  private final BlockOutput out;
  private final int bitsPerValue;
  private final long mask;
  private final long count;
  private long added;
  private long word;
  private int bitsInWord;

  private PackedWriter(BlockOutput out, int bitsPerValue, long count) {
    this.out = out;
    this.bitsPerValue = bitsPerValue;
    this.mask = -1L >>> (Long.SIZE - bitsPerValue);
    this.count = count;
  }

  /**
   * @param bitsPerValue from {@link PackedLayout#bitsFor}, not 0: a column of zeros has no block
   */
  public static PackedWriter start(
      BlockTarget file, int column, BlockKind kind, int bitsPerValue, long count)
      throws IOException {
    return new PackedWriter(
        file.startBlock(column, kind, BlockEncoding.PACKED, bitsPerValue, count),
        bitsPerValue,
        count);
  }

  /** Packs into a part of a block that is open; {@link #finish} ends the part. */
  public static PackedWriter within(BlockOutput out, int bitsPerValue, long count) {
    return new PackedWriter(out, bitsPerValue, count);
  }

  /** Adds {@code values[0, length)}. */
  public void addAll(int[] values, int length) throws IOException {
    for (int index = 0; index < length; index++) {
      add(values[index]);
    }
  }

  /**
   * @throws IllegalArgumentException if the value needs more bits
   */
  public void add(long value) throws IOException {
    if ((value & ~mask) != 0) {
      throw new IllegalArgumentException(
          "%d does not fit into %d bits".formatted(value, bitsPerValue));
    }
    word |= value << bitsInWord;
    bitsInWord += bitsPerValue;
    if (bitsInWord >= Long.SIZE) {
      out.putLong(word);
      bitsInWord -= Long.SIZE;
      word = bitsInWord == 0 ? 0 : value >>> (bitsPerValue - bitsInWord);
    }
    added++;
  }

  @Override
  public void close() throws IOException {
    try (out) {
      finish();
    }
  }

  /** Writes the rest of the last block and the slack, and leaves the file's block open. */
  public void finish() throws IOException {
    long missing = count - added;
    while (added % PackedLayout.BLOCK_VALUES != 0) {
      add(0);
    }
    for (int slack = 0; slack < PackedLayout.SLACK_BYTES; slack += Long.BYTES) {
      out.putLong(0);
    }
    if (missing != 0) {
      throw new IllegalStateException(
          "%d packed values were announced, %d are missing".formatted(count, missing));
    }
  }
}
