package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;
import org.roaringbitmap.BatchIterator;
import org.roaringbitmap.ImmutableBitmapDataProvider;

/** The docIds of a bitmap. */
final class BitmapSource implements DocIdSource {

  private final BatchIterator docIds;

  BitmapSource(ImmutableBitmapDataProvider bitmap) {
    docIds = bitmap.getBatchIterator();
  }

  @Override
  public boolean next(Block out) {
    if (!docIds.hasNext()) {
      return false;
    }
    out.setList(docIds.nextBatch(out.list()));
    return true;
  }
}
