package io.gamay.segment.read;

import java.util.Arrays;

/** Values of varying length, one behind the other. Reused by one thread. */
public final class BytesBlock {

  private byte[] bytes;
  private int[] ends;
  private int count;

  /** Room for one block of short values. */
  public BytesBlock() {
    this(1 << 14, DocIdBlock.MAX_DOCS);
  }

  /** Room for so many values of so many bytes together; it grows beyond by itself. */
  public BytesBlock(int sizeBytes, int valueCount) {
    bytes = new byte[sizeBytes];
    ends = new int[valueCount];
  }

  public void clear() {
    count = 0;
  }

  public int count() {
    return count;
  }

  /** All values' bytes; owned by this block. */
  public byte[] bytes() {
    return bytes;
  }

  public int start(int value) {
    return value == 0 ? 0 : ends[value - 1];
  }

  public int end(int value) {
    return ends[value];
  }

  /**
   * Makes room for a value behind the last one and counts it.
   *
   * @return where the caller writes the value's bytes in {@link #bytes()}, to be fetched after this
   *     call
   */
  public int append(int length) {
    int start = count == 0 ? 0 : ends[count - 1];
    int end = Math.addExact(start, length);
    if (end > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(end, doubled(bytes.length)));
    }
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, doubled(Math.max(count, 8)));
    }
    ends[count++] = end;
    return start;
  }

  private static int doubled(int capacity) {
    return (int) Math.min(2L * capacity, Integer.MAX_VALUE - 8);
  }
}
