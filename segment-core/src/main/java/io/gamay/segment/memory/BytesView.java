package io.gamay.segment.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/** The first values of a {@link BytesVector}; does not change. Thread-safe. */
public final class BytesView {

  private static final int OFFSET_MASK = (1 << BytesVector.OFFSET_BITS) - 1;

  private final FixedWidthView entries;
  private final MemorySegment[] chunks;

  BytesView(FixedWidthView entries, MemorySegment[] chunks) {
    this.entries = entries;
    this.chunks = chunks;
  }

  public int size() {
    return entries.size();
  }

  /** Length of a value in bytes. */
  public int length(int index) {
    return length(entries.longAt(index));
  }

  /** Copies a value's first {@code length} bytes to {@code out[at, …)}. */
  public void copyTo(int index, int length, byte[] out, int at) {
    if (length > 0) {
      long entry = entries.longAt(index);
      MemorySegment.copy(chunk(entry), JAVA_BYTE, offset(entry), out, at, length);
    }
  }

  /** A copy of a value. */
  public byte[] bytesAt(int index) {
    byte[] copy = new byte[length(index)];
    copyTo(index, copy.length, copy, 0);
    return copy;
  }

  /** The bytes [from, from + count) of a value as a signed big-endian number; up to 8 of them. */
  public long bigEndianAt(int index, int from, int count) {
    long entry = entries.longAt(index);
    MemorySegment chunk = chunk(entry);
    long at = offset(entry) + from;
    long number = chunk.get(JAVA_BYTE, at);
    for (int i = 1; i < count; i++) {
      number = number << 8 | (chunk.get(JAVA_BYTE, at + i) & 0xFF);
    }
    return number;
  }

  /** Whether a value equals {@code other[from, from + length)}. */
  public boolean isEqual(int index, byte[] other, int from, int length) {
    long entry = entries.longAt(index);
    if (length(entry) != length) {
      return false;
    }
    return length == 0 || OffHeapBytes.isEqual(chunk(entry), offset(entry), other, from, length);
  }

  /** Orders two values by their unsigned bytes. */
  public int compare(int left, int right) {
    long a = entries.longAt(left);
    long b = entries.longAt(right);
    int lengthA = length(a);
    int lengthB = length(b);
    if (lengthA == 0 || lengthB == 0) {
      return Integer.compare(lengthA, lengthB);
    }
    return OffHeapBytes.compare(chunk(a), offset(a), lengthA, chunk(b), offset(b), lengthB);
  }

  private int length(long entry) {
    int length = (int) entry & BytesVector.LONG_LENGTH;
    return length < BytesVector.LONG_LENGTH
        ? length
        : chunk(entry).get(JAVA_INT_UNALIGNED, startOffset(entry));
  }

  private MemorySegment chunk(long entry) {
    return chunks[(int) (entry >>> (BytesVector.OFFSET_BITS + BytesVector.LENGTH_BITS))];
  }

  /** Where the value's bytes begin. */
  private static long offset(long entry) {
    boolean hasPrefix = ((int) entry & BytesVector.LONG_LENGTH) == BytesVector.LONG_LENGTH;
    return startOffset(entry) + (hasPrefix ? Integer.BYTES : 0);
  }

  private static long startOffset(long entry) {
    return entry >>> BytesVector.LENGTH_BITS & OFFSET_MASK;
  }
}
