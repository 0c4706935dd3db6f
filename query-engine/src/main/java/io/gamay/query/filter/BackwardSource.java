package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;
import io.gamay.segment.read.DocIdBlock;

/** A run of docIds in blocks, the last block first. */
final class BackwardSource implements DocIdSource {

  private final int first;
  private int end;

  BackwardSource(int first, int end) {
    this.first = first;
    this.end = end;
  }

  @Override
  public boolean next(Block out) {
    if (end <= first) {
      return false;
    }
    int from = Math.max(first, (end - 1) / DocIdBlock.MAX_DOCS * DocIdBlock.MAX_DOCS);
    out.setRange(from, end - from);
    end = from;
    return true;
  }
}
