package io.gamay.segment.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/** The first values of a {@link BytesVector}; does not change. Thread-safe. */
public final class BytesView {

  private static final int OFFSET_MASK = (1 << BytesVector.OFFSET_BITS) - 1;

  private final FixedWidthView positions;
  private final MemorySegment[] chunks;
  private final int chunkCount;

  /** Bytes of a record in front of the length. */
  private final int indexBytes;

  BytesView(FixedWidthView positions, MemorySegment[] chunks, int chunkCount, int indexBytes) {
    this.positions = positions;
    this.chunks = chunks;
    this.chunkCount = chunkCount;
    this.indexBytes = indexBytes;
  }

  public int size() {
    return positions.size();
  }

  /** Length of a value in bytes. */
  public int length(int index) {
    int position = positions.intAt(index);
    return length(chunk(position), offsetOf(position) + indexBytes);
  }

  /** Copies a value's first {@code length} bytes to {@code out[at, …)}. */
  public void copyTo(int index, int length, byte[] out, int at) {
    int position = positions.intAt(index);
    MemorySegment chunk = chunk(position);
    MemorySegment.copy(chunk, JAVA_BYTE, start(chunk, position), out, at, length);
  }

  /** A copy of a value. */
  public byte[] bytesAt(int index) {
    byte[] copy = new byte[length(index)];
    copyTo(index, copy.length, copy, 0);
    return copy;
  }

  /** The bytes [from, from + count) of a value as a signed big-endian number; up to 8 of them. */
  public long bigEndianAt(int index, int from, int count) {
    int position = positions.intAt(index);
    MemorySegment chunk = chunk(position);
    long at = start(chunk, position) + from;
    long number = chunk.get(JAVA_BYTE, at);
    for (int i = 1; i < count; i++) {
      number = number << 8 | (chunk.get(JAVA_BYTE, at + i) & 0xFF);
    }
    return number;
  }

  /**
   * Whether a position leads into a chunk that this view knows. A position whose record holds an
   * index within the view always does.
   */
  public boolean knows(int position) {
    return position >>> BytesVector.OFFSET_BITS < chunkCount;
  }

  /**
   * The head of a record that holds its index, for {@link #index} and {@link #lengthDifference}.
   */
  public long headAt(int position) {
    return chunk(position).get(BytesVector.WORD, offsetOf(position));
  }

  /** The index in a record's head. */
  public static int index(long head) {
    return (int) head;
  }

  /** 0 if the value of a record has a length, which must be up to {@code 2^16 - 2} bytes. */
  public static int lengthDifference(long head, int length) {
    int stored = (int) (head >>> Integer.SIZE) & BytesVector.LONG_LENGTH;
    return stored ^ length | length + 1 >>> Short.SIZE;
  }

  /**
   * The first 8 bytes of the value of a record that holds its index, little-endian, whatever lies
   * there behind the end of a shorter one. Of no meaning where {@link #lengthDifference} is never
   * 0.
   */
  public long firstWordAt(int position) {
    return chunk(position).get(BytesVector.WORD, offsetOf(position) + Integer.BYTES + Short.BYTES);
  }

  /**
   * Whether the value of a record that holds its index equals {@code other[from, from + length)}
   * from byte 8 on; that length is known to be right and above 8.
   */
  public boolean isRestEqual(int position, byte[] other, int from, int length) {
    return OffHeapBytes.isRestEqual(
        chunk(position), offsetOf(position) + Integer.BYTES + Short.BYTES, other, from, length);
  }

  /** Whether the value at a position equals {@code other[from, from + length)}. */
  public boolean isEqualAt(int position, byte[] other, int from, int length) {
    MemorySegment chunk = chunk(position);
    return length(chunk, offsetOf(position) + indexBytes) == length
        && OffHeapBytes.isEqual(chunk, start(chunk, position), other, from, length);
  }

  /** Orders two values by their unsigned bytes. */
  public int compare(int left, int right) {
    int a = positions.intAt(left);
    int b = positions.intAt(right);
    MemorySegment chunkA = chunk(a);
    MemorySegment chunkB = chunk(b);
    return OffHeapBytes.compare(
        chunkA,
        start(chunkA, a),
        length(chunkA, offsetOf(a) + indexBytes),
        chunkB,
        start(chunkB, b),
        length(chunkB, offsetOf(b) + indexBytes));
  }

  /** Where the record of a position begins in its chunk. */
  static long offsetOf(int position) {
    return (long) (position & OFFSET_MASK) << BytesVector.UNIT_SHIFT;
  }

  private MemorySegment chunk(int position) {
    return chunks[position >>> BytesVector.OFFSET_BITS];
  }

  /** Where the value's bytes begin. */
  private long start(MemorySegment chunk, int position) {
    long at = offsetOf(position) + indexBytes;
    boolean isLong = shortLength(chunk, at) == BytesVector.LONG_LENGTH;
    return at + Short.BYTES + (isLong ? Integer.BYTES : 0);
  }

  private static int length(MemorySegment chunk, long at) {
    int length = shortLength(chunk, at);
    return length < BytesVector.LONG_LENGTH
        ? length
        : chunk.get(JAVA_INT_UNALIGNED, at + Short.BYTES);
  }

  private static int shortLength(MemorySegment chunk, long at) {
    return chunk.get(JAVA_SHORT_UNALIGNED, at) & BytesVector.LONG_LENGTH;
  }
}
