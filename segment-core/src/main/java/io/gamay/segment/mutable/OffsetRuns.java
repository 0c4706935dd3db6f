package io.gamay.segment.mutable;

import io.gamay.segment.memory.FixedWidthVector;
import io.gamay.segment.memory.MemoryAccount;
import io.gamay.segment.row.RowBatch;

/**
 * The offsets of a segment's rows as runs of consecutive ones: 12 bytes per run (its first docId
 * and first offset). A log without gaps is one run.
 */
final class OffsetRuns {

  private final FixedWidthVector firstDocs;
  private final FixedWidthVector firstOffsets;
  private int docCount;

  /** The offset behind the last row's; 0 before the first. */
  private long endOffset;

  OffsetRuns(MemoryAccount memory) {
    firstDocs = new FixedWidthVector(memory, Integer.BYTES);
    firstOffsets = new FixedWidthVector(memory, Long.BYTES);
  }

  void append(RowBatch batch, int fromRow, int toRow) {
    for (int row = fromRow; row < toRow; row++) {
      long offset = batch.offset(row);
      if (offset != endOffset || docCount == 0) {
        firstDocs.appendInt(docCount);
        firstOffsets.appendLong(offset);
      }
      endOffset = offset + 1;
      docCount++;
    }
  }

  long endOffset() {
    return endOffset;
  }

  OffsetRunsView view(int viewDocCount) {
    return new OffsetRunsView(firstDocs.view(), firstOffsets.view(), viewDocCount);
  }
}
