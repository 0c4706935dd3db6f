package io.gamay.segment.seal;

import io.gamay.segment.dictionary.SortedDictionaryWriter;
import io.gamay.segment.dictionary.SortedDictionaryWriter.Remap;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.PackedLayout;
import io.gamay.segment.forward.PackedWriter;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.EncodingDecisions;
import java.io.IOException;
import java.util.BitSet;

/** A multi-value column, which always has a dictionary. Used once. */
final class MultiValueSealer {

  private final SealedColumn source;
  private final EncodingDecisions encodings;
  private final int[] ends = new int[DocIdBlock.MAX_DOCS];
  private int[] dictIds = new int[DocIdBlock.MAX_DOCS];
  private long valueCount;

  MultiValueSealer(SealedColumn source, EncodingDecisions encodings) {
    this.source = source;
    this.encodings = encodings;
  }

  /** Does something with one value of one row. */
  @FunctionalInterface
  private interface ValueAction {
    void accept(int docId, int dictId) throws IOException;
  }

  ColumnStatistics seal() throws IOException {
    BitSet used = new BitSet();
    forEachValue(
        (_, dictId) -> {
          used.set(dictId);
          valueCount++;
        });
    Remap remap =
        SortedDictionaryWriter.write(source.dictionary(), used, source.file(), source.column());
    writeDictIds(remap);
    writeRowEnds();
    long nullCount = source.writeNulls();
    ColumnIndexSealer.seal(source, encodings, remap, used);
    return new ColumnStatistics(
        remap.min(), remap.max(), remap.cardinality(), false, nullCount, valueCount);
  }

  private void writeDictIds(Remap remap) throws IOException {
    int bits = PackedLayout.bitsFor(Math.max(0, remap.cardinality() - 1));
    if (bits == 0) {
      return;
    }
    int[] newIds = remap.newIds();
    try (PackedWriter out =
        PackedWriter.start(source.file(), source.column(), BlockKind.DICT_IDS, bits, valueCount)) {
      forEachValue((_, dictId) -> out.add(newIds[dictId]));
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
            readBlock(docs);
            for (int index = 0; index < docs.count(); index++) {
              out.add(valuesBefore[0] + ends[index]);
            }
            valuesBefore[0] += ends[docs.count() - 1];
          });
    }
  }

  private void forEachValue(ValueAction action) throws IOException {
    source.forEachBlock(
        docs -> {
          readBlock(docs);
          int value = 0;
          for (int index = 0; index < docs.count(); index++) {
            for (; value < ends[index]; value++) {
              action.accept(docs.docId(index), dictIds[value]);
            }
          }
        });
  }

  /**
   * @throws IllegalStateException if a row has no value
   */
  private void readBlock(DocIdBlock docs) {
    dictIds = source.reader().readMultiDictIds(docs, ends, dictIds);
    for (int index = 0, start = 0; index < docs.count(); start = ends[index++]) {
      if (ends[index] <= start) {
        throw new IllegalStateException(
            "row %d of multi-value column %s has no value"
                .formatted(docs.docId(index), source.spec().name()));
      }
    }
  }
}
