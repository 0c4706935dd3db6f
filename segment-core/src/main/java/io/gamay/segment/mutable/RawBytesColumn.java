package io.gamay.segment.mutable;

import io.gamay.segment.dictionary.OffHeapValueOrder;
import io.gamay.segment.memory.BytesVector;
import io.gamay.segment.memory.MemoryAccount;
import io.gamay.segment.read.ByteLengths;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.ColumnSpec;

/** A STRING, BYTES or BIG_DECIMAL column without a dictionary. */
final class RawBytesColumn implements MutableColumn {

  private final ColumnSpec spec;
  private final BytesVector values;
  private final NullBits nulls;
  private int minDoc;
  private int maxDoc;
  private int firstUnsortedDoc = Integer.MAX_VALUE;
  private int shortest = Integer.MAX_VALUE;
  private int longest;
  private long totalBytes;

  RawBytesColumn(ColumnSpec spec, MemoryAccount memory) {
    this.spec = spec;
    this.values = new BytesVector(memory);
    this.nulls = new NullBits(memory);
  }

  @Override
  public void append(ColumnBuffer buffer, int fromRow, int toRow) {
    nulls.append(buffer, fromRow, toRow, values.size());
    byte[] bytes = buffer.bytes();
    int start = buffer.byteStart(fromRow);
    for (int row = fromRow; row < toRow; row++) {
      int end = buffer.byteEnd(row);
      values.append(bytes, start, end - start);
      shortest = Math.min(shortest, end - start);
      longest = Math.max(longest, end - start);
      trackOrder(values.size() - 1);
      start = end;
    }
    totalBytes += ValueBytes.ofRows(buffer, fromRow, toRow);
  }

  @Override
  public RawBytesColumnView view(int docCount) {
    return new RawBytesColumnView(
        new ViewFrame(spec, docCount, nulls.view(docCount)),
        values.view(),
        minDoc,
        maxDoc,
        firstUnsortedDoc,
        new ByteLengths(shortest, longest, totalBytes));
  }

  private void trackOrder(int docId) {
    if (docId == 0) {
      return;
    }
    if (firstUnsortedDoc == Integer.MAX_VALUE && compare(docId, docId - 1) < 0) {
      firstUnsortedDoc = docId;
    }
    if (compare(docId, minDoc) < 0) {
      minDoc = docId;
    }
    if (compare(docId, maxDoc) > 0) {
      maxDoc = docId;
    }
  }

  private int compare(int left, int right) {
    return OffHeapValueOrder.compare(spec.storedType(), values.live(), left, right);
  }
}
