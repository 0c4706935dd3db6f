package io.gamay.segment.mutable;

import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.memory.OffHeapMemory;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The rows [0, docCount) of a mutable segment and the offsets they account for. */
final class MutableSegmentView implements SegmentReader {

  private final SegmentIdentity identity;
  private final OffHeapMemory memory;

  /** By column; of at least as many rows as this view. */
  private final AtomicReferenceArray<MutableColumnView> columns;

  private final OffsetRunsView rowOffsets;
  private final int docCount;
  private final OffsetRange offsets;

  private MutableSegmentView(
      SegmentIdentity identity,
      OffHeapMemory memory,
      AtomicReferenceArray<MutableColumnView> columns,
      OffsetRunsView rowOffsets,
      int docCount,
      long endOffset) {
    this.identity = identity;
    this.memory = memory;
    this.columns = columns;
    this.rowOffsets = rowOffsets;
    this.docCount = docCount;
    this.offsets = new OffsetRange(identity.startOffset(), endOffset);
  }

  static MutableSegmentView empty(
      SegmentIdentity identity,
      OffHeapMemory memory,
      List<MutableColumn> columns,
      OffsetRuns runs) {
    return of(identity, memory, columns, runs, 0, identity.startOffset());
  }

  MutableSegmentView successor(
      List<MutableColumn> liveColumns, OffsetRuns runs, int newDocCount, long endOffset) {
    return of(identity, memory, liveColumns, runs, newDocCount, endOffset);
  }

  MutableSegmentView withEnd(long endOffset) {
    return endOffset == offsets.end()
        ? this
        : new MutableSegmentView(identity, memory, columns, rowOffsets, docCount, endOffset);
  }

  /**
   * @throws IllegalArgumentException if the bound is outside of this view's offsets
   */
  MutableSegmentView below(long offset) {
    if (offset < offsets.start() || offset > offsets.end()) {
      throw new IllegalArgumentException(
          "offset %d is outside of what segment %s has published: [%d, %d)"
              .formatted(offset, identity.segmentName(), offsets.start(), offsets.end()));
    }
    int cutDocCount = docCountBelow(offset);
    if (cutDocCount == docCount) {
      return withEnd(offset);
    }
    return new MutableSegmentView(
        identity, memory, copyOf(columns), rowOffsets.upTo(cutDocCount), cutDocCount, offset);
  }

  RowBatch copyRows(int fromDocId, int toDocId) {
    Objects.checkFromToIndex(fromDocId, toDocId, docCount);
    RowBatch batch = new RowBatch(identity.schema());
    List<RowCopier> copiers = new ArrayList<>(columns.length());
    for (int index = 0; index < columns.length(); index++) {
      copiers.add(column(index).copier(batch.column(index)));
    }
    for (int docId = fromDocId; docId < toDocId; docId++) {
      for (RowCopier copier : copiers) {
        copier.copy(docId);
      }
      batch.endRow(rowOffsets.offsetOf(docId));
    }
    return batch;
  }

  @Override
  public String segmentName() {
    return identity.segmentName();
  }

  @Override
  public int partition() {
    return identity.partition();
  }

  @Override
  public TableSchema schema() {
    return identity.schema();
  }

  @Override
  public int docCount() {
    return docCount;
  }

  @Override
  public OffsetRange offsets() {
    return offsets;
  }

  @Override
  public boolean isMutable() {
    return true;
  }

  @Override
  public ColumnReader column(String name) {
    memory.checkOpen();
    int index = identity.schema().indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException(
          "segment %s has no column %s".formatted(identity.segmentName(), name));
    }
    return column(index);
  }

  @Override
  public void readOffsets(DocIdBlock docs, long[] out) {
    rowOffsets.read(docs, out);
  }

  @Override
  public int docCountBelow(long offset) {
    memory.checkOpen();
    return rowOffsets.docCountBelow(offset);
  }

  /**
   * One column of this view. What was published may hold more rows than a view that was cut: a
   * column is cut when it is first asked for. Two threads may do it twice, with equal results.
   */
  private MutableColumnView column(int index) {
    MutableColumnView column = columns.get(index);
    if (column.frame().docCount() == docCount) {
      return column;
    }
    MutableColumnView cut = column.upTo(docCount);
    columns.set(index, cut);
    return cut;
  }

  private static AtomicReferenceArray<MutableColumnView> copyOf(
      AtomicReferenceArray<MutableColumnView> columns) {
    AtomicReferenceArray<MutableColumnView> copy = new AtomicReferenceArray<>(columns.length());
    for (int index = 0; index < columns.length(); index++) {
      copy.setPlain(index, columns.get(index));
    }
    return copy;
  }

  private static MutableSegmentView of(
      SegmentIdentity identity,
      OffHeapMemory memory,
      List<MutableColumn> columns,
      OffsetRuns runs,
      int docCount,
      long endOffset) {
    MutableColumnView[] views = new MutableColumnView[columns.size()];
    for (int index = 0; index < views.length; index++) {
      views[index] = columns.get(index).view(docCount);
    }
    AtomicReferenceArray<MutableColumnView> shared = new AtomicReferenceArray<>(views);
    return new MutableSegmentView(
        identity, memory, shared, runs.view(docCount), docCount, endOffset);
  }
}
