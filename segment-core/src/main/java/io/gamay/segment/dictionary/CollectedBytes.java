package io.gamay.segment.dictionary;

import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.schema.StoredType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Values of a dictionary copied out of it, off the heap, to be sorted. One thread. */
final class CollectedBytes implements PrefixSorter.Strings {

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
    long[] ends = new long[dictIds.length];
    long total = 0;
    for (int index = 0; index < dictIds.length; index++) {
      block.clear();
      values.appendBytes(dictIds[index], block);
      total += block.end(0);
      ends[index] = total;
    }
    // Words are read behind the last value.
    MemorySegment bytes = arena.allocate(total + Long.BYTES);
    long position = 0;
    for (int dictId : dictIds) {
      block.clear();
      values.appendBytes(dictId, block);
      MemorySegment.copy(block.bytes(), 0, bytes, ValueLayout.JAVA_BYTE, position, block.end(0));
      position += block.end(0);
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
