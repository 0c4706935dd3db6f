package io.gamay.segment.mutable;

import io.gamay.segment.dictionary.OffHeapValueOrder;
import io.gamay.segment.memory.BytesView;
import io.gamay.segment.read.ByteLengths;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.util.Optional;

/** The first rows of a {@link RawBytesColumn}. */
final class RawBytesColumnView implements MutableColumnView {

  private final ViewFrame frame;
  private final StoredType type;
  private final BytesView values;
  private final int minDoc;
  private final int maxDoc;
  private final int firstUnsortedDoc;
  private final ByteLengths lengths;

  /**
   * @param minDoc a row that holds the smallest value; of no meaning without rows
   * @param lengths of no meaning without rows
   */
  RawBytesColumnView(
      ViewFrame frame,
      BytesView values,
      int minDoc,
      int maxDoc,
      int firstUnsortedDoc,
      ByteLengths lengths) {
    this.frame = frame;
    this.type = frame.spec().storedType();
    this.values = values;
    this.minDoc = minDoc;
    this.maxDoc = maxDoc;
    this.firstUnsortedDoc = firstUnsortedDoc;
    this.lengths = lengths;
  }

  @Override
  public ViewFrame frame() {
    return frame;
  }

  @Override
  public RawBytesColumnView upTo(int docCount) {
    int min = 0;
    int max = 0;
    int shortest = Integer.MAX_VALUE;
    int longest = 0;
    long total = 0;
    for (int docId = 0; docId < docCount; docId++) {
      min = OffHeapValueOrder.compare(type, values, docId, min) < 0 ? docId : min;
      max = OffHeapValueOrder.compare(type, values, docId, max) > 0 ? docId : max;
      int length = values.length(docId);
      shortest = Math.min(shortest, length);
      longest = Math.max(longest, length);
      total += length;
    }
    return new RawBytesColumnView(
        frame.upTo(docCount),
        values,
        min,
        max,
        firstUnsortedDoc,
        new ByteLengths(shortest, longest, total));
  }

  @Override
  public ColumnStatistics statistics() {
    return new ColumnStatistics(
        valueAt(minDoc),
        valueAt(maxDoc),
        -1,
        firstUnsortedDoc >= frame.docCount(),
        frame.nulls().getLongCardinality(),
        frame.docCount(),
        frame.docCount() == 0 ? Optional.empty() : Optional.of(lengths));
  }

  @Override
  public Optional<DictionaryReader> dictionary() {
    return Optional.empty();
  }

  @Override
  public void readBytes(DocIdBlock docs, BytesBlock out) {
    frame.checkBlock(docs);
    out.clear();
    for (int i = 0; i < docs.count(); i++) {
      int docId = docs.docId(i);
      int length = values.length(docId);
      int at = out.append(length);
      values.copyTo(docId, length, out.bytes(), at);
    }
  }

  @Override
  public RowCopier copier(ColumnBuffer target) {
    return docId -> {
      if (frame.isNull(docId)) {
        target.appendNull();
      } else {
        byte[] bytes = values.bytesAt(docId);
        target.appendBytes(bytes, 0, bytes.length);
      }
    };
  }

  private Optional<Value> valueAt(int docId) {
    return frame.docCount() == 0
        ? Optional.empty()
        : Optional.of(OffHeapValueOrder.valueAt(type, values, docId));
  }
}
