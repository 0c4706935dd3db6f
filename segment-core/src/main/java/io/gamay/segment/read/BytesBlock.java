package io.gamay.segment.read;

import java.util.Arrays;

/** Values of varying length, one behind the other. Reused by one thread. */
public final class BytesBlock {

  private byte[] bytes = new byte[1 << 14];
  private int[] ends = new int[DocIdBlock.MAX_DOCS];
  private int count;

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
      bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length * 2));
    }
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, count * 2);
    }
    ends[count++] = end;
    return start;
  }
}
