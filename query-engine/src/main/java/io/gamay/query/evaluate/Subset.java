package io.gamay.query.evaluate;

import io.gamay.segment.read.DocIdBlock;

/** Some rows of a block as a block of their own, with their positions in the whole. One thread. */
public final class Subset {

  private final Block block = new Block();
  private final int[] positions = new int[DocIdBlock.MAX_DOCS];

  public Block block() {
    return block;
  }

  public int count() {
    return block.count();
  }

  /**
   * Where each row of this subset stands in the whole block; to be written before {@link #take}.
   */
  public int[] positions() {
    return positions;
  }

  /** Makes this the rows of {@code whole} at the first {@code count} positions, ascending. */
  public void take(Block whole, int count) {
    if (count == whole.count()) {
      block.copyFrom(whole);
      return;
    }
    int[] docIds = block.list();
    for (int index = 0; index < count; index++) {
      docIds[index] = whole.docId(positions[index]);
    }
    block.setList(count);
  }

  /** Makes this all rows of the whole. */
  public void takeAll(Block whole) {
    for (int index = 0; index < whole.count(); index++) {
      positions[index] = index;
    }
    block.copyFrom(whole);
  }
}
