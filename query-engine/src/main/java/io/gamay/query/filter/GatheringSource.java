package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;

/**
 * The docIds of a source without its empty blocks, and with blocks of few rows gathered to longer
 * lists: whoever reads their values does so in longer loops, within which the memory's answers
 * overlap. For readers of all rows: the source is asked for more than the next block. One thread.
 */
public final class GatheringSource implements DocIdSource {

  /** With more rows a list is handed on: another block of few might not fit behind them. */
  private static final int ENOUGH = Block.MAX_ROWS - Block.MAX_FEW_ROWS;

  private final DocIdSource source;
  private final Block next = new Block();
  private boolean hasNext;

  public GatheringSource(DocIdSource source) {
    this.source = source;
  }

  @Override
  public boolean next(Block out) {
    if (hasNext) {
      hasNext = false;
      out.copyFrom(next);
      return true;
    }
    while (source.next(out)) {
      if (out.count() > 0) {
        if (out.isFew()) {
          gather(out);
        }
        return true;
      }
    }
    return false;
  }

  private void gather(Block out) {
    while (out.count() <= ENOUGH && source.next(next)) {
      if (next.count() > 0 && !next.isFew()) {
        hasNext = true;
        return;
      }
      if (next.count() > 0) {
        out.append(next);
      }
    }
  }
}
