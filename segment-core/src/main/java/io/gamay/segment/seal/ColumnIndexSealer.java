package io.gamay.segment.seal;

import io.gamay.segment.bloom.BloomFilterWriter;
import io.gamay.segment.bloom.BloomHash;
import io.gamay.segment.bloom.DistinctEstimate;
import io.gamay.segment.dictionary.SortedDictionaryWriter.Remap;
import io.gamay.segment.format.BlockTarget;
import io.gamay.segment.inverted.InvertedIndexWriter;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.EncodingDecisions;
import java.io.IOException;
import java.util.BitSet;

/**
 * Writes the indexes of one column behind its data, or to a sidecar. Reads rows and dictionary of
 * any view; dictIds are renumbered on their way. One thread.
 */
final class ColumnIndexSealer {

  /** Rows read at a time where each may be megabytes long. */
  private static final int BYTES_BLOCK_DOCS = 32;

  private final int column;
  private final ColumnSpec spec;
  private final ColumnReader reader;
  private final int docCount;
  private final BlockTarget target;

  private final int[] ends = new int[DocIdBlock.MAX_DOCS];
  private int[] dictIds = new int[DocIdBlock.MAX_DOCS];

  /** Takes one value of one row. */
  @FunctionalInterface
  private interface ValueAction {
    void accept(int docId, int dictId);
  }

  /** Takes the hash of a value. */
  @FunctionalInterface
  private interface HashAction {
    void accept(long hash);
  }

  ColumnIndexSealer(
      int column, ColumnSpec spec, ColumnReader reader, int docCount, BlockTarget target) {
    this.column = column;
    this.spec = spec;
    this.reader = reader;
    this.docCount = docCount;
    this.target = target;
  }

  private static ColumnIndexSealer of(SealedColumn source) {
    return new ColumnIndexSealer(
        source.column(), source.spec(), source.reader(), source.docCount(), source.file());
  }

  /**
   * The indexes that were decided of a column with a dictionary.
   *
   * @param used dictIds of the view that occur in a row
   */
  static void seal(SealedColumn source, EncodingDecisions encodings, Remap remap, BitSet used)
      throws IOException {
    if (source.docCount() == 0) {
      return;
    }
    String name = source.spec().name();
    if (encodings.invertedColumns().contains(name)) {
      of(source).writeInverted(remap, encodings.formatVersion() > 1);
    }
    Double share = encodings.bloomColumns().get(name);
    if (share != null) {
      of(source).writeBloom(used, share);
    }
  }

  /** The indexes that were decided of a raw column. */
  static void sealRaw(SealedColumn source, EncodingDecisions encodings) throws IOException {
    Double share = encodings.bloomColumns().get(source.spec().name());
    if (share != null && source.docCount() > 0) {
      of(source).writeRawBloom(share);
    }
  }

  /**
   * @param rareOnly whether values that many rows hold are only counted
   */
  void writeInverted(Remap remap, boolean rareOnly) throws IOException {
    int[] newIds = remap.newIds();
    int[] counts = new int[remap.cardinality()];
    forEachValue((_, dictId) -> counts[newIds[dictId]]++);
    try (InvertedIndexWriter inverted =
        rareOnly
            ? InvertedIndexWriter.ofRareValues(counts, docCount)
            : InvertedIndexWriter.ofAllValues(counts)) {
      forEachValue((docId, dictId) -> inverted.add(newIds[dictId], docId));
      inverted.write(target, column);
    }
  }

  /** Of the values of a dictionary. */
  void writeBloom(BitSet used, double falsePositives) throws IOException {
    DictionaryReader dictionary = reader.dictionary().orElseThrow();
    BloomFilterWriter filter = new BloomFilterWriter(used.cardinality(), falsePositives);
    BytesBlock bytes = new BytesBlock();
    for (int dictId = used.nextSetBit(0); dictId >= 0; dictId = used.nextSetBit(dictId + 1)) {
      filter.add(hashOf(dictionary, dictId, bytes));
    }
    filter.write(target, column);
  }

  /** Of the values of all rows: they are counted first, about, and then added. */
  void writeRawBloom(double falsePositives) throws IOException {
    DistinctEstimate distinct = new DistinctEstimate(docCount);
    forEachHash(distinct::add);
    BloomFilterWriter filter = new BloomFilterWriter(distinct.count(), falsePositives);
    forEachHash(filter::add);
    filter.write(target, column);
  }

  private static long hashOf(DictionaryReader dictionary, int dictId, BytesBlock bytes) {
    return switch (dictionary.storedType()) {
      case INT, LONG -> BloomHash.ofLong(dictionary.longAt(dictId));
      case FLOAT -> BloomHash.ofFloat(dictionary.floatAt(dictId));
      case DOUBLE -> BloomHash.ofDouble(dictionary.doubleAt(dictId));
      case STRING, BYTES, BIG_DECIMAL -> {
        bytes.clear();
        dictionary.appendBytes(dictId, bytes);
        yield BloomHash.ofBytes(bytes.bytes(), 0, bytes.end(0));
      }
    };
  }

  private void forEachHash(HashAction action) throws IOException {
    switch (spec.storedType()) {
      case INT, LONG -> {
        long[] values = new long[DocIdBlock.MAX_DOCS];
        forEachBlock(
            DocIdBlock.MAX_DOCS,
            docs -> {
              reader.readLongs(docs, values);
              for (int index = 0; index < docs.count(); index++) {
                action.accept(BloomHash.ofLong(values[index]));
              }
            });
      }
      case FLOAT -> {
        float[] values = new float[DocIdBlock.MAX_DOCS];
        forEachBlock(
            DocIdBlock.MAX_DOCS,
            docs -> {
              reader.readFloats(docs, values);
              for (int index = 0; index < docs.count(); index++) {
                action.accept(BloomHash.ofFloat(values[index]));
              }
            });
      }
      case DOUBLE -> {
        double[] values = new double[DocIdBlock.MAX_DOCS];
        forEachBlock(
            DocIdBlock.MAX_DOCS,
            docs -> {
              reader.readDoubles(docs, values);
              for (int index = 0; index < docs.count(); index++) {
                action.accept(BloomHash.ofDouble(values[index]));
              }
            });
      }
      case STRING, BYTES, BIG_DECIMAL -> {
        BytesBlock values = new BytesBlock();
        forEachBlock(
            BYTES_BLOCK_DOCS,
            docs -> {
              reader.readBytes(docs, values);
              for (int index = 0; index < docs.count(); index++) {
                action.accept(
                    BloomHash.ofBytes(values.bytes(), values.start(index), values.end(index)));
              }
            });
      }
    }
  }

  private void forEachValue(ValueAction action) throws IOException {
    forEachBlock(
        DocIdBlock.MAX_DOCS,
        spec.singleValue() ? docs -> singleValues(docs, action) : docs -> lists(docs, action));
  }

  private void singleValues(DocIdBlock docs, ValueAction action) {
    reader.readDictIds(docs, dictIds);
    for (int index = 0; index < docs.count(); index++) {
      action.accept(docs.docId(index), dictIds[index]);
    }
  }

  private void lists(DocIdBlock docs, ValueAction action) {
    dictIds = reader.readMultiDictIds(docs, ends, dictIds);
    int value = 0;
    for (int index = 0; index < docs.count(); index++) {
      for (; value < ends[index]; value++) {
        action.accept(docs.docId(index), dictIds[value]);
      }
    }
  }

  private void forEachBlock(int blockDocs, SealedColumn.BlockAction action) throws IOException {
    SealedColumn.forEachBlock(docCount, blockDocs, action);
  }
}
