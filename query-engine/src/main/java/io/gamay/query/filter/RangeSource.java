package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;
import io.gamay.segment.read.DocIdBlock;

/** All docIds of a run. */
final class RangeSource implements DocIdSource {

  private int next;
  private final int end;

  RangeSource(int first, int end) {
    this.next = first;
    this.end = end;
  }

  @Override
  public boolean next(Block out) {
    if (next >= end) {
      return false;
    }
    int count = Math.min(DocIdBlock.MAX_DOCS, end - next);
    out.setRange(next, count);
    next += count;
    return true;
  }
}
