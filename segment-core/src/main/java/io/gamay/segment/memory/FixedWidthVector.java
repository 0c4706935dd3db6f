package io.gamay.segment.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Append-only values of 1, 2, 4 or 8 bytes, in chunks laid out by {@link ChunkGeometry}. The writer
 * uses the methods of its width; readers get a {@link FixedWidthView} that was taken before a
 * release and reached them after the matching acquire.
 */
public final class FixedWidthVector {

  /** The chunk table doubles while the vector is small, so that the compiler sees it happen. */
  private static final int FIRST_TABLE = 1;

  private final MemoryAccount memory;
  private final int widthBytes;

  private MemorySegment[] chunks = new MemorySegment[FIRST_TABLE];
  private int chunkCount;

  /** The chunk being filled holds the indexes [tailFirst, tailEnd). */
  private MemorySegment tail = MemorySegment.NULL;

  private int tailFirst;
  private int tailEnd;
  private int size;
  private int tableCount;

  /** The writer's own eyes: the current chunk table, no bound. */
  private FixedWidthView live = new FixedWidthView(chunks, Integer.MAX_VALUE);

  /** The view taken last. */
  private FixedWidthView viewed = new FixedWidthView(chunks, 0);

  public FixedWidthVector(MemoryAccount memory, int widthBytes) {
    this.memory = memory;
    this.widthBytes = widthBytes;
  }

  public int size() {
    return size;
  }

  /** The values appended so far. */
  public FixedWidthView view() {
    if (viewed.size() != size) {
      viewed = new FixedWidthView(chunks, size);
    }
    return viewed;
  }

  /** All values, those to come too, for the writer only; to be fetched again after an append. */
  public FixedWidthView live() {
    return live;
  }

  /** How often the chunk table was replaced: {@link #live()} is another one then. */
  int tableCount() {
    return tableCount;
  }

  public void appendInt(int value) {
    tail().set(JAVA_INT, (long) (size - tailFirst) << 2, value);
    size++;
  }

  public void appendLong(long value) {
    tail().set(JAVA_LONG, (long) (size - tailFirst) << 3, value);
    size++;
  }

  /** Appends the low byte of each of {@code source[from, to)}. */
  public void appendLowBytes(int[] source, int from, int to) {
    int next = from;
    while (next < to) {
      MemorySegment target = tail();
      int run = Math.min(to - next, tailEnd - size);
      long at = (long) size - tailFirst;
      for (int i = 0; i < run; i++) {
        target.set(JAVA_BYTE, at + i, (byte) source[next + i]);
      }
      next += run;
      size += run;
    }
  }

  /** Appends the low 2 bytes of each of {@code source[from, to)}. */
  public void appendLowShorts(int[] source, int from, int to) {
    int next = from;
    while (next < to) {
      MemorySegment target = tail();
      int run = Math.min(to - next, tailEnd - size);
      long at = (long) size - tailFirst;
      for (int i = 0; i < run; i++) {
        target.set(JAVA_SHORT, at + i << 1, (short) source[next + i]);
      }
      next += run;
      size += run;
    }
  }

  public void appendInts(int[] source, int from, int to) {
    int next = from;
    while (next < to) {
      MemorySegment target = tail();
      int run = Math.min(to - next, tailEnd - size);
      MemorySegment.copy(source, next, target, JAVA_INT, (long) (size - tailFirst) << 2, run);
      next += run;
      size += run;
    }
  }

  public void appendLongs(long[] source, int from, int to) {
    int next = from;
    while (next < to) {
      MemorySegment target = tail();
      int run = Math.min(to - next, tailEnd - size);
      MemorySegment.copy(source, next, target, JAVA_LONG, (long) (size - tailFirst) << 3, run);
      next += run;
      size += run;
    }
  }

  /** Sets bits of an 8-byte value; readers see the value before or after, never between. */
  public void orLong(int index, long bits) {
    live.orLong(index, bits);
  }

  private MemorySegment tail() {
    if (size == tailEnd) {
      addChunk();
    }
    return tail;
  }

  private void addChunk() {
    if (size >= ChunkGeometry.MAX_SIZE) {
      throw new IllegalStateException("a column cannot hold more than %d values".formatted(size));
    }
    int capacity = ChunkGeometry.capacity(chunkCount);
    MemorySegment chunk = memory.allocate((long) capacity * widthBytes);
    if (chunkCount == chunks.length) {
      chunks = Arrays.copyOf(chunks, chunkCount * 2);
      live = new FixedWidthView(chunks, Integer.MAX_VALUE);
      tableCount++;
    }
    chunks[chunkCount++] = chunk;
    tail = chunk;
    tailFirst = size;
    tailEnd = size + capacity;
  }
}
