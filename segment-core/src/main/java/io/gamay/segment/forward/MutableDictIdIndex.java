package io.gamay.segment.forward;

import io.gamay.segment.memory.FixedWidthVector;
import io.gamay.segment.memory.MemoryAccount;

/**
 * Append-only dictIds, each as wide as needed when it came: positions up to the first dictId above
 * 255 take one byte, from there up to the first above 65,535 two, the rest four. What is written is
 * never written again. {@link MutableRowLengths} keeps its small numbers in the same form. One
 * writer; readers get a {@link MutableDictIdView}.
 */
public final class MutableDictIdIndex {

  private static final int MAX_IN_BYTE = (1 << 8) - 1;
  private static final int MAX_IN_SHORT = (1 << 16) - 1;

  private final FixedWidthVector bytes;
  private final FixedWidthVector shorts;
  private final FixedWidthVector ints;

  /** The largest dictId of the width that is being written. */
  private int maxInWidth = MAX_IN_BYTE;

  public MutableDictIdIndex(MemoryAccount memory) {
    bytes = new FixedWidthVector(memory, 1);
    shorts = new FixedWidthVector(memory, Short.BYTES);
    ints = new FixedWidthVector(memory, Integer.BYTES);
  }

  /** How many dictIds were appended. */
  public int size() {
    return Math.addExact(Math.addExact(bytes.size(), shorts.size()), ints.size());
  }

  /** Appends {@code dictIds[0, count)}. */
  public void append(int[] dictIds, int count) {
    int next = 0;
    while (next < count) {
      int end = endOfWidth(dictIds, next, count);
      if (maxInWidth == MAX_IN_BYTE) {
        bytes.appendLowBytes(dictIds, next, end);
      } else if (maxInWidth == MAX_IN_SHORT) {
        shorts.appendLowShorts(dictIds, next, end);
      } else {
        ints.appendInts(dictIds, next, end);
      }
      if (end < count) {
        maxInWidth = dictIds[end] <= MAX_IN_SHORT ? MAX_IN_SHORT : Integer.MAX_VALUE;
      }
      next = end;
    }
  }

  /** The first position from {@code from} on whose dictId is too large for the width in use. */
  private int endOfWidth(int[] dictIds, int from, int count) {
    int end = count;
    for (int i = from; i < count; i++) {
      int fits = dictIds[i] - maxInWidth - 1 >> Integer.SIZE - 1;
      end = Math.min(end, i | fits & Integer.MAX_VALUE);
    }
    return end;
  }

  /** The dictIds appended so far. */
  public MutableDictIdView view() {
    return new MutableDictIdView(bytes.view(), shorts.view(), ints.view());
  }
}
