package io.gamay.segment.immutable;

import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockEntry;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.LedgerRecord;
import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.format.SegmentFile;
import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.format.SegmentIdentity;
import io.gamay.segment.format.SidecarFile;
import io.gamay.segment.forward.IndexedLongs;
import io.gamay.segment.forward.IntegersReader;
import io.gamay.segment.forward.PackedReader;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.ledger.RejectedRecord;
import io.gamay.segment.ledger.RejectionReason;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.IndexDecisions;
import io.gamay.segment.schema.TableSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A sealed segment, mapped from its file. Immutable and thread-safe.
 *
 * <p>Opening reads and checks the footer, the schema and the ledger; each other block is checked at
 * its first read, which throws {@link SegmentCorruptException} if it is not what was written.
 * {@link #verify} checks the whole file.
 *
 * <p>After {@link #close}, reads throw {@link IllegalStateException}, also those under way in other
 * threads: that nobody reads any more is the care of whoever holds the leases.
 */
public final class ImmutableSegment implements SegmentReader, AutoCloseable {

  private final SegmentFile file;
  private final SegmentIdentity identity;
  private final TableSchema schema;
  private final LedgerRecord ledger;
  private final Map<String, ImmutableColumn> columns = new HashMap<>();
  private final OnFirstUse<IndexedLongs> offsetDistances;
  private final OpenSidecar sidecar;
  private final SegmentIndexes indexes;

  /** Which indexes to show, given the file's columns. */
  @FunctionalInterface
  private interface IndexChoice {
    SegmentIndexes of(SegmentFile file, Optional<SidecarFile> sidecar, List<ColumnSpec> columns);
  }

  private ImmutableSegment(SegmentFile file, OpenSidecar sidecar, IndexChoice choice) {
    this.file = file;
    this.sidecar = sidecar;
    this.identity = file.footer().identity();
    this.schema = file.readSchema();
    this.ledger = file.readLedger();
    checkAgreement();
    List<ColumnSpec> specs = schema.columns();
    this.indexes = choice.of(file, sidecar.file(), specs);
    for (int column = 0; column < specs.size(); column++) {
      columns.put(
          specs.get(column).name(),
          ImmutableColumn.of(new ColumnBlocks(file, schema, column, indexes)));
    }
    this.offsetDistances = offsetDistances();
  }

  /**
   * @throws SegmentCorruptException if the file is not a whole sealed segment of a known version
   * @throws IOException if the file cannot be read at all
   */
  public static ImmutableSegment open(Path path) throws IOException {
    return open(SegmentFiles.local(), path);
  }

  public static ImmutableSegment open(SegmentFiles files, Path path) throws IOException {
    SegmentFile file = SegmentFile.open(files, path);
    try {
      return new ImmutableSegment(
          file, OpenSidecar.NONE, (own, _, columns) -> SegmentIndexes.own(own, columns));
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  /**
   * With its sidecar, if there is one that fits; one that does not is as good as none ({@link
   * #sidecarProblem}).
   *
   * @param wanted indexes to show, as far as the segment can have and has them: what it has beyond
   *     is not shown, what it lacks is in {@link #missingIndexes}
   */
  public static ImmutableSegment open(SegmentFiles files, Path path, IndexDecisions wanted)
      throws IOException {
    return open(
        files,
        path,
        (file, sidecar, columns) -> SegmentIndexes.wanted(file, sidecar, columns, wanted));
  }

  /**
   * With its sidecar, as above, and every index that either file has; of two bloom filters of a
   * column, the sidecar's.
   */
  public static ImmutableSegment openWithAllIndexes(SegmentFiles files, Path path)
      throws IOException {
    return open(files, path, SegmentIndexes::all);
  }

  private static ImmutableSegment open(SegmentFiles files, Path path, IndexChoice choice)
      throws IOException {
    SegmentFile file = SegmentFile.open(files, path);
    OpenSidecar sidecar = OpenSidecar.NONE;
    try {
      sidecar = OpenSidecar.of(files, file);
      try {
        return new ImmutableSegment(file, sidecar, choice);
      } catch (SegmentCorruptException e) {
        if (sidecar.file().isEmpty()) {
          throw e;
        }
        sidecar.close();
        return new ImmutableSegment(
            file, OpenSidecar.unusable(String.valueOf(e.getMessage())), choice);
      }
    } catch (RuntimeException | Error e) {
      sidecar.close();
      file.close();
      throw e;
    }
  }

  public Path path() {
    return file.path();
  }

  public long sizeBytes() {
    return file.sizeBytes();
  }

  public String tableName() {
    return identity.tableName();
  }

  public EncodingDecisions encodings() {
    return identity.encodings();
  }

  /** CRC-32C over the data blocks as the footer has it; {@link #verify} compares. */
  public int dataCrc() {
    return file.footer().dataCrc();
  }

  /** The indexes that are asked for, as far as the segment can have them. */
  public IndexDecisions wantedIndexes() {
    return indexes.wanted();
  }

  /** The indexes that are asked for and neither in the file nor in its sidecar. */
  public IndexDecisions missingIndexes() {
    return indexes.missing();
  }

  /** What of these indexes the segment can have, its raw columns being what they are. */
  public IndexDecisions fitting(IndexDecisions decisions) {
    return indexes.fitting(decisions, schema.columns());
  }

  /** What of these indexes the file itself has not, so that a sidecar is to have them. */
  public IndexDecisions lackingInFile(IndexDecisions decisions) {
    return indexes.lackingInFile(decisions, schema.columns());
  }

  /** Why the file beside this one is not used; empty if it is, or is not there. */
  public Optional<String> sidecarProblem() {
    return sidecar.problem();
  }

  /** Bytes of the file beside this one; 0 if none is used. */
  public long sidecarSizeBytes() {
    return sidecar.file().map(SidecarFile::sizeBytes).orElse(0L);
  }

  /** What stands for each index that is shown, in the order of the schema's columns. */
  public List<IndexDescription> describeIndexes() {
    return IndexDescriptions.of(file, schema.columns(), indexes);
  }

  /** How each column is stored, and why, in the order of the schema. */
  public List<ColumnDescription> describeColumns() {
    file.ensureOpen();
    return ColumnDescriptions.of(file, schema, describeIndexes());
  }

  public LedgerCounts ledger() {
    return ledger.counts();
  }

  /** Ascending and disjoint. */
  public List<OffsetRange> lostRanges() {
    return ledger.lostRanges();
  }

  /** Exact counts of the reasons that occurred. */
  public Map<RejectionReason, Long> rejectedByReason() {
    return ledger.rejectedByReason();
  }

  /** Samples of rejected records, by ascending offset; read from the file at each call. */
  public List<RejectedRecord> quarantine() {
    file.ensureOpen();
    return file.readQuarantine();
  }

  public ColumnStatistics columnStatistics(String column) {
    return column(column).statistics();
  }

  /**
   * Checks every byte of the file: blocks, zeros between, footer, data CRC.
   *
   * @throws SegmentCorruptException at the first that is wrong
   */
  public void verify() {
    file.ensureOpen();
    file.verify();
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
    return schema;
  }

  @Override
  public int docCount() {
    return identity.docCount();
  }

  @Override
  public OffsetRange offsets() {
    return identity.offsets();
  }

  @Override
  public boolean isMutable() {
    return false;
  }

  @Override
  public ColumnReader column(String name) {
    ImmutableColumn column = columns.get(name);
    if (column == null) {
      throw new IllegalArgumentException(
          "segment %s has no column %s".formatted(segmentName(), name));
    }
    return column;
  }

  @Override
  public void readOffsets(DocIdBlock docs, long[] out) {
    file.ensureOpen();
    IndexedLongs distances = offsetDistances.get();
    for (int index = 0; index < docs.count(); index++) {
      out[index] = offsetAt(distances, docs.docId(index));
    }
  }

  @Override
  public int docCountBelow(long offset) {
    file.ensureOpen();
    IndexedLongs distances = offsetDistances.get();
    int low = 0;
    int high = docCount();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (offsetAt(distances, middle) < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  public void close() {
    file.close();
    sidecar.close();
  }

  @Override
  public String toString() {
    return "%s%s".formatted(segmentName(), offsets());
  }

  private long offsetAt(IndexedLongs distances, int docId) {
    return identity.offsets().start() + docId + distances.longAt(docId);
  }

  private OnFirstUse<IndexedLongs> offsetDistances() {
    return file.block(BlockEntry.WHOLE_SEGMENT, BlockKind.ROW_OFFSETS)
        .map(this::offsetDistances)
        .orElseGet(() -> new OnFirstUse<>(() -> PackedReader.zeros(docCount())));
  }

  private OnFirstUse<IndexedLongs> offsetDistances(MappedBlock block) {
    BlockEntry entry = block.entry();
    BlockEncoding encoding =
        encodings().formatVersion() == 1 ? BlockEncoding.PACKED : BlockEncoding.INTEGERS;
    if (entry.encoding() != encoding || entry.count() != docCount()) {
      throw SegmentCorruptException.unusable(
          path(), "$offset", "expected %s of %d, found %s".formatted(encoding, docCount(), entry));
    }
    return new OnFirstUse<>(
        () -> encoding == BlockEncoding.PACKED ? PackedReader.of(block) : IntegersReader.of(block));
  }

  /** What is said twice in the file must be the same. */
  private void checkAgreement() {
    int columnCount = file.footer().statistics().size();
    if (schema.columns().size() != columnCount
        || ledger.counts().indexed() != docCount()
        || !Objects.equals(ledger.offsets(), offsets())) {
      throw SegmentCorruptException.unusable(
          path(),
          "$segment",
          "footer has %d columns, %d rows, %s; schema and ledger have %d, %d, %s"
              .formatted(
                  columnCount,
                  docCount(),
                  offsets(),
                  schema.columns().size(),
                  ledger.counts().indexed(),
                  ledger.offsets()));
    }
  }
}
