package io.gamay.segment.mutable;

import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.InvertedIndexReader;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.ColumnSpec;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;

/**
 * One column of a view. A kind of column implements the reads that it has; the others are refused
 * here. Statistics are exact for the rows of the view.
 */
sealed interface MutableColumnView extends ColumnReader
    permits DictionaryColumnView, MultiValueColumnView, RawFixedColumnView, RawBytesColumnView {

  /** The null rows and the bounds of the view. */
  ViewFrame frame();

  /** The first {@code docCount} rows. */
  MutableColumnView upTo(int docCount);

  /** Copies rows of this view to a buffer; one thread. */
  RowCopier copier(ColumnBuffer target);

  @Override
  default ColumnSpec spec() {
    return frame().spec();
  }

  @Override
  default RoaringBitmap nulls() {
    return frame().nulls();
  }

  @Override
  default Optional<InvertedIndexReader> inverted() {
    return Optional.empty();
  }

  @Override
  default void readDictIds(DocIdBlock docs, int[] out) {
    throw frame().unsupported("dictIds");
  }

  @Override
  default void readInts(DocIdBlock docs, int[] out) {
    throw frame().unsupported("ints");
  }

  @Override
  default void readLongs(DocIdBlock docs, long[] out) {
    throw frame().unsupported("longs");
  }

  @Override
  default void readFloats(DocIdBlock docs, float[] out) {
    throw frame().unsupported("floats");
  }

  @Override
  default void readDoubles(DocIdBlock docs, double[] out) {
    throw frame().unsupported("doubles");
  }

  @Override
  default void readBytes(DocIdBlock docs, BytesBlock out) {
    throw frame().unsupported("bytes");
  }

  @Override
  default int[] readMultiDictIds(DocIdBlock docs, int[] ends, int[] out) {
    throw frame().unsupported("multi-value dictIds");
  }
}
