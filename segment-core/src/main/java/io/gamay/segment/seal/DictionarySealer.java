package io.gamay.segment.seal;

import io.gamay.segment.dictionary.SortedDictionaryWriter;
import io.gamay.segment.dictionary.SortedDictionaryWriter.Remap;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.PackedLayout;
import io.gamay.segment.forward.PackedWriter;
import io.gamay.segment.forward.ZoneMapWriter;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.StoredType;
import java.io.IOException;
import java.util.BitSet;

/** A single-value column with a dictionary. Used once. */
final class DictionarySealer {

  private final SealedColumn source;
  private final EncodingDecisions encodings;
  private final int[] dictIds = new int[DocIdBlock.MAX_DOCS];
  private boolean isSorted = true;

  DictionarySealer(SealedColumn source, EncodingDecisions encodings) {
    this.source = source;
    this.encodings = encodings;
  }

  ColumnStatistics seal() throws IOException {
    BitSet used = usedDictIds();
    Remap remap =
        SortedDictionaryWriter.write(source.dictionary(), used, source.file(), source.column());
    ZoneMapWriter zones = new ZoneMapWriter();
    int bits = PackedLayout.bitsFor(Math.max(0, remap.cardinality() - 1));
    if (bits > 0) {
      writeDictIds(remap, bits, zones);
    }
    long nullCount = source.writeNulls();
    if (bits > 0) {
      zones.write(source.file(), source.column(), StoredType.INT);
    }
    ColumnIndexSealer.seal(source, encodings, remap, used);
    return new ColumnStatistics(
        remap.min(), remap.max(), remap.cardinality(), isSorted, nullCount, source.docCount());
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

  private void writeDictIds(Remap remap, int bits, ZoneMapWriter zones) throws IOException {
    int[] newIds = remap.newIds();
    int[] last = {0};
    try (PackedWriter out =
        PackedWriter.start(
            source.file(), source.column(), BlockKind.DICT_IDS, bits, source.docCount())) {
      source.forEachBlock(
          docs -> {
            source.reader().readDictIds(docs, dictIds);
            for (int index = 0; index < docs.count(); index++) {
              int newId = newIds[dictIds[index]];
              out.add(newId);
              zones.add(newId);
              isSorted &= last[0] <= newId;
              last[0] = newId;
            }
          });
    }
  }
}
