package io.gamay.segment.immutable;

import io.gamay.segment.format.BlockKind;
import io.gamay.segment.forward.VariableReader;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.DocIdBlock;

/** A column of plain STRING, BYTES or BIG_DECIMAL values. */
final class RawBytesColumn extends ImmutableColumn {

  private final OnFirstUse<VariableReader> values;

  RawBytesColumn(ColumnBlocks blocks) {
    super(blocks);
    this.values =
        new OnFirstUse<>(
            blocks.variable(BlockKind.VALUES, BlockKind.VALUE_ENDS, blocks.docCount()));
  }

  @Override
  public void readBytes(DocIdBlock docs, BytesBlock out) {
    ensureOpen();
    values.get().read(docs, out);
  }
}
