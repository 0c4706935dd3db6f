package io.gamay.segment.dictionary;

import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.schema.StoredType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Values of a dictionary copied out of it, off the heap, one behind the other: to be sorted, or to
 * be gone over often in an order in which the dictionary itself is slow to read. One thread.
 */
final class CollectedBytes implements PrefixSorter.Strings {

  /** Values are given from the heap, about so many bytes of them at a time. */
  private static final int BLOCK_BYTES = 1 << 16;

  /** Values that differ mostly do so within these: a multiple of 8. */
  private static final int NEAR_BYTES = 64;

  private static final ValueLayout.OfLong BIG_ENDIAN_LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final StoredType type;
  private final MemorySegment bytes;
  private final long[] ends;

  private CollectedBytes(StoredType type, MemorySegment bytes, long[] ends) {
    this.type = type;
    this.bytes = bytes;
    this.ends = ends;
  }

  static CollectedBytes of(DictionaryReader values, int[] dictIds, Arena arena) {
    BytesBlock block = new BytesBlock();
    long total = 0;
    for (int dictId : dictIds) {
      block.clear();
      values.appendBytes(dictId, block);
      total += block.end(0);
    }
    return of(values, dictIds, total, arena);
  }

  /**
   * @param totalBytes of all these values
   */
  static CollectedBytes of(DictionaryReader values, int[] dictIds, long totalBytes, Arena arena) {
    // Words are read behind the last value.
    MemorySegment bytes = arena.allocate(totalBytes + Long.BYTES);
    BytesBlock block = new BytesBlock();
    long[] ends = new long[dictIds.length];
    long position = 0;
    for (int index = 0; index < dictIds.length; index++) {
      block.clear();
      values.appendBytes(dictIds[index], block);
      MemorySegment.copy(block.bytes(), 0, bytes, ValueLayout.JAVA_BYTE, position, block.end(0));
      position += block.end(0);
      ends[index] = position;
    }
    return new CollectedBytes(values.storedType(), bytes, ends);
  }

  long totalBytes() {
    return bytes.byteSize() - Long.BYTES;
  }

  @Override
  public int length(int index) {
    return (int) (ends[index] - start(index));
  }

  /** Gives the values in the order in which they were collected. */
  void forEach(FrontCodedWriter.Action action) throws IOException {
    byte[] block = new byte[(int) Math.min(BLOCK_BYTES, totalBytes())];
    for (int first = 0, behind; first < ends.length; first = behind) {
      long blockStart = start(first);
      behind = first + 1;
      while (behind < ends.length && ends[behind] - blockStart <= BLOCK_BYTES) {
        behind++;
      }
      int length = Math.toIntExact(ends[behind - 1] - blockStart);
      if (length > block.length) {
        block = new byte[length];
      }
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, blockStart, block, 0, length);
      for (int index = first; index < behind; index++) {
        action.accept(block, (int) (start(index) - blockStart), (int) (ends[index] - blockStart));
      }
    }
  }

  /**
   * Indexes in the order of their values.
   *
   * @throws IllegalStateException if two values are the same: a dictionary holds each once
   */
  int[] sortedOrder() {
    int[] order = new int[ends.length];
    Arrays.setAll(order, index -> index);
    if (type == StoredType.BIG_DECIMAL) {
      IndexSorter.sort(order, this::compare);
    } else {
      PrefixSorter.sort(order, this);
    }
    for (int position = 1; position < order.length; position++) {
      if (compare(order[position - 1], order[position]) == 0) {
        throw new IllegalStateException(
            "dictionary holds %s twice"
                .formatted(
                    StoredBytes.toValue(
                        type, slice(order[position]).toArray(ValueLayout.JAVA_BYTE))));
      }
    }
    return order;
  }

  @Override
  public int mismatch(int left, int right, int from, int to) {
    int near = Math.min(to, from + NEAR_BYTES);
    for (int at = from; at < near; at += Long.BYTES) {
      long difference = word(left, at) ^ word(right, at);
      if (difference != 0) {
        return Math.min(to, at + Long.numberOfLeadingZeros(difference) / Byte.SIZE);
      }
    }
    return near == to ? to : farMismatch(left, right, near, to);
  }

  private int farMismatch(int left, int right, int from, int to) {
    long leftStart = start(left);
    long rightStart = start(right);
    long found =
        MemorySegment.mismatch(
            bytes, leftStart + from, leftStart + to, bytes, rightStart + from, rightStart + to);
    return found < 0 ? to : from + (int) found;
  }

  @Override
  public long word(int index, int from) {
    int left = length(index) - from;
    if (left <= 0) {
      return 0;
    }
    long word = bytes.get(BIG_ENDIAN_LONG, start(index) + from);
    return left >= Long.BYTES ? word : word & -1L << (Long.SIZE - left * Byte.SIZE);
  }

  @Override
  public int compare(int left, int right, int from) {
    int end = Math.min(length(left), length(right));
    int mismatch = mismatch(left, right, from, end);
    if (mismatch == end) {
      return Integer.compare(length(left), length(right));
    }
    return Byte.compareUnsigned(
        bytes.get(ValueLayout.JAVA_BYTE, start(left) + mismatch),
        bytes.get(ValueLayout.JAVA_BYTE, start(right) + mismatch));
  }

  private int compare(int left, int right) {
    return type == StoredType.BIG_DECIMAL
        ? StoredBytes.compare(type, slice(left), slice(right))
        : compare(left, right, 0);
  }

  private MemorySegment slice(int index) {
    return bytes.asSlice(start(index), length(index));
  }

  private long start(int index) {
    return index == 0 ? 0 : ends[index - 1];
  }
}
