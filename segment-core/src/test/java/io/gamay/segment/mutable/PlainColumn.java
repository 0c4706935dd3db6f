package io.gamay.segment.mutable;

import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.InvertedIndexReader;
import io.gamay.segment.schema.ColumnSpec;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;

/** The reads of a column without its short ways: matches test values one by one. */
record PlainColumn(ColumnReader column) implements ColumnReader {

  @Override
  public ColumnSpec spec() {
    return column.spec();
  }

  @Override
  public ColumnStatistics statistics() {
    return column.statistics();
  }

  @Override
  public Optional<DictionaryReader> dictionary() {
    return column.dictionary();
  }

  @Override
  public Optional<InvertedIndexReader> inverted() {
    return column.inverted();
  }

  @Override
  public RoaringBitmap nulls() {
    return column.nulls();
  }

  @Override
  public void readDictIds(DocIdBlock docs, int[] out) {
    column.readDictIds(docs, out);
  }

  @Override
  public void readInts(DocIdBlock docs, int[] out) {
    column.readInts(docs, out);
  }

  @Override
  public void readLongs(DocIdBlock docs, long[] out) {
    column.readLongs(docs, out);
  }

  @Override
  public void readFloats(DocIdBlock docs, float[] out) {
    column.readFloats(docs, out);
  }

  @Override
  public void readDoubles(DocIdBlock docs, double[] out) {
    column.readDoubles(docs, out);
  }

  @Override
  public void readBytes(DocIdBlock docs, BytesBlock out) {
    column.readBytes(docs, out);
  }

  @Override
  public int[] readMultiDictIds(DocIdBlock docs, int[] ends, int[] out) {
    return column.readMultiDictIds(docs, ends, out);
  }
}
