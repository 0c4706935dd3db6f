package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;

/**
 * The docIds of a source without its empty blocks, and with few rows of one run after the other
 * gathered to a longer list: whoever reads their values does so in longer loops, within which the
 * memory's answers overlap. For readers of all rows: the source is asked for more than the next
 * block. One thread.
 */
public final class GatheringSource implements DocIdSource {

  /** With more rows a list is handed on: another sparse block might not fit behind them. */
  private static final int ENOUGH = Block.MAX_ROWS - Block.MAX_SPARSE_ROWS;

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
      if (out.isSparse()) {
        gather(out);
      }
      if (out.count() > 0) {
        return true;
      }
    }
    return false;
  }

  private void gather(Block out) {
    while (out.count() <= ENOUGH && source.next(next)) {
      if (next.isSparse()) {
        out.append(next);
      } else if (next.count() > 0) {
        hasNext = true;
        return;
      }
    }
  }
}
