package io.gamay.segment.seal;

import io.gamay.segment.format.LedgerRecord;
import io.gamay.segment.format.SegmentFileWriter;
import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.format.SegmentFooter;
import io.gamay.segment.format.SegmentIdentity;
import io.gamay.segment.ledger.RejectedRecord;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.TableSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Seals a view of a segment into one file: same rows and inputs, same bytes, whatever the view's
 * implementation and the order in which its dictionaries met their values.
 *
 * <p>Rows are streamed, a few times per column; beside them a seal holds, of the columns not yet
 * written, the order and the renumbering of their distinct values, and off the heap the distinct
 * strings of the one column that is being sorted or written. Thread-safe as far as the random
 * generator is.
 */
public final class SegmentSealer {

  private final SegmentFiles files;
  private final RandomGenerator random;

  /**
   * @param random for the names of temporary files only
   */
  public SegmentSealer(SegmentFiles files, RandomGenerator random) {
    this.files = files;
    this.random = random;
  }

  /**
   * Writes {@code <target>.tmp-<random>}, makes it durable and gives it its name in one step; a
   * file of that name is replaced. After an exception there is no temporary file, and under the
   * target's name either nothing new or the whole file.
   *
   * @throws IOException if a call of the file system failed; sealing may be tried again
   * @throws IllegalArgumentException if the inputs do not fit the view: ledger, encodings
   * @throws IllegalStateException if the view breaks its contract
   */
  public SealedSegment seal(SegmentReader view, SealInputs inputs, Path targetFile)
      throws IOException {
    Path target = targetFile.toAbsolutePath();
    Path directory = target.getParent();
    if (directory == null) {
      throw new IllegalArgumentException("not a file: " + targetFile);
    }
    LedgerRecord ledger = ledgerOf(view, inputs);
    checkEncodings(view.schema(), inputs);
    Path temporary =
        target.resolveSibling(
            target.getFileName() + ".tmp-" + HexFormat.of().toHexDigits(random.nextLong()));
    SealedSegment sealed;
    try {
      sealed = write(view, inputs, ledger, temporary, target);
      files.moveAtomically(temporary, target);
    } catch (IOException | RuntimeException | Error e) {
      deleteAfter(e, temporary);
      throw e;
    }
    files.forceDirectory(directory);
    return sealed;
  }

  private static LedgerRecord ledgerOf(SegmentReader view, SealInputs inputs) {
    if (inputs.ledger().indexed() != view.docCount()) {
      throw new IllegalArgumentException(
          "segment %s has %d rows, ledger says %d"
              .formatted(view.segmentName(), view.docCount(), inputs.ledger().indexed()));
    }
    return new LedgerRecord(
        view.offsets(), inputs.ledger(), inputs.lostRanges(), inputs.rejectedByReason());
  }

  private static void checkEncodings(TableSchema schema, SealInputs inputs) {
    var encodings = inputs.encodings();
    for (String name : encodings.rawColumns()) {
      if (!columnOf(schema, name).singleValue()) {
        throw new IllegalArgumentException("multi-value column %s cannot be raw".formatted(name));
      }
    }
    for (String name : encodings.invertedColumns()) {
      columnOf(schema, name);
      if (encodings.rawColumns().contains(name)) {
        throw new IllegalArgumentException(
            "raw column %s cannot have an inverted index".formatted(name));
      }
    }
    encodings.rangeColumns().forEach(name -> columnOf(schema, name));
    encodings.bloomColumns().keySet().forEach(name -> columnOf(schema, name));
    if (encodings.formatVersion() == 1 && !encodings.bloomColumns().isEmpty()) {
      throw new IllegalArgumentException("format version 1 has no bloom filters");
    }
  }

  private static ColumnSpec columnOf(TableSchema schema, String name) {
    return schema
        .column(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "encodings name column %s, which %s does not have"
                        .formatted(name, schema.name())));
  }

  private SealedSegment write(
      SegmentReader view, SealInputs inputs, LedgerRecord ledger, Path temporary, Path target)
      throws IOException {
    try (SegmentFileWriter file =
        SegmentFileWriter.create(files, temporary, inputs.encodings().formatVersion())) {
      file.writeSchema(view.schema());
      file.writeLedger(ledger);
      file.writeQuarantine(samplesOf(inputs.rejected()));
      RowOffsetsSealer.seal(view, file);
      List<ColumnStatistics> statistics = sealColumns(view, inputs, file);
      SegmentFooter footer =
          file.finish(
              new SegmentIdentity(
                  inputs.tableName(),
                  view.segmentName(),
                  view.partition(),
                  view.offsets(),
                  view.docCount(),
                  inputs.encodings()),
              statistics);
      return new SealedSegment(
          target,
          file.position(),
          footer.dataCrc(),
          view.docCount(),
          view.offsets(),
          inputs.ledger(),
          byName(view.schema(), statistics));
    }
  }

  private static List<RejectedRecord> samplesOf(List<RejectedRecord> rejected) {
    return rejected.stream()
        .sorted(Comparator.comparingLong(RejectedRecord::offset))
        .limit(RejectedRecord.MAX_SAMPLES_PER_SEGMENT)
        .map(SegmentSealer::withinSampleLimit)
        .toList();
  }

  private static RejectedRecord withinSampleLimit(RejectedRecord rejected) {
    if (rejected.sample().length <= RejectedRecord.MAX_SAMPLE_BYTES) {
      return rejected;
    }
    return new RejectedRecord(
        rejected.offset(),
        rejected.reason(),
        rejected.detail(),
        Arrays.copyOf(rejected.sample(), RejectedRecord.MAX_SAMPLE_BYTES),
        rejected.recordSizeBytes());
  }

  private static List<ColumnStatistics> sealColumns(
      SegmentReader view, SealInputs inputs, SegmentFileWriter file) throws IOException {
    int columnCount = view.schema().columns().size();
    // Sorted before any is written, because one may follow from another; let go one by one.
    Map<Integer, DictionarySealer> dictionaries = new TreeMap<>();
    if (file.version() > 1) {
      for (int column = 0; column < columnCount; column++) {
        SealedColumn source = source(view, inputs, column, file);
        if (source.spec().singleValue() && !isRaw(source, inputs)) {
          dictionaries.put(column, new DictionarySealer(source, inputs.encodings()));
        }
      }
      Dependency.find(dictionaries.values(), view.docCount());
    }
    List<ColumnStatistics> statistics = new ArrayList<>();
    for (int column = 0; column < columnCount; column++) {
      DictionarySealer sorted = dictionaries.remove(column);
      statistics.add(
          sorted != null ? sorted.seal() : sealColumn(source(view, inputs, column, file), inputs));
    }
    return statistics;
  }

  private static ColumnStatistics sealColumn(SealedColumn source, SealInputs inputs)
      throws IOException {
    if (isRaw(source, inputs)) {
      ColumnStatistics statistics =
          source.storedType().isFixedWidth()
              ? new RawNumericSealer(source, RawNumericSealer.UNKNOWN_CARDINALITY).seal()
              : new RawBytesSealer(source).seal();
      ColumnIndexSealer.sealRaw(source, inputs.encodings());
      return statistics;
    }
    return source.spec().singleValue()
        ? new DictionarySealer(source, inputs.encodings()).seal()
        : new MultiValueSealer(source, inputs.encodings()).seal();
  }

  private static boolean isRaw(SealedColumn source, SealInputs inputs) {
    return inputs.encodings().rawColumns().contains(source.spec().name());
  }

  private static SealedColumn source(
      SegmentReader view, SealInputs inputs, int column, SegmentFileWriter file) {
    ColumnSpec spec = view.schema().columns().get(column);
    ColumnReader reader = view.column(spec.name());
    boolean lostDictionary =
        file.version() > 1
            && spec.singleValue()
            && spec.storedType().isFixedWidth()
            && !inputs.encodings().rawColumns().contains(spec.name())
            && reader.dictionary().isEmpty();
    return new SealedColumn(
        column,
        spec,
        lostDictionary ? new RebuiltDictionaryColumn(reader, view.docCount()) : reader,
        view.docCount(),
        file);
  }

  private static Map<String, ColumnStatistics> byName(
      TableSchema schema, List<ColumnStatistics> statistics) {
    Map<String, ColumnStatistics> byName = new HashMap<>();
    for (int column = 0; column < statistics.size(); column++) {
      byName.put(schema.columns().get(column).name(), statistics.get(column));
    }
    return byName;
  }

  private void deleteAfter(Throwable failure, Path temporary) {
    try {
      files.deleteIfExists(temporary);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
