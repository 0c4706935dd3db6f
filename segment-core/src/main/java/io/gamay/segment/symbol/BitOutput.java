package io.gamay.segment.symbol;

import io.gamay.segment.format.BlockOutput;
import java.io.IOException;

/** Bits into a block, lowest first. One thread. */
public final class BitOutput {

  private final BlockOutput out;
  private long word;
  private int used;
  private long flushedBytes;
  private final byte[] bytes = new byte[Long.BYTES];

  public BitOutput(BlockOutput out) {
    this.out = out;
  }

  /** Puts the low {@code bits} bits of a value that has no others; at most 32. */
  public void put(long value, int bits) throws IOException {
    word |= value << used;
    used += bits;
    if (used >= Long.SIZE) {
      out.putLong(word);
      flushedBytes += Long.BYTES;
      used -= Long.SIZE;
      word = used == 0 ? 0 : value >>> (bits - used);
    }
  }

  /** Fills the last byte with zeros. */
  public void align() throws IOException {
    int length = (used + Byte.SIZE - 1) / Byte.SIZE;
    for (int index = 0; index < length; index++) {
      bytes[index] = (byte) (word >>> (index * Byte.SIZE));
    }
    out.putBytes(bytes, 0, length);
    flushedBytes += length;
    word = 0;
    used = 0;
  }

  /** Bits put so far, those of filling included. */
  public long position() {
    return flushedBytes * Byte.SIZE + used;
  }
}
