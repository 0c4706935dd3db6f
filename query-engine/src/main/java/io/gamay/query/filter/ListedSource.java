package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;
import org.roaringbitmap.ImmutableBitmapDataProvider;
import org.roaringbitmap.PeekableIntIterator;

/** Those docIds of the runs of a source, in whatever order they come, that a bitmap has. */
final class ListedSource implements DocIdSource {

  private final DocIdSource runs;
  private final ImmutableBitmapDataProvider listed;

  ListedSource(DocIdSource runs, ImmutableBitmapDataProvider listed) {
    this.runs = runs;
    this.listed = listed;
  }

  @Override
  public boolean next(Block out) {
    if (!runs.next(out)) {
      return false;
    }
    if (out.count() == 0) {
      return true;
    }
    PeekableIntIterator docIds = listed.getIntIterator();
    docIds.advanceIfNeeded(out.runFirst());
    int end = out.runFirst() + out.count();
    int[] list = out.list();
    int count = 0;
    while (docIds.hasNext() && docIds.peekNext() < end) {
      list[count++] = docIds.next();
    }
    out.setList(count);
    return true;
  }
}
