package io.gamay.segment.seal;

import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.BlockOutput;
import io.gamay.segment.format.SegmentFileWriter;
import io.gamay.segment.inverted.SortedBitmap;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.StoredType;
import java.io.IOException;
import org.roaringbitmap.IntIterator;

/**
 * One column on its way from a view into the file, and what all encodings do alike.
 *
 * @param column 0-based position in the schema
 */
record SealedColumn(
    int column, ColumnSpec spec, ColumnReader reader, int docCount, SegmentFileWriter file) {

  /** Does something with one block of docIds. */
  @FunctionalInterface
  interface BlockAction {
    void accept(DocIdBlock docs) throws IOException;
  }

  /** Goes over docIds [0, docCount) in ascending order. */
  static void forEachBlock(int docCount, int blockDocs, BlockAction action) throws IOException {
    DocIdBlock docs = new DocIdBlock();
    for (int first = 0; first < docCount; ) {
      int length = Math.min(blockDocs, docCount - first);
      docs.setRange(first, length);
      action.accept(docs);
      first += length;
    }
  }

  void forEachBlock(BlockAction action) throws IOException {
    forEachBlock(docCount, DocIdBlock.MAX_DOCS, action);
  }

  void forEachBlock(int blockDocs, BlockAction action) throws IOException {
    forEachBlock(docCount, blockDocs, action);
  }

  int formatVersion() {
    return file.version();
  }

  StoredType storedType() {
    return spec.storedType();
  }

  DictionaryReader dictionary() {
    return reader
        .dictionary()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "column %s is to have a dictionary, but is raw in the view"
                        .formatted(spec.name())));
  }

  BlockOutput startBlock(BlockKind kind, BlockEncoding encoding, int bitsPerValue, long count)
      throws IOException {
    return file.startBlock(column, kind, encoding, bitsPerValue, count);
  }

  /**
   * Writes the docIds of missing values, if there are any.
   *
   * @return how many
   */
  long writeNulls() throws IOException {
    SortedBitmap nulls = new SortedBitmap();
    long nullCount = 0;
    for (IntIterator docIds = reader.nulls().getIntIterator(); docIds.hasNext(); ) {
      int docId = docIds.next();
      if (Integer.compareUnsigned(docId, docCount) >= 0) {
        break;
      }
      nulls.add(docId);
      nullCount++;
    }
    if (nullCount > 0) {
      try (BlockOutput out = startBlock(BlockKind.NULLS, BlockEncoding.ROARING, 0, 1)) {
        nulls.writeTo(out);
      }
    }
    return nullCount;
  }
}
