package io.gamay.segment.inverted;

import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.BlockOutput;
import io.gamay.segment.format.PackedLayout;
import io.gamay.segment.format.SegmentFileWriter;
import io.gamay.segment.forward.PackedWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Sorts a column's (dictId, docId) pairs by dictId, off the heap, and writes a bitmap for each
 * dictId. One thread.
 */
public final class InvertedIndexWriter implements AutoCloseable {

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment docIds;

  /** Where the next docId of a dictId goes; starts as where its first one goes. */
  private final MemorySegment positions;

  private final int cardinality;

  /**
   * @param valueCounts by dictId: how many pairs there will be
   */
  public InvertedIndexWriter(int[] valueCounts) {
    cardinality = valueCounts.length;
    positions = arena.allocate(ValueLayout.JAVA_LONG, Math.max(1, cardinality));
    long total = 0;
    for (int dictId = 0; dictId < cardinality; dictId++) {
      positions.setAtIndex(ValueLayout.JAVA_LONG, dictId, total);
      total += valueCounts[dictId];
    }
    docIds = arena.allocate(ValueLayout.JAVA_INT, Math.max(1, total));
  }

  /** Adds a pair; docIds come in ascending order, the same pair may come again. */
  public void add(int dictId, int docId) {
    long position = positions.getAtIndex(ValueLayout.JAVA_LONG, dictId);
    docIds.setAtIndex(ValueLayout.JAVA_INT, position, docId);
    positions.setAtIndex(ValueLayout.JAVA_LONG, dictId, position + 1);
  }

  public void write(SegmentFileWriter file, int column) throws IOException {
    long[] ends = writeBitmaps(file, column);
    int bits = PackedLayout.bitsFor(ends[cardinality - 1]);
    try (PackedWriter out =
        PackedWriter.start(file, column, BlockKind.INVERTED_ENDS, bits, cardinality)) {
      for (long end : ends) {
        out.add(end);
      }
    }
  }

  @Override
  public void close() {
    arena.close();
  }

  private long[] writeBitmaps(SegmentFileWriter file, int column) throws IOException {
    long[] ends = new long[cardinality];
    SortedBitmap bitmap = new SortedBitmap();
    try (BlockOutput out =
        file.startBlock(column, BlockKind.INVERTED, BlockEncoding.ROARING, 0, cardinality)) {
      long from = 0;
      long end = 0;
      for (int dictId = 0; dictId < cardinality; dictId++) {
        long to = positions.getAtIndex(ValueLayout.JAVA_LONG, dictId);
        for (long position = from; position < to; position++) {
          bitmap.add(docIds.getAtIndex(ValueLayout.JAVA_INT, position));
        }
        from = to;
        end += bitmap.writeTo(out);
        ends[dictId] = end;
      }
    }
    return ends;
  }
}
