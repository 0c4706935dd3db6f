package io.gamay.segment.mutable;

import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.StoredType;
import java.util.Arrays;
import java.util.Objects;
import org.roaringbitmap.RoaringBitmap;

/** What the view of a column has whatever its kind: the column's name, its rows, its nulls. */
record ViewFrame(ColumnSpec spec, int docCount, NullBitsView nullBits) {

  ViewFrame upTo(int shorter) {
    return new ViewFrame(spec, shorter, nullBits.upTo(shorter));
  }

  RoaringBitmap nulls() {
    return nullBits.bitmap();
  }

  boolean isNull(int docId) {
    return nullBits.isNull(docId);
  }

  /**
   * @throws IndexOutOfBoundsException if a block reaches past the view
   */
  void checkBlock(DocIdBlock docs) {
    if (docs.count() > 0) {
      Objects.checkIndex(docs.docId(docs.count() - 1), docCount);
    }
  }

  /**
   * @throws IndexOutOfBoundsException if a run reaches past the view
   */
  void checkRun(int firstDocId, int count) {
    Objects.checkFromIndexSize(firstDocId, count, docCount);
  }

  /** Checks a run and clears the words of its mask. */
  void clearRun(int firstDocId, int count, long[] mask) {
    checkRun(firstDocId, count);
    Arrays.fill(mask, 0, (count + Long.SIZE - 1) >>> 6, 0);
  }

  /**
   * @throws UnsupportedOperationException if the column's values are of another type
   */
  void checkType(StoredType wanted, String what) {
    if (spec.storedType() != wanted) {
      throw unsupported(what);
    }
  }

  UnsupportedOperationException unsupported(String what) {
    return new UnsupportedOperationException(
        "column %s (%s, %s) has no %s"
            .formatted(
                spec.name(),
                spec.type(),
                spec.singleValue() ? "single-value" : "multi-value",
                what));
  }
}
