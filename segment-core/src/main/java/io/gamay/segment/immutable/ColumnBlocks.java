package io.gamay.segment.immutable;

import io.gamay.segment.bloom.SplitBlockBloomFilter;
import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockEntry;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.format.SegmentFile;
import io.gamay.segment.forward.NumericKeys;
import io.gamay.segment.forward.PackedReader;
import io.gamay.segment.forward.VariableReader;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.ZoneMapReader;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.StoredType;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Finds the blocks of one column and refuses those that are not what the column needs. Looks at the
 * directory only; the suppliers it gives read blocks, and check them, when they are asked.
 */
record ColumnBlocks(
    SegmentFile file,
    int column,
    ColumnSpec spec,
    ColumnStatistics statistics,
    SegmentIndexes indexes) {

  /** dictIds and ends are read as ints by the kernels. */
  private static final int MAX_INT_BITS = 31;

  int docCount() {
    return file.footer().identity().docCount();
  }

  /** Plain values of the column's type, or of dictIds. */
  MappedBlock fixed(BlockKind kind, StoredType type, long count) {
    MappedBlock block = required(kind, BlockEncoding.FIXED, count);
    if (block.entry().bitsPerValue() != NumericKeys.bitsPerValue(type)) {
      throw unusable(block.entry(), "%d bits per value".formatted(NumericKeys.bitsPerValue(type)));
    }
    return block;
  }

  /** Values of varying width. */
  Supplier<VariableReader> variable(BlockKind bytesKind, BlockKind endsKind, long count) {
    MappedBlock bytes = required(bytesKind, BlockEncoding.BYTES, count);
    if (bytes.entry().lengthBytes() == 0) {
      expectAbsent(endsKind);
      return () -> VariableReader.of(bytes, PackedReader.zeros(count));
    }
    MappedBlock ends = required(endsKind, BlockEncoding.PACKED, count);
    return () -> VariableReader.of(bytes, PackedReader.of(ends));
  }

  /** Packed dictIds; none are written where there is but one. */
  Supplier<PackedReader> dictIds(long count) {
    if (statistics.cardinality() <= 1) {
      expectAbsent(BlockKind.DICT_IDS);
      return () -> PackedReader.zeros(count);
    }
    MappedBlock block = required(BlockKind.DICT_IDS, BlockEncoding.PACKED, count);
    if (block.entry().bitsPerValue() > MAX_INT_BITS) {
      throw unusable(block.entry(), "at most %d bits per value".formatted(MAX_INT_BITS));
    }
    return () -> PackedReader.of(block);
  }

  Supplier<PackedReader> rowEnds() {
    if (docCount() == 0) {
      expectAbsent(BlockKind.ROW_ENDS);
      return () -> PackedReader.zeros(0);
    }
    MappedBlock block = required(BlockKind.ROW_ENDS, BlockEncoding.PACKED, docCount());
    return () -> PackedReader.of(block);
  }

  /** Empty where no row's value is missing. */
  Optional<MappedBlock> nulls() {
    if (statistics.nullCount() == 0) {
      expectAbsent(BlockKind.NULLS);
      return Optional.empty();
    }
    return Optional.of(required(BlockKind.NULLS, BlockEncoding.ROARING, 1));
  }

  Optional<MappedBlock> zoneMap(StoredType type) {
    if (file.block(column, BlockKind.ZONE_MAP).isEmpty()) {
      return Optional.empty();
    }
    long zones = Math.ceilDiv(docCount(), ZoneMapReader.ZONE_DOCS);
    return Optional.of(fixed(BlockKind.ZONE_MAP, type, 2 * zones));
  }

  /** Blocks of the inverted index; empty where none is shown. */
  Optional<IndexBlocks> inverted() {
    return indexes.inverted(column, spec.name());
  }

  /** Empty where no filter is shown. */
  Optional<MappedBlock> bloom() {
    return indexes
        .bloom(column, spec.name())
        .map(
            index -> {
              MappedBlock filter = index.require(BlockKind.BLOOM, BlockEncoding.FIXED);
              if (filter.entry().bitsPerValue() != Integer.SIZE
                  || !SplitBlockBloomFilter.isLength(filter.entry().count())) {
                throw index.unusable(filter.entry(), "blocks of 8 words of 32 bits");
              }
              return filter;
            });
  }

  MappedBlock required(BlockKind kind, BlockEncoding encoding, long count) {
    MappedBlock block =
        file.block(column, kind)
            .orElseThrow(
                () ->
                    SegmentCorruptException.unusable(file.path(), spec.name(), "no block " + kind));
    BlockEntry entry = block.entry();
    if (entry.encoding() != encoding || entry.count() != count) {
      throw unusable(entry, "%s of %d".formatted(encoding, count));
    }
    return block;
  }

  private void expectAbsent(BlockKind kind) {
    file.block(column, kind)
        .ifPresent(
            block -> {
              throw unusable(block.entry(), "no such block");
            });
  }

  private SegmentCorruptException unusable(BlockEntry entry, String expected) {
    return SegmentCorruptException.unusable(
        file.path(), spec.name(), "expected %s, found %s".formatted(expected, entry));
  }
}
