package io.gamay.query.filter;

import org.roaringbitmap.ImmutableBitmapDataProvider;
import org.roaringbitmap.RoaringBitmap;

/** A run of docIds, [first, end); empty if end is not behind first. */
record DocIdRange(int first, int end) {

  DocIdRange intersect(DocIdRange other) {
    return new DocIdRange(Math.max(first, other.first), Math.min(end, other.end));
  }

  /** Those of some docIds that are in this run. */
  ImmutableBitmapDataProvider of(ImmutableBitmapDataProvider docIds) {
    return DocIdBitmaps.intersection(
        docIds, RoaringBitmap.bitmapOfRange(first, Math.max(first, end)));
  }

  boolean isAll(int docCount) {
    return first <= 0 && end >= docCount;
  }
}
