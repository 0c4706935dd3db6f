package io.gamay.segment.seal;

import io.gamay.segment.dictionary.SortedDictionaryWriter;
import io.gamay.segment.dictionary.SortedDictionaryWriter.Remap;
import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.BlockOutput;
import io.gamay.segment.format.PackedLayout;
import io.gamay.segment.forward.IntegersSizer;
import io.gamay.segment.forward.IntegersWriter;
import io.gamay.segment.forward.NumericForm;
import io.gamay.segment.forward.PackedWriter;
import io.gamay.segment.forward.ZoneMapWriter;
import io.gamay.segment.read.ByteLengths;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.StoredType;
import java.io.IOException;
import java.util.BitSet;
import java.util.Optional;

/** A single-value column with a dictionary: sorts it when made, writes when told. Used once. */
final class DictionarySealer {

  /** With fewer rows per distinct value than this, plain values may be smaller than dictIds. */
  private static final int LEAST_ROWS_PER_VALUE = 64;

  /** Plain values must take at most this share of dictIds and dictionary. */
  private static final double MOST_RAW_SHARE = 0.9;

  /** Runs of equal dictIds must take at most this share of packed ones. */
  private static final double MOST_RUNS_SHARE = 0.5;

  private final SealedColumn source;
  private final EncodingDecisions encodings;
  private final BitSet used;
  private final SortedDictionaryWriter dictionary;
  private final int[] newIds;
  private final int[] dictIds = new int[DocIdBlock.MAX_DOCS];
  private final ZoneMapWriter zones = new ZoneMapWriter();
  private Optional<Dependency> dependency = Optional.empty();
  private boolean hasDependents;
  private boolean isSorted = true;
  private long runCount;

  DictionarySealer(SealedColumn source, EncodingDecisions encodings) throws IOException {
    this.source = source;
    this.encodings = encodings;
    this.used = usedDictIds();
    this.dictionary = SortedDictionaryWriter.of(source.dictionary(), used);
    this.newIds = dictionary.remap().newIds();
  }

  int column() {
    return source.column();
  }

  int cardinality() {
    return dictionary.remap().cardinality();
  }

  /** Bits of a packed dictId. */
  int bits() {
    return PackedLayout.bitsFor(Math.max(0, cardinality() - 1));
  }

  /** The dictIds that will be written. */
  void readNewIds(DocIdBlock docs, int[] out) {
    source.reader().readDictIds(docs, out);
    for (int index = 0; index < docs.count(); index++) {
      out[index] = newIds[out[index]];
    }
  }

  void followFrom(Dependency found) {
    dependency = Optional.of(found);
  }

  boolean isDependent() {
    return dependency.isPresent();
  }

  void keepForDependents() {
    hasDependents = true;
  }

  boolean hasDependents() {
    return hasDependents;
  }

  ColumnStatistics seal() throws IOException {
    if (mayBeRaw()) {
      RawNumericSealer raw = new RawNumericSealer(source, cardinality());
      long dictionaryBytes =
          dictionary.sizeBytes() + NumericForm.packedBytes(source.docCount(), cardinality());
      if (raw.form().lengthBytes() <= MOST_RAW_SHARE * dictionaryBytes) {
        ColumnStatistics statistics = raw.seal();
        ColumnIndexSealer.seal(source, encodings, dictionary.remap(), used);
        return statistics;
      }
    }
    return sealDictionary();
  }

  private boolean mayBeRaw() {
    return source.formatVersion() > 1
        && source.storedType().isFixedWidth()
        && !encodings.invertedColumns().contains(source.spec().name())
        && !isDependent()
        && !hasDependents
        && cardinality() > source.docCount() / LEAST_ROWS_PER_VALUE;
  }

  private ColumnStatistics sealDictionary() throws IOException {
    Remap remap = dictionary.remap();
    dictionary.write(source.file(), source.column(), source.formatVersion());
    Optional<ByteLengths> lengths = look();
    if (bits() > 0) {
      writeDictIds();
    }
    long nullCount = source.writeNulls();
    if (bits() > 0) {
      zones.write(source.file(), source.column(), StoredType.INT);
    }
    ColumnIndexSealer.seal(source, encodings, remap, used);
    return new ColumnStatistics(
        remap.min(),
        remap.max(),
        remap.cardinality(),
        isSorted,
        nullCount,
        source.docCount(),
        lengths);
  }

  private BitSet usedDictIds() throws IOException {
    BitSet used = new BitSet();
    source.forEachBlock(
        docs -> {
          source.reader().readDictIds(docs, dictIds);
          for (int index = 0; index < docs.count(); index++) {
            used.set(dictIds[index]);
          }
        });
    return used;
  }

  /** Zones, order, runs and lengths. */
  private Optional<ByteLengths> look() throws IOException {
    if (bits() == 0) {
      runCount = Math.min(1, source.docCount());
      return lengths(new long[] {source.docCount()});
    }
    int[] last = {-1};
    long[] counts = new long[cardinality()];
    source.forEachBlock(
        docs -> {
          readNewIds(docs, dictIds);
          int before = last[0];
          for (int index = 0; index < docs.count(); index++) {
            int newId = dictIds[index];
            zones.add(newId);
            counts[newId]++;
            isSorted &= before <= newId;
            runCount += before == newId ? 0 : 1;
            before = newId;
          }
          last[0] = before;
        });
    return lengths(counts);
  }

  /**
   * @param counts rows by dictId
   */
  private Optional<ByteLengths> lengths(long[] counts) {
    if (source.formatVersion() == 1 || source.docCount() == 0) {
      return Optional.empty();
    }
    return dictionary.lengths().map(lengths -> lengths(lengths, counts));
  }

  static ByteLengths lengths(int[] lengths, long[] counts) {
    int shortest = Integer.MAX_VALUE;
    int longest = 0;
    long total = 0;
    for (int dictId = 0; dictId < lengths.length; dictId++) {
      shortest = Math.min(shortest, lengths[dictId]);
      longest = Math.max(longest, lengths[dictId]);
      total += lengths[dictId] * counts[dictId];
    }
    return new ByteLengths(shortest, longest, total);
  }

  private void writeDictIds() throws IOException {
    if (dependency.isPresent()) {
      writeMap(dependency.get());
    } else if (source.formatVersion() > 1 && areRunsSmall()) {
      writeRuns();
    } else {
      writePacked();
    }
  }

  private void writeMap(Dependency found) throws IOException {
    try (BlockOutput out =
        source.startBlock(
            BlockKind.DICT_IDS, BlockEncoding.MAPPED, bits(), found.dictIdByParent().length)) {
      out.putLong(found.parentColumn());
      PackedWriter map = PackedWriter.within(out, bits(), found.dictIdByParent().length);
      for (int newId : found.dictIdByParent()) {
        map.add(newId);
      }
      map.finish();
    }
  }

  private void writePacked() throws IOException {
    try (PackedWriter out =
        PackedWriter.start(
            source.file(), source.column(), BlockKind.DICT_IDS, bits(), source.docCount())) {
      source.forEachBlock(
          docs -> {
            readNewIds(docs, dictIds);
            out.addAll(dictIds, docs.count());
          });
    }
  }

  private boolean areRunsSmall() throws IOException {
    long packedBytes = NumericForm.packedBytes(source.docCount(), cardinality());
    long idBytes = isSorted ? 0 : NumericForm.packedBytes(runCount, cardinality());
    if (idBytes + runCount > MOST_RUNS_SHARE * packedBytes) {
      return false;
    }
    IntegersSizer ends = new IntegersSizer();
    forEachRun((_, end) -> ends.add(end));
    return idBytes + ends.lengthBytes() <= MOST_RUNS_SHARE * packedBytes;
  }

  private void writeRuns() throws IOException {
    if (!isSorted) {
      try (PackedWriter out =
          PackedWriter.start(
              source.file(), source.column(), BlockKind.DICT_IDS, bits(), runCount)) {
        forEachRun((dictId, _) -> out.add(dictId));
      }
    }
    try (IntegersWriter out =
        IntegersWriter.start(source.file(), source.column(), BlockKind.RUN_ENDS, runCount)) {
      forEachRun((_, end) -> out.add(end));
    }
  }

  /** Takes a run's dictId and the docId behind its last row. */
  @FunctionalInterface
  private interface RunAction {
    void accept(int dictId, int end) throws IOException;
  }

  private void forEachRun(RunAction action) throws IOException {
    int[] last = {-1};
    source.forEachBlock(
        docs -> {
          readNewIds(docs, dictIds);
          int before = last[0];
          for (int index = 0; index < docs.count(); index++) {
            if (dictIds[index] != before) {
              if (before >= 0) {
                action.accept(before, docs.docId(index));
              }
              before = dictIds[index];
            }
          }
          last[0] = before;
        });
    if (last[0] >= 0) {
      action.accept(last[0], source.docCount());
    }
  }
}
