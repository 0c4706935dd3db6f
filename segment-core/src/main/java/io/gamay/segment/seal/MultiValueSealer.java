package io.gamay.segment.seal;

import io.gamay.segment.dictionary.SortedDictionaryWriter;
import io.gamay.segment.dictionary.SortedDictionaryWriter.Remap;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.PackedLayout;
import io.gamay.segment.forward.PackedWriter;
import io.gamay.segment.forward.PendingIntegers;
import io.gamay.segment.forward.RowLengths;
import io.gamay.segment.read.ByteLengths;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.EncodingDecisions;
import java.io.IOException;
import java.util.BitSet;
import java.util.Optional;

/** A multi-value column, which always has a dictionary. Used once. */
final class MultiValueSealer {

  private final SealedColumn source;
  private final EncodingDecisions encodings;
  private final int[] ends = new int[DocIdBlock.MAX_DOCS];
  private int[] dictIds = new int[DocIdBlock.MAX_DOCS];
  private long valueCount;
  private int mostValues;

  MultiValueSealer(SealedColumn source, EncodingDecisions encodings) {
    this.source = source;
    this.encodings = encodings;
  }

  ColumnStatistics seal() throws IOException {
    BitSet used = usedDictIds();
    SortedDictionaryWriter dictionary = SortedDictionaryWriter.of(source.dictionary(), used);
    Remap remap = dictionary.remap();
    dictionary.write(source.file(), source.column(), source.formatVersion());
    int[] counts = countIds(remap);
    writeDictIds(remap);
    if (source.formatVersion() == 1) {
      writeRowEnds();
    } else if (mostValues > 1) {
      writeRowLengths();
    }
    long nullCount = source.writeNulls();
    ColumnIndexSealer.seal(source, encodings, remap, used);
    return new ColumnStatistics(
        remap.min(),
        remap.max(),
        remap.cardinality(),
        false,
        nullCount,
        valueCount,
        lengths(dictionary, counts));
  }

  private BitSet usedDictIds() throws IOException {
    BitSet used = new BitSet();
    source.forEachBlock(
        docs -> {
          int values = readBlock(docs);
          for (int value = 0; value < values; value++) {
            used.set(dictIds[value]);
          }
          valueCount += values;
          for (int index = 0, start = 0; index < docs.count(); start = ends[index++]) {
            mostValues = Math.max(mostValues, ends[index] - start);
          }
        });
    return used;
  }

  /** Values, not rows, by new dictId. */
  private int[] countIds(Remap remap) throws IOException {
    int[] counts = new int[remap.cardinality()];
    int[] newIds = remap.newIds();
    source.forEachBlock(
        docs -> {
          int values = readBlock(docs);
          for (int value = 0; value < values; value++) {
            counts[newIds[dictIds[value]]]++;
          }
        });
    return counts;
  }

  private Optional<ByteLengths> lengths(SortedDictionaryWriter dictionary, int[] counts) {
    if (source.formatVersion() == 1 || valueCount == 0) {
      return Optional.empty();
    }
    long[] asLongs = new long[counts.length];
    for (int dictId = 0; dictId < counts.length; dictId++) {
      asLongs[dictId] = counts[dictId];
    }
    return dictionary.lengths().map(lengths -> DictionarySealer.lengths(lengths, asLongs));
  }

  private void writeDictIds(Remap remap) throws IOException {
    int bits = PackedLayout.bitsFor(Math.max(0, remap.cardinality() - 1));
    if (bits == 0) {
      return;
    }
    int[] newIds = remap.newIds();
    try (PackedWriter out =
        PackedWriter.start(source.file(), source.column(), BlockKind.DICT_IDS, bits, valueCount)) {
      source.forEachBlock(
          docs -> {
            int values = readBlock(docs);
            for (int value = 0; value < values; value++) {
              out.add(newIds[dictIds[value]]);
            }
          });
    }
  }

  private void writeRowEnds() throws IOException {
    if (source.docCount() == 0) {
      return;
    }
    try (PackedWriter out =
        PackedWriter.start(
            source.file(),
            source.column(),
            BlockKind.ROW_ENDS,
            PackedLayout.bitsFor(valueCount),
            source.docCount())) {
      long[] valuesBefore = {0};
      source.forEachBlock(
          docs -> {
            int values = readBlock(docs);
            for (int index = 0; index < docs.count(); index++) {
              out.add(valuesBefore[0] + ends[index]);
            }
            valuesBefore[0] += values;
          });
    }
  }

  private void writeRowLengths() throws IOException {
    PendingIntegers starts =
        new PendingIntegers(Math.ceilDiv(source.docCount(), RowLengths.RUN_ROWS));
    try (PackedWriter out =
        PackedWriter.start(
            source.file(),
            source.column(),
            BlockKind.ROW_LENGTHS,
            PackedLayout.bitsFor(mostValues - 1L),
            source.docCount())) {
      long[] valuesBefore = {0};
      source.forEachBlock(
          docs -> {
            int values = readBlock(docs);
            for (int index = 0, start = 0; index < docs.count(); start = ends[index++]) {
              if (docs.docId(index) % RowLengths.RUN_ROWS == 0) {
                starts.add(valuesBefore[0] + start);
              }
              out.add(ends[index] - start - 1L);
            }
            valuesBefore[0] += values;
          });
    }
    starts.write(source.file(), source.column(), BlockKind.ROW_ENDS);
  }

  /**
   * @return values of all rows of the block
   * @throws IllegalStateException if a row has no value
   */
  private int readBlock(DocIdBlock docs) {
    dictIds = source.reader().readMultiDictIds(docs, ends, dictIds);
    int start = 0;
    for (int index = 0; index < docs.count(); start = ends[index++]) {
      if (ends[index] <= start) {
        throw new IllegalStateException(
            "row %d of multi-value column %s has no value"
                .formatted(docs.docId(index), source.spec().name()));
      }
    }
    return start;
  }
}
