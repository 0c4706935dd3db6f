package io.gamay.segment.forward;

import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.DocIdBlock;

/**
 * Values of varying width by docId, in whatever form they are stored. Immutable and thread-safe;
 * valid while the segment is open.
 */
public sealed interface BytesReader permits VariableReader, SymbolReader {

  /** The values at a block's docIds in place of what {@code out} holds. */
  void read(DocIdBlock docs, BytesBlock out);
}
