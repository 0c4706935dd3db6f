package io.gamay.segment.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Append-only values of varying length. A value lies in one record in one chunk and never moves;
 * one of more than half a megabyte gets a chunk of exactly its size. Records begin at multiples of
 * 4 bytes: the value's index (4 bytes, only if wanted) | length (2 bytes) | length again (4 bytes,
 * only if the 2 bytes are all ones) | bytes. One 4-byte position per value: chunk number (14 bits)
 * | offset in the chunk in units of 4 bytes (18 bits).
 *
 * <p>One writer; readers get a {@link BytesView} as with {@link FixedWidthVector}.
 */
public final class BytesVector {

  static final int OFFSET_BITS = 18;
  static final int UNIT_SHIFT = 2;
  static final int LONG_LENGTH = (1 << Short.SIZE) - 1;

  /** The first bytes of a value; each chunk has room behind its last one for such a read. */
  static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The chunk table doubles while the vector is small, so that the compiler sees it happen. */
  private static final int FIRST_TABLE = 1;

  private static final int MAX_CHUNKS = 1 << (Integer.SIZE - OFFSET_BITS);
  private static final int FIRST_CHUNK_BYTES = 1 << 12;
  private static final int LAST_CHUNK_BYTES = 1 << (OFFSET_BITS + UNIT_SHIFT);
  private static final int OWN_CHUNK_BYTES = LAST_CHUNK_BYTES >> 1;
  private static final int UNIT_BYTES = 1 << UNIT_SHIFT;

  private final MemoryAccount memory;
  private final FixedWidthVector positions;

  /** Bytes of a record in front of the length. */
  private final int indexBytes;

  private MemorySegment[] chunks = new MemorySegment[FIRST_TABLE];
  private int chunkCount;

  /** The chunk being filled; chunks of single large values may follow it. */
  private int tailChunk;

  private int tailUsed;
  private int tailCapacity;
  private int nextChunkBytes = FIRST_CHUNK_BYTES;

  /** How often the chunk table was replaced. */
  private int tableCount;

  /** The writer's own eyes, and the number of tables when they were opened. */
  private BytesView live;

  private int liveTables;

  /** The view taken last. */
  private BytesView viewed;

  public BytesVector(MemoryAccount memory) {
    this(memory, 0);
  }

  private BytesVector(MemoryAccount memory, int indexBytes) {
    this.memory = memory;
    this.indexBytes = indexBytes;
    this.positions = new FixedWidthVector(memory, Integer.BYTES);
    this.live = openLive();
    this.viewed = openView();
  }

  /** One whose records hold their index, so that a position leads to it. */
  public static BytesVector indexed(MemoryAccount memory) {
    return new BytesVector(memory, Integer.BYTES);
  }

  public int size() {
    return positions.size();
  }

  /** The values appended so far. */
  public BytesView view() {
    if (viewed.size() != positions.size()) {
      viewed = openView();
    }
    return viewed;
  }

  /** All values, those to come too, for the writer only; to be fetched again after an append. */
  public BytesView live() {
    return live;
  }

  /**
   * Appends {@code source[from, from + length)} as one value.
   *
   * @return its position, to be read as unsigned; never -1
   */
  public int append(byte[] source, int from, int length) {
    int position = write(source, from, length);
    positions.appendInt(position);
    int tables = positions.tableCount() + tableCount;
    if (tables != liveTables) {
      live = openLive();
      liveTables = tables;
    }
    return position;
  }

  private BytesView openView() {
    return new BytesView(positions.view(), chunks, chunkCount, indexBytes);
  }

  private BytesView openLive() {
    return new BytesView(positions.live(), chunks, MAX_CHUNKS, indexBytes);
  }

  private int write(byte[] source, int from, int length) {
    boolean isLong = length >= LONG_LENGTH;
    int head = indexBytes + Short.BYTES + (isLong ? Integer.BYTES : 0);
    int position = reserve(Math.addExact(length, head));
    MemorySegment chunk = chunks[position >>> OFFSET_BITS];
    long at = BytesView.offsetOf(position);
    if (indexBytes > 0) {
      chunk.set(JAVA_INT_UNALIGNED, at, positions.size());
    }
    chunk.set(JAVA_SHORT_UNALIGNED, at + indexBytes, (short) Math.min(length, LONG_LENGTH));
    if (isLong) {
      chunk.set(JAVA_INT_UNALIGNED, at + indexBytes + Short.BYTES, length);
    }
    MemorySegment.copy(source, from, chunk, JAVA_BYTE, at + head, length);
    return position;
  }

  private int reserve(int byteCount) {
    if (byteCount > OWN_CHUNK_BYTES) {
      return addChunk(byteCount) << OFFSET_BITS;
    }
    int rounded = (byteCount + UNIT_BYTES - 1) & -UNIT_BYTES;
    if (tailUsed + rounded > tailCapacity) {
      openTail(rounded);
    }
    int position = tailChunk << OFFSET_BITS | tailUsed >>> UNIT_SHIFT;
    tailUsed += rounded;
    return position;
  }

  private void openTail(int byteCount) {
    while (nextChunkBytes < byteCount) {
      nextChunkBytes *= 2;
    }
    tailChunk = addChunk(nextChunkBytes);
    tailUsed = 0;
    tailCapacity = nextChunkBytes;
    nextChunkBytes = Math.min(nextChunkBytes * 2, LAST_CHUNK_BYTES);
  }

  private int addChunk(long byteSize) {
    if (chunkCount == MAX_CHUNKS) {
      throw new IllegalStateException(
          "a column cannot hold more than %d chunks of bytes".formatted(MAX_CHUNKS));
    }
    MemorySegment chunk = memory.allocate(byteSize + WORD.byteSize());
    if (chunkCount == chunks.length) {
      chunks = Arrays.copyOf(chunks, chunkCount * 2);
      tableCount++;
    }
    chunks[chunkCount] = chunk;
    return chunkCount++;
  }
}
