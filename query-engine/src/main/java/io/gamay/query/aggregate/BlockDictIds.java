package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DocIdBlock;
import org.jspecify.annotations.Nullable;

/** The dictIds of a single-value column for a block, read once however many ask. One thread. */
final class BlockDictIds {

  private final ColumnReader reader;
  private final int[] ids = new int[DocIdBlock.MAX_DOCS];
  private @Nullable Block lastBlock;
  private long lastVersion;

  BlockDictIds(ColumnReader reader) {
    this.reader = reader;
  }

  /** One per row of the block; not to be changed. */
  int[] of(Block block) {
    if (lastBlock != block || lastVersion != block.version()) {
      block.readDictIds(reader, ids);
      lastBlock = block;
      lastVersion = block.version();
    }
    return ids;
  }
}
