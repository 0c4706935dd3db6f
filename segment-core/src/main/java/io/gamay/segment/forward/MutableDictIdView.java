package io.gamay.segment.forward;

import io.gamay.segment.memory.FixedWidthView;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntUnaryOperator;

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

  /** The sum of the dictIds in the positions [from, from + count). */
  long sum(int from, int count) {
    int end = from + count;
    int shortFrom = Math.max(from, shortStart);
    int intFrom = Math.max(from, intStart);
    int inBytes = Math.min(end, shortStart) - from;
    int inShorts = Math.min(end, intStart) - shortFrom;
    long sum = 0;
    if (inBytes > 0) {
      sum += bytes.sumUnsignedBytes(from, inBytes);
    }
    for (int position = shortFrom; position < shortFrom + inShorts; position++) {
      sum += shorts.shortAt(position - shortStart) & 0xFFFF;
    }
    for (int position = intFrom; position < end; position++) {
      sum += ints.intAt(position - intStart);
    }
    return sum;
  }

  /**
   * Marks the positions [from, from + count) whose dictId is in [low, high): position {@code from +
   * i} is bit i of the mask, the words of the run being overwritten.
   */
  public void match(int from, int count, int low, int high, long[] mask) {
    clear(from, count, mask);
    int lowest = Math.max(0, low);
    if (lowest >= high) {
      return;
    }
    int end = from + count;
    int shortFrom = Math.max(from, shortStart);
    int intFrom = Math.max(from, intStart);
    int inBytes = Math.min(end, shortStart) - from;
    if (inBytes > 0) {
      bytes.matchUnsignedBytes(from, inBytes, lowest, high, mask, 0);
    }
    int inShorts = Math.min(end, intStart) - shortFrom;
    if (inShorts > 0) {
      shorts.matchUnsignedShorts(
          shortFrom - shortStart, inShorts, lowest, high, mask, shortFrom - from);
    }
    if (end > intFrom) {
      ints.matchInts(intFrom - intStart, end - intFrom, lowest, high - 1, 0, mask, intFrom - from);
    }
  }

  /** The same for the dictIds of a set, one bit per dictId. */
  public void match(int from, int count, long[] members, long[] mask) {
    clear(from, count, mask);
    int end = from + count;
    int shortFrom = Math.max(from, shortStart);
    int intFrom = Math.max(from, intStart);
    int inBytes = Math.min(end, shortStart) - from;
    if (inBytes > 0) {
      bytes.matchByteMembers(from, inBytes, members, mask, 0);
    }
    int inShorts = Math.min(end, intStart) - shortFrom;
    if (inShorts > 0) {
      shorts.matchShortMembers(shortFrom - shortStart, inShorts, members, mask, shortFrom - from);
    }
    if (end > intFrom) {
      ints.matchIntMembers(intFrom - intStart, end - intFrom, members, mask, intFrom - from);
    }
  }

  private void clear(int from, int count, long[] mask) {
    Objects.checkFromIndexSize(from, count, size());
    Arrays.fill(mask, 0, (count + Long.SIZE - 1) >>> 6, 0);
  }

  /** The sum of what a function gives for the dictIds in the positions [0, end). */
  public long sumBelow(int end, IntUnaryOperator ofDictId) {
    long sum = 0;
    int[] block = new int[1024];
    for (int from = 0; from < end; from += block.length) {
      int count = Math.min(block.length, end - from);
      read(from, count, block, 0);
      for (int i = 0; i < count; i++) {
        sum += ofDictId.applyAsInt(block[i]);
      }
    }
    return sum;
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
