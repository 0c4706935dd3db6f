package io.gamay.segment.immutable;

import io.gamay.segment.forward.BytesReader;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.DocIdBlock;

/** A column of STRING, BYTES or BIG_DECIMAL values without a dictionary. */
final class RawBytesColumn extends ImmutableColumn {

  private final OnFirstUse<BytesReader> values;

  RawBytesColumn(ColumnBlocks blocks) {
    super(blocks);
    this.values = new OnFirstUse<>(blocks.rawBytes());
  }

  @Override
  public void readBytes(DocIdBlock docs, BytesBlock out) {
    ensureOpen();
    values.get().read(docs, out);
  }
}
