package io.gamay.segment.inverted;

import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.BlockOutput;
import io.gamay.segment.format.BlockTarget;
import io.gamay.segment.format.PackedLayout;
import io.gamay.segment.forward.PackedWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Sorts a column's (dictId, docId) pairs by dictId, off the heap, and writes a bitmap for each
 * dictId that is rare enough, and how many rows hold each one. One thread.
 */
public final class InvertedIndexWriter implements AutoCloseable {

  /** Values that at most one row in so many holds are listed in any case. */
  private static final int RARE_SHARE = 256;

  /** Values that more than one row in so many holds are found by a scan. */
  private static final int LISTED_SHARE = 20;

  /**
   * Values in between are listed, the rarest first, while all lists take no more than this share of
   * what the column's own packed dictIds take.
   */
  private static final double SHARE_OF_COLUMN = 0.5;

  /** What a listed row takes. */
  private static final int BITS_PER_LISTED_ROW = 16;

  /** So few rows are listed however small the segment is. */
  private static final int ALWAYS_LISTED = 16;

  /** Stands for "no row yet". */
  private static final int NONE = -1;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment docIds;

  /** Where the next docId of a listed dictId goes; starts as where its first one goes. */
  private final MemorySegment positions;

  private final int[] lastDocIds;
  private final int[] docCounts;
  private final boolean[] listed;
  private final boolean writesCounts;

  private InvertedIndexWriter(int[] valueCounts, int maxListed, boolean writesCounts) {
    int cardinality = valueCounts.length;
    this.writesCounts = writesCounts;
    listed = new boolean[cardinality];
    docCounts = new int[cardinality];
    lastDocIds = new int[cardinality];
    Arrays.fill(lastDocIds, NONE);
    positions = arena.allocate(ValueLayout.JAVA_LONG, Math.max(1, cardinality));
    long total = 0;
    for (int dictId = 0; dictId < cardinality; dictId++) {
      positions.setAtIndex(ValueLayout.JAVA_LONG, dictId, total);
      listed[dictId] = valueCounts[dictId] <= maxListed;
      total += listed[dictId] ? valueCounts[dictId] : 0;
    }
    try {
      docIds = arena.allocate(ValueLayout.JAVA_INT, Math.max(1, total));
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Lists rare values only, and counts all.
   *
   * @param valueCounts by dictId: how many pairs there will be, repeated ones included
   * @param docCount rows of the segment
   */
  public static InvertedIndexWriter ofRareValues(int[] valueCounts, int docCount) {
    return new InvertedIndexWriter(valueCounts, mostListed(valueCounts, docCount), true);
  }

  /** How many rows the most frequent value holds that is listed. */
  static int mostListed(int[] valueCounts, int docCount) {
    int rare = Math.max(ALWAYS_LISTED, docCount / RARE_SHARE);
    int bits = PackedLayout.bitsFor(valueCounts.length - 1L);
    double room =
        SHARE_OF_COLUMN
                * bits
                * Arrays.stream(valueCounts).asLongStream().sum()
                / BITS_PER_LISTED_ROW
            - Arrays.stream(valueCounts).filter(count -> count <= rare).asLongStream().sum();
    int[] candidates =
        Arrays.stream(valueCounts)
            .filter(count -> count > rare && count <= docCount / LISTED_SHARE)
            .sorted()
            .toArray();
    int most = rare;
    for (int count : candidates) {
      room -= count;
      if (room < 0) {
        // Values of the same count are all listed, or none of them is.
        return Math.min(most, count - 1);
      }
      most = count;
    }
    return most;
  }

  /** Lists all values, as the first version of the format does. */
  public static InvertedIndexWriter ofAllValues(int[] valueCounts) {
    return new InvertedIndexWriter(valueCounts, Integer.MAX_VALUE, false);
  }

  /** Adds a pair; docIds come in ascending order, the same pair may come again. */
  public void add(int dictId, int docId) {
    if (lastDocIds[dictId] == docId) {
      return;
    }
    lastDocIds[dictId] = docId;
    docCounts[dictId]++;
    if (listed[dictId]) {
      long position = positions.getAtIndex(ValueLayout.JAVA_LONG, dictId);
      docIds.setAtIndex(ValueLayout.JAVA_INT, position, docId);
      positions.setAtIndex(ValueLayout.JAVA_LONG, dictId, position + 1);
    }
  }

  public void write(BlockTarget file, int column) throws IOException {
    if (hasLists()) {
      writePacked(file, column, BlockKind.INVERTED_ENDS, writeBitmaps(file, column));
    }
    if (writesCounts) {
      long[] counts = Arrays.stream(docCounts).asLongStream().toArray();
      writePacked(file, column, BlockKind.INVERTED_COUNTS, counts);
    }
  }

  @Override
  public void close() {
    arena.close();
  }

  private boolean hasLists() {
    for (boolean isListed : listed) {
      if (isListed) {
        return true;
      }
    }
    return false;
  }

  /** Where each dictId's bitmap ends. */
  private long[] writeBitmaps(BlockTarget file, int column) throws IOException {
    long[] ends = new long[listed.length];
    SortedBitmap bitmap = new SortedBitmap();
    try (BlockOutput out =
        file.startBlock(column, BlockKind.INVERTED, BlockEncoding.ROARING, 0, listed.length)) {
      long end = 0;
      for (int dictId = 0; dictId < listed.length; dictId++) {
        if (listed[dictId]) {
          long to = positions.getAtIndex(ValueLayout.JAVA_LONG, dictId);
          for (long position = to - docCounts[dictId]; position < to; position++) {
            bitmap.add(docIds.getAtIndex(ValueLayout.JAVA_INT, position));
          }
          end += bitmap.writeTo(out);
        }
        ends[dictId] = end;
      }
    }
    return ends;
  }

  private static void writePacked(BlockTarget file, int column, BlockKind kind, long[] values)
      throws IOException {
    int bits = PackedLayout.bitsFor(Arrays.stream(values).max().orElse(0));
    try (PackedWriter out = PackedWriter.start(file, column, kind, bits, values.length)) {
      for (long value : values) {
        out.add(value);
      }
    }
  }
}
