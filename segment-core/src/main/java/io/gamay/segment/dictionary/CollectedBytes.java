package io.gamay.segment.dictionary;

import io.gamay.segment.format.PackedLayout;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.schema.StoredType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Values of a dictionary copied out of it, off the heap, to be sorted. One thread. */
final class CollectedBytes {

  private static final ValueLayout.OfLong BIG_ENDIAN_LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  /** Fewer are sorted by comparing whole values. */
  private static final int LEAST_BY_PREFIX = 24;

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

  int length(int index) {
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
      sortByPrefix(order, 0);
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

  /**
   * Sorts values that share their first {@code depth} bytes: by the 8 bytes behind all that they
   * share, together with the index in one long; those that agree in them again.
   */
  private void sortByPrefix(int[] indexes, long depth) {
    long shared = indexes.length < LEAST_BY_PREFIX ? depth : sharedBytes(indexes);
    if (indexes.length < LEAST_BY_PREFIX || (shared <= depth && depth > 0)) {
      IndexSorter.sort(indexes, this::compare);
      return;
    }
    int[] unsorted = indexes.clone();
    int positionBits = PackedLayout.bitsFor(unsorted.length - 1L);
    long positionMask = (1L << positionBits) - 1;
    long[] sorted = new long[unsorted.length];
    for (int position = 0; position < sorted.length; position++) {
      long word = prefix(unsorted[position], shared) ^ Long.MIN_VALUE;
      sorted[position] = word & ~positionMask | position;
    }
    Arrays.sort(sorted);
    for (int from = 0; from < sorted.length; ) {
      int to = from + 1;
      while (to < sorted.length && (sorted[to] ^ sorted[from]) >>> positionBits == 0) {
        to++;
      }
      int[] alike = new int[to - from];
      for (int position = from; position < to; position++) {
        alike[position - from] = unsorted[(int) (sorted[position] & positionMask)];
      }
      if (alike.length > 1) {
        sortByPrefix(alike, Math.max(shared, 1));
      }
      System.arraycopy(alike, 0, indexes, from, alike.length);
      from = to;
    }
  }

  private long sharedBytes(int[] indexes) {
    int first = indexes[0];
    long shared = length(first);
    for (int index : indexes) {
      if (shared == 0) {
        return 0;
      }
      long from = start(index);
      long mismatch =
          MemorySegment.mismatch(
              bytes,
              start(first),
              start(first) + shared,
              bytes,
              from,
              from + Math.min(shared, length(index)));
      if (mismatch >= 0) {
        shared = mismatch;
      }
    }
    return shared;
  }

  /** The 8 bytes from a place on as one number, zeros behind the value's end. */
  private long prefix(int index, long from) {
    long left = length(index) - from;
    if (left <= 0) {
      return 0;
    }
    long word = bytes.get(BIG_ENDIAN_LONG, start(index) + from);
    return left >= Long.BYTES ? word : word & -1L << (Long.SIZE - left * Byte.SIZE);
  }

  private int compare(int left, int right) {
    if (type == StoredType.BIG_DECIMAL) {
      return StoredBytes.compare(type, slice(left), slice(right));
    }
    long leftStart = start(left);
    long rightStart = start(right);
    long mismatch =
        MemorySegment.mismatch(bytes, leftStart, ends[left], bytes, rightStart, ends[right]);
    if (mismatch < 0) {
      return 0;
    }
    if (mismatch == length(left) || mismatch == length(right)) {
      return Integer.compare(length(left), length(right));
    }
    return Byte.compareUnsigned(
        bytes.get(ValueLayout.JAVA_BYTE, leftStart + mismatch),
        bytes.get(ValueLayout.JAVA_BYTE, rightStart + mismatch));
  }

  private MemorySegment slice(int index) {
    return bytes.asSlice(start(index), length(index));
  }

  private long start(int index) {
    return index == 0 ? 0 : ends[index - 1];
  }
}
