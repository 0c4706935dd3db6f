package io.gamay.segment.mutable;

import io.gamay.segment.memory.MemoryAccount;
import io.gamay.segment.memory.OffHeapMemory;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one Kafka partition from {@code startOffset} on, off-heap and append-only.
 *
 * <p>One writer thread appends batches and publishes; rows are visible from the publish on, all at
 * once and together with the end offset. Any thread takes snapshots without locks: a snapshot is
 * the one object that the last publish released, and does not change afterwards. {@link #close()}
 * releases all memory; the owner calls it when no reader is left, later reads throw {@link
 * IllegalStateException}.
 *
 * <p>If an append fails (no memory left), the rows published before stay readable, and every later
 * append or publish throws.
 */
public final class MutableSegment implements AutoCloseable {

  /** Unknown outside, so that nobody can choose values that collide. */
  private static final long SEED = new SecureRandom().nextLong();

  private final String segmentName;
  private final TableSchema schema;
  private final long startOffset;

  private final OffHeapMemory memory = new OffHeapMemory();
  private final List<MutableColumn> columns = new ArrayList<>();
  private final Map<String, MemoryAccount> accounts = new LinkedHashMap<>();
  private final OffsetRuns offsets;

  /** The one reference by which rows reach readers: setRelease here, getAcquire there. */
  private final AtomicReference<MutableSegmentView> published;

  private int appendedDocs;
  private @Nullable Throwable failure;

  /** The name under which {@link #memoryBytesByColumn()} reports the rows' offsets. */
  public static final String OFFSET_COLUMN = "$offset";

  /**
   * @throws IllegalArgumentException if a raw column is unknown or multi-value
   */
  public MutableSegment(
      String segmentName,
      int partition,
      TableSchema schema,
      EncodingDecisions encoding,
      long startOffset) {
    checkRawColumns(schema, encoding.rawColumns());
    this.segmentName = segmentName;
    this.schema = schema;
    this.startOffset = startOffset;
    WriterScratch scratch = new WriterScratch();
    long hashSeed = SEED + 31L * segmentName.hashCode() + partition;
    for (ColumnSpec spec : schema.columns()) {
      MemoryAccount account = memory.openAccount();
      accounts.put(spec.name(), account);
      columns.add(newColumn(spec, encoding, account, hashSeed, scratch));
    }
    MemoryAccount offsetAccount = memory.openAccount();
    accounts.put(OFFSET_COLUMN, offsetAccount);
    this.offsets = new OffsetRuns(offsetAccount);
    SegmentIdentity identity = new SegmentIdentity(segmentName, partition, schema, startOffset);
    this.published =
        new AtomicReference<>(MutableSegmentView.empty(identity, memory, columns, offsets));
  }

  public String segmentName() {
    return segmentName;
  }

  public TableSchema schema() {
    return schema;
  }

  public long startOffset() {
    return startOffset;
  }

  /** Writes all rows of a batch; they are visible after the next {@link #publish}. */
  public void append(RowBatch batch) {
    append(batch, 0, batch.rowCount());
  }

  /**
   * Writes the rows [fromRow, toRow) of a batch; they are visible after the next {@link #publish}.
   *
   * @throws IllegalArgumentException if the batch is of another schema
   * @throws IllegalStateException if an offset is not above those appended or published before
   */
  public void append(RowBatch batch, int fromRow, int toRow) {
    checkAppend(batch, fromRow, toRow);
    if (fromRow == toRow) {
      return;
    }
    try {
      for (int index = 0; index < columns.size(); index++) {
        columns.get(index).append(batch.column(index), fromRow, toRow);
      }
      offsets.append(batch, fromRow, toRow);
      appendedDocs += toRow - fromRow;
    } catch (Throwable thrown) {
      failure = thrown;
      throw thrown;
    }
  }

  /**
   * Makes every appended row visible, and {@code endOffset} the end of what this segment accounts
   * for, as one. The end may advance without rows.
   *
   * @throws IllegalStateException if the end would go back or leave out an appended row
   */
  public void publish(long endOffset) {
    checkUsable();
    MutableSegmentView before = published.getAcquire();
    if (endOffset < before.offsets().end() || endOffset < offsets.endOffset()) {
      throw new IllegalStateException(
          "segment %s cannot end at offset %d: it has published %d and holds rows below %d"
              .formatted(segmentName, endOffset, before.offsets().end(), offsets.endOffset()));
    }
    published.setRelease(
        appendedDocs == before.docCount()
            ? before.withEnd(endOffset)
            : before.successor(columns, offsets, appendedDocs, endOffset));
  }

  /** What the last publish made visible. */
  public SegmentReader snapshot() {
    memory.checkOpen();
    return published.getAcquire();
  }

  /**
   * The published rows with offsets below a bound; the view accounts for [start, bound).
   *
   * @throws IllegalArgumentException if the bound is outside of the published offsets
   */
  public SegmentReader snapshotBelow(long offset) {
    memory.checkOpen();
    return published.getAcquire().below(offset);
  }

  /** A copy of the published rows [fromDocId, toDocId), as they were appended. */
  public RowBatch copyRows(int fromDocId, int toDocId) {
    memory.checkOpen();
    return published.getAcquire().copyRows(fromDocId, toDocId);
  }

  /** Published rows. */
  public int docCount() {
    return published.getAcquire().docCount();
  }

  /** The published end: every offset in [startOffset, endOffset) is accounted for. */
  public long endOffset() {
    return published.getAcquire().offsets().end();
  }

  /** Off-heap bytes that the columns use, unpublished rows included. */
  public long memoryBytes() {
    return memory.bytes();
  }

  /**
   * Off-heap bytes taken from the machine: {@link #memoryBytes()}, and the room that is unused yet
   * in the slabs which the columns share.
   */
  public long reservedBytes() {
    return memory.reservedBytes();
  }

  /** {@link #memoryBytes()} by column, the rows' offsets under {@link #OFFSET_COLUMN}. */
  public Map<String, Long> memoryBytesByColumn() {
    Map<String, Long> bytes = new LinkedHashMap<>();
    accounts.forEach((column, account) -> bytes.put(column, account.bytes()));
    return bytes;
  }

  /** Releases all memory; a second call does nothing. */
  @Override
  public void close() {
    memory.close();
  }

  private void checkAppend(RowBatch batch, int fromRow, int toRow) {
    checkUsable();
    if (fromRow < 0 || toRow < fromRow || toRow > batch.rowCount()) {
      throw new IndexOutOfBoundsException(
          "rows [%d, %d) of a batch of %d".formatted(fromRow, toRow, batch.rowCount()));
    }
    if (!Objects.equals(batch.schema(), schema)) {
      throw new IllegalArgumentException(
          "segment %s holds rows of %s, not of %s".formatted(segmentName, schema, batch.schema()));
    }
    long lowest = Math.max(published.getAcquire().offsets().end(), offsets.endOffset());
    if (fromRow < toRow && batch.offset(fromRow) < lowest) {
      throw new IllegalStateException(
          "segment %s accounts for offsets below %d, cannot append %d"
              .formatted(segmentName, lowest, batch.offset(fromRow)));
    }
  }

  private void checkUsable() {
    memory.checkOpen();
    if (failure != null) {
      throw new IllegalStateException(
          "segment %s failed in an append and takes no more rows".formatted(segmentName), failure);
    }
  }

  private static MutableColumn newColumn(
      ColumnSpec spec,
      EncodingDecisions encoding,
      MemoryAccount account,
      long hashSeed,
      WriterScratch scratch) {
    if (!spec.singleValue()) {
      return new MultiValueColumn(spec, account, hashSeed, encoding, scratch);
    }
    if (!encoding.rawColumns().contains(spec.name())) {
      return new DictionaryColumn(spec, account, hashSeed, encoding, scratch);
    }
    return spec.storedType().isFixedWidth()
        ? new RawFixedColumn(spec, account)
        : new RawBytesColumn(spec, account);
  }

  private static void checkRawColumns(TableSchema schema, Set<String> rawColumns) {
    for (String name : rawColumns) {
      ColumnSpec spec =
          schema
              .column(name)
              .orElseThrow(
                  () -> new IllegalArgumentException("raw column %s is unknown".formatted(name)));
      if (!spec.singleValue()) {
        throw new IllegalArgumentException(
            "column %s is multi-value and cannot be raw".formatted(name));
      }
    }
  }
}
