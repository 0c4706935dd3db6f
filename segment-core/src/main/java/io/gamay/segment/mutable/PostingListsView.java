package io.gamay.segment.mutable;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.gamay.segment.read.InvertedIndexReader;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;
import org.roaringbitmap.RoaringBitmapWriter;

/** The docIds of {@link PostingLists} that are below a bound. Thread-safe. */
final class PostingListsView implements InvertedIndexReader {

  /** Values of so many rows are listed in a view of any size. */
  static final int ALWAYS_LISTED_DOCS = 1024;

  /** Values of more than one in so many rows are not listed. */
  static final int SCANNED_SHARE = 16;

  private static final int CHUNK_MASK = (1 << PostingLists.CHUNK_SHIFT) - 1;

  private final PostingLists lists;
  private final MemorySegment[] words;
  private final int cardinality;
  private final int docCount;

  PostingListsView(PostingLists lists, MemorySegment[] words, int cardinality, int docCount) {
    this.lists = lists;
    this.words = words;
    this.cardinality = cardinality;
    this.docCount = docCount;
  }

  /**
   * @param shorterCardinality how many dictIds occur in the first {@code shorterDocCount} rows
   */
  PostingListsView upTo(int shorterDocCount, int shorterCardinality) {
    return new PostingListsView(lists, words, shorterCardinality, shorterDocCount);
  }

  @Override
  public int docCount(int dictId) {
    long shared = sharedWord(dictId);
    int tail = (int) shared;
    if (tail == 0) {
      return 1;
    }
    MemorySegment[] chunks = lists.chunks();
    int block = lastBlock(chunks, tail);
    return intOf(chunks, block, 8) + countBlock(chunks, block);
  }

  @Override
  public Optional<RoaringBitmap> docIds(int dictId) {
    int count = docCount(dictId);
    if (count > ALWAYS_LISTED_DOCS && count > docCount / SCANNED_SHARE) {
      return Optional.empty();
    }
    long shared = sharedWord(dictId);
    int tail = (int) shared;
    if (tail == 0) {
      return Optional.of(RoaringBitmap.bitmapOf((int) (shared >>> Integer.SIZE) - 1));
    }
    MemorySegment[] chunks = lists.chunks();
    int[] blocks = new int[16];
    int blockCount = 0;
    for (int block = lastBlock(chunks, tail); block != 0; block = intOf(chunks, block, 0)) {
      if (blockCount == blocks.length) {
        blocks = Arrays.copyOf(blocks, blockCount * 2);
      }
      blocks[blockCount++] = block;
    }
    RoaringBitmapWriter<RoaringBitmap> writer = RoaringBitmapWriter.writer().get();
    for (int i = blockCount - 1; i >= 0; i--) {
      writeBlock(chunks, blocks[i], writer);
    }
    return Optional.of(writer.get());
  }

  /** What the writer shares of a dictId, and with it all that it refers to. */
  private long sharedWord(int dictId) {
    Objects.checkIndex(dictId, cardinality);
    return (long)
        PostingLists.LONG.getAcquire(
            words[dictId >>> PostingLists.WORDS_SHIFT], PostingLists.wordsAt(dictId));
  }

  /** The last block of a chain that begins within the view; there is one, as the first one does. */
  private int lastBlock(MemorySegment[] chunks, int tail) {
    int block = tail;
    while (intOf(chunks, block, 4) >= docCount) {
      block = intOf(chunks, block, 0);
    }
    return block;
  }

  private static int intOf(MemorySegment[] chunks, int block, int field) {
    return chunks[block >>> PostingLists.CHUNK_SHIFT].get(
        JAVA_INT, (block & CHUNK_MASK & ~PostingLists.CLASS_MASK) + field);
  }

  /** How many docIds of a block are in the view; its first one is. */
  private int countBlock(MemorySegment[] chunks, int block) {
    MemorySegment chunk = chunks[block >>> PostingLists.CHUNK_SHIFT];
    int at = startOf(block);
    int end = endOf(block);
    int docId = intOf(chunks, block, 4);
    int count = 1;
    while (at < end) {
      int low = (byte) PostingLists.BYTE.getAcquire(chunk, (long) at++);
      int difference = low & 0x7F;
      for (int shift = 7; low < 0; shift += 7) {
        low = (byte) PostingLists.BYTE.getAcquire(chunk, (long) at++);
        difference |= (low & 0x7F) << shift;
      }
      docId += difference;
      if (difference == 0 || docId >= docCount) {
        break;
      }
      count++;
    }
    return count;
  }

  private void writeBlock(
      MemorySegment[] chunks, int block, RoaringBitmapWriter<RoaringBitmap> out) {
    MemorySegment chunk = chunks[block >>> PostingLists.CHUNK_SHIFT];
    int at = startOf(block);
    int end = endOf(block);
    int docId = intOf(chunks, block, 4);
    out.add(docId);
    while (at < end) {
      int low = (byte) PostingLists.BYTE.getAcquire(chunk, (long) at++);
      int difference = low & 0x7F;
      for (int shift = 7; low < 0; shift += 7) {
        low = (byte) PostingLists.BYTE.getAcquire(chunk, (long) at++);
        difference |= (low & 0x7F) << shift;
      }
      docId += difference;
      if (difference == 0 || docId >= docCount) {
        break;
      }
      out.add(docId);
    }
  }

  private static int startOf(int block) {
    return (block & CHUNK_MASK & ~PostingLists.CLASS_MASK) + PostingLists.HEAD_BYTES;
  }

  /** Behind the block in its chunk. */
  private static int endOf(int block) {
    int first = block & CHUNK_MASK & ~PostingLists.CLASS_MASK;
    return first + (PostingLists.FIRST_BLOCK_BYTES << (block & PostingLists.CLASS_MASK));
  }
}
