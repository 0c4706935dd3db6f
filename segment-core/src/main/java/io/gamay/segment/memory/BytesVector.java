package io.gamay.segment.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Append-only values of varying length. A value lies in one chunk and never moves; values of more
 * than 128 KB get a chunk of exactly their size. One 8-byte entry per value: chunk number (20 bits)
 * | byte offset in the chunk (20 bits) | length (24 bits). Where the length does not fit, the entry
 * has all 24 bits set and the value is preceded by its length in 4 bytes.
 *
 * <p>One writer; readers get a {@link BytesView} as with {@link FixedWidthVector}.
 */
public final class BytesVector {

  static final int OFFSET_BITS = 20;
  static final int LENGTH_BITS = 24;
  static final int LONG_LENGTH = (1 << LENGTH_BITS) - 1;

  private static final int MAX_CHUNKS = 1 << OFFSET_BITS;
  private static final int FIRST_CHUNK_BYTES = 1 << 12;
  private static final int LAST_CHUNK_BYTES = 1 << OFFSET_BITS;
  private static final int OWN_CHUNK_BYTES = LAST_CHUNK_BYTES >> 3;

  private final MemoryAccount memory;
  private final FixedWidthVector entries;

  private MemorySegment[] chunks = new MemorySegment[8];
  private int chunkCount;

  /** The chunk being filled; chunks of single large values may follow it. */
  private MemorySegment tail = MemorySegment.NULL;

  private int tailChunk;
  private int tailUsed;
  private int nextChunkBytes = FIRST_CHUNK_BYTES;

  /** How often the chunk table was replaced. */
  private int tableCount;

  /** The writer's own eyes, and the number of tables when they were opened. */
  private BytesView live;

  private int liveTables;

  public BytesVector(MemoryAccount memory) {
    this.memory = memory;
    this.entries = new FixedWidthVector(memory, Long.BYTES);
    this.live = new BytesView(entries.live(), chunks);
  }

  public int size() {
    return entries.size();
  }

  /** The values appended so far. */
  public BytesView view() {
    return new BytesView(entries.view(), chunks);
  }

  /** All values, those to come too, for the writer only; to be fetched again after an append. */
  public BytesView live() {
    return live;
  }

  /** Appends {@code source[from, from + length)} as one value. */
  public void append(byte[] source, int from, int length) {
    entries.appendLong(length == 0 ? 0 : write(source, from, length));
    int tables = entries.tableCount() + tableCount;
    if (tables != liveTables) {
      live = new BytesView(entries.live(), chunks);
      liveTables = tables;
    }
  }

  private long write(byte[] source, int from, int length) {
    int prefix = length >= LONG_LENGTH ? Integer.BYTES : 0;
    long position = reserve(Math.addExact(length, prefix));
    MemorySegment chunk = chunks[(int) (position >>> OFFSET_BITS)];
    long offset = position & (LAST_CHUNK_BYTES - 1);
    if (prefix > 0) {
      chunk.set(JAVA_INT_UNALIGNED, offset, length);
    }
    MemorySegment.copy(source, from, chunk, JAVA_BYTE, offset + prefix, length);
    return position << LENGTH_BITS | Math.min(length, LONG_LENGTH);
  }

  private long reserve(int byteCount) {
    if (byteCount > OWN_CHUNK_BYTES) {
      return (long) addChunk(byteCount) << OFFSET_BITS;
    }
    if (tailUsed + byteCount > tail.byteSize()) {
      openTail(byteCount);
    }
    long position = (long) tailChunk << OFFSET_BITS | tailUsed;
    tailUsed += byteCount;
    return position;
  }

  private void openTail(int byteCount) {
    while (nextChunkBytes < byteCount) {
      nextChunkBytes *= 2;
    }
    tailChunk = addChunk(nextChunkBytes);
    tail = chunks[tailChunk];
    tailUsed = 0;
    nextChunkBytes = Math.min(nextChunkBytes * 2, LAST_CHUNK_BYTES);
  }

  private int addChunk(long byteSize) {
    if (chunkCount == MAX_CHUNKS) {
      throw new IllegalStateException(
          "a column cannot hold more than %d chunks of bytes".formatted(MAX_CHUNKS));
    }
    MemorySegment chunk = memory.allocate(byteSize);
    if (chunkCount == chunks.length) {
      chunks = Arrays.copyOf(chunks, chunkCount * 2);
      tableCount++;
    }
    chunks[chunkCount] = chunk;
    return chunkCount++;
  }
}
