package io.gamay.segment.immutable;

import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockEntry;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.format.SegmentCorruptException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * The blocks of one column's index, wherever they lie.
 *
 * @param file that they lie in
 */
record IndexBlocks(
    Path file, String column, Function<BlockKind, Optional<MappedBlock>> blockByKind) {

  Optional<MappedBlock> find(BlockKind kind) {
    return blockByKind.apply(kind);
  }

  MappedBlock require(BlockKind kind, BlockEncoding encoding, long count) {
    MappedBlock block = require(kind, encoding);
    if (block.entry().count() != count) {
      throw unusable(block.entry(), "%s of %d".formatted(encoding, count));
    }
    return block;
  }

  MappedBlock require(BlockKind kind, BlockEncoding encoding) {
    MappedBlock block =
        find(kind)
            .orElseThrow(() -> SegmentCorruptException.unusable(file, column, "no block " + kind));
    if (block.entry().encoding() != encoding) {
      throw unusable(block.entry(), encoding.toString());
    }
    return block;
  }

  SegmentCorruptException unusable(BlockEntry entry, String expected) {
    return SegmentCorruptException.unusable(
        file, column, "expected %s, found %s".formatted(expected, entry));
  }
}
