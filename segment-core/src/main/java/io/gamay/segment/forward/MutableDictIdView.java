package io.gamay.segment.forward;

import io.gamay.segment.memory.FixedWidthView;

/** The first dictIds of a {@link MutableDictIdIndex}; does not change. Thread-safe. */
public final class MutableDictIdView {

  private final FixedWidthView bytes;
  private final FixedWidthView shorts;
  private final FixedWidthView ints;

  /** Positions [0, shortStart) are bytes, [shortStart, intStart) shorts, the rest ints. */
  private final int shortStart;

  private final int intStart;

  MutableDictIdView(FixedWidthView bytes, FixedWidthView shorts, FixedWidthView ints) {
    this.bytes = bytes;
    this.shorts = shorts;
    this.ints = ints;
    this.shortStart = bytes.size();
    this.intStart = bytes.size() + shorts.size();
  }

  public int size() {
    return intStart + ints.size();
  }

  public int dictIdAt(int position) {
    if (position < shortStart) {
      return bytes.byteAt(position) & 0xFF;
    }
    if (position < intStart) {
      return shorts.shortAt(position - shortStart) & 0xFFFF;
    }
    return ints.intAt(position - intStart);
  }

  /** Reads the positions [from, from + count) into {@code out[outFrom, …)}. */
  public void read(int from, int count, int[] out, int outFrom) {
    int end = from + count;
    int inBytes = Math.min(end, shortStart) - from;
    if (inBytes > 0) {
      bytes.readUnsignedBytes(from, inBytes, out, outFrom);
    }
    int shortFrom = Math.max(from, shortStart);
    int inShorts = Math.min(end, intStart) - shortFrom;
    if (inShorts > 0) {
      shorts.readUnsignedShorts(shortFrom - shortStart, inShorts, out, outFrom + shortFrom - from);
    }
    int intFrom = Math.max(from, intStart);
    if (end > intFrom) {
      ints.readInts(intFrom - intStart, end - intFrom, out, outFrom + intFrom - from);
    }
  }

  /** The largest dictId in the positions [0, end), -1 if there is none. */
  public int maxBelow(int end) {
    int max = -1;
    int[] block = new int[1024];
    for (int from = 0; from < end; from += block.length) {
      int count = Math.min(block.length, end - from);
      read(from, count, block, 0);
      for (int i = 0; i < count; i++) {
        max = Math.max(max, block[i]);
      }
    }
    return max;
  }
}
