package io.gamay.segment.mutable;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gamay.segment.memory.MemoryAccount;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * For each dictId the docIds that hold it, ascending and each once, readable while they are
 * written: the inverted index of a column that is being fed. One writer; readers get a {@link
 * PostingListsView}.
 *
 * <p>A dictId has two 8-byte words: last docId + 1 | tail of its chain of blocks, and write
 * position | how many docIds there are. With one docId there is no block. A block has 16, 32, …,
 * 1024 bytes, each twice its predecessor: reference of the predecessor (4 bytes, 0: none) | first
 * docId (4) | docIds in blocks before (4) | differences to the next docIds, in groups of 7 bits,
 * low ones first, the high bit saying that another follows; behind the last one zeros. A reference
 * is the block's position, a multiple of 16, plus its size class. Blocks lie in chunks of 32 KB.
 *
 * <p>Readers know the rows of their view and stop at the first docId behind them, at a zero, or at
 * the block's end. The first byte of a difference is released after its other bytes, and a word
 * after the block that it refers to, so that what was begun is never taken for something else.
 */
final class PostingLists {

  static final int CHUNK_SHIFT = 15;
  static final int CLASS_MASK = 15;
  static final int FIRST_BLOCK_BYTES = 16;
  static final int HEAD_BYTES = 12;
  static final int WORDS_SHIFT = 10;
  static final VarHandle BYTE = JAVA_BYTE.varHandle();
  static final VarHandle LONG = JAVA_LONG.varHandle();

  private static final int CHUNK_BYTES = 1 << CHUNK_SHIFT;
  private static final int WORDS_CHUNK_BYTES = 16 << WORDS_SHIFT;
  private static final int MAX_CLASS = 6;
  private static final int MAX_CHUNKS = 1 << (Integer.SIZE - 1 - CHUNK_SHIFT);

  private final MemoryAccount memory;

  /** Two words for each dictId, in chunks of 1,024 dictIds. */
  private MemorySegment[] words = new MemorySegment[4];

  private int cardinality;

  /** A chunk is in the table before a word that leads to it is released. */
  private volatile MemorySegment[] chunks = new MemorySegment[4];

  /** The same table, for the writer. */
  private MemorySegment[] writerChunks = chunks;

  private int chunkCount;

  /** Where the next block goes; position 0 stays empty, a reference 0 is none. */
  private int nextPosition = FIRST_BLOCK_BYTES;

  PostingLists(MemoryAccount memory) {
    this.memory = memory;
  }

  /** Adds the rows [firstDocId, firstDocId + count), which hold {@code dictIds[0, count)}. */
  void addRows(int[] dictIds, int count, int firstDocId) {
    for (int i = 0; i < count; i++) {
      add(dictIds[i], firstDocId + i);
    }
  }

  /** Adds a row to a dictId: one of those before, or the next one; docIds do not go down. */
  void add(int dictId, int docId) {
    if (dictId == cardinality) {
      addFirst(docId);
      return;
    }
    MemorySegment chunk = words[dictId >>> WORDS_SHIFT];
    long at = wordsAt(dictId);
    long shared = chunk.get(JAVA_LONG, at);
    int last = (int) (shared >>> Integer.SIZE) - 1;
    if (last == docId) {
      return;
    }
    long own = chunk.get(JAVA_LONG, at + Long.BYTES);
    int tail = (int) shared;
    int position = (int) (own >>> Integer.SIZE);
    int count = (int) own;
    if (tail == 0) {
      tail = openBlock(0, 0, last, 0);
      position = (tail & ~CLASS_MASK) + HEAD_BYTES;
    }
    int difference = docId - last;
    int length = (Integer.SIZE - Integer.numberOfLeadingZeros(difference) + 6) / 7;
    if (position + length <= endOf(tail)) {
      write(difference, length, position);
      position += length;
    } else {
      int sizeClass = Math.min((tail & CLASS_MASK) + 1, MAX_CLASS);
      tail = openBlock(sizeClass, tail, docId, count);
      position = (tail & ~CLASS_MASK) + HEAD_BYTES;
    }
    chunk.set(JAVA_LONG, at + Long.BYTES, (long) position << Integer.SIZE | count + 1);
    LONG.setRelease(chunk, at, docId + 1L << Integer.SIZE | tail);
  }

  private void addFirst(int docId) {
    int chunk = cardinality >>> WORDS_SHIFT;
    if (chunk == words.length) {
      words = Arrays.copyOf(words, chunk * 2);
    }
    long at = wordsAt(cardinality);
    if (at == 0) {
      words[chunk] = memory.allocate(WORDS_CHUNK_BYTES);
    }
    words[chunk].set(JAVA_LONG, at + Long.BYTES, 1);
    LONG.setRelease(words[chunk], at, docId + 1L << Integer.SIZE);
    cardinality++;
  }

  /**
   * What the next publish shows.
   *
   * @param docCount rows added so far
   */
  PostingListsView view(int docCount) {
    return new PostingListsView(this, words, cardinality, docCount);
  }

  /** The chunks of all blocks that the caller has a reference of. */
  MemorySegment[] chunks() {
    return chunks;
  }

  /** The first word of a dictId in its chunk. */
  static long wordsAt(int dictId) {
    return (long) (dictId & (1 << WORDS_SHIFT) - 1) << 4;
  }

  /** The position behind a block. */
  static int endOf(int reference) {
    return (reference & ~CLASS_MASK) + (FIRST_BLOCK_BYTES << (reference & CLASS_MASK));
  }

  private void write(int difference, int length, int position) {
    MemorySegment chunk = writerChunks[position >>> CHUNK_SHIFT];
    int at = position & CHUNK_BYTES - 1;
    for (int i = length - 1; i >= 0; i--) {
      int more = i < length - 1 ? 0x80 : 0;
      BYTE.setRelease(chunk, (long) at + i, (byte) (difference >>> 7 * i & 0x7F | more));
    }
  }

  private int openBlock(int sizeClass, int predecessor, int firstDocId, int docsBefore) {
    int byteCount = FIRST_BLOCK_BYTES << sizeClass;
    if ((nextPosition & CHUNK_BYTES - 1) + byteCount > CHUNK_BYTES) {
      nextPosition = (nextPosition | CHUNK_BYTES - 1) + 1;
    }
    if (nextPosition >>> CHUNK_SHIFT == chunkCount) {
      addChunk();
    }
    int position = nextPosition;
    MemorySegment chunk = writerChunks[position >>> CHUNK_SHIFT];
    int at = position & CHUNK_BYTES - 1;
    chunk.set(JAVA_INT, at, predecessor);
    chunk.set(JAVA_INT, at + 4L, firstDocId);
    chunk.set(JAVA_INT, at + 8L, docsBefore);
    nextPosition += byteCount;
    return position | sizeClass;
  }

  private void addChunk() {
    if (chunkCount == MAX_CHUNKS - 1) {
      throw new IllegalStateException("the postings of a column cannot have more than 2 GB");
    }
    MemorySegment[] table = writerChunks;
    if (chunkCount == table.length) {
      table = Arrays.copyOf(table, chunkCount * 2);
    }
    table[chunkCount++] = memory.allocate(CHUNK_BYTES);
    writerChunks = table;
    chunks = table;
  }
}
