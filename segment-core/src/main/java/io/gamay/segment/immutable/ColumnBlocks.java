package io.gamay.segment.immutable;

import io.gamay.segment.bloom.SplitBlockBloomFilter;
import io.gamay.segment.dictionary.FrontCodedDictionary;
import io.gamay.segment.dictionary.SortedBytesDictionary;
import io.gamay.segment.dictionary.SortedDictionary;
import io.gamay.segment.dictionary.SortedNumericDictionary;
import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockEntry;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.FrontCodedLayout;
import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.format.SegmentFile;
import io.gamay.segment.format.SegmentIdentity;
import io.gamay.segment.forward.BytesReader;
import io.gamay.segment.forward.DictIdReader;
import io.gamay.segment.forward.IntegersReader;
import io.gamay.segment.forward.MappedReader;
import io.gamay.segment.forward.NumericForm;
import io.gamay.segment.forward.NumericKeys;
import io.gamay.segment.forward.NumericReader;
import io.gamay.segment.forward.PackedReader;
import io.gamay.segment.forward.RowBounds;
import io.gamay.segment.forward.RowEnds;
import io.gamay.segment.forward.RowLengths;
import io.gamay.segment.forward.RunsReader;
import io.gamay.segment.forward.SymbolReader;
import io.gamay.segment.forward.VariableReader;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.ZoneMapReader;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.TableSchema;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Finds the blocks of one column and refuses those that are not what the column needs. Looks at the
 * directory only; the suppliers it gives read blocks, and check them, when they are asked.
 */
record ColumnBlocks(SegmentFile file, TableSchema schema, int column, SegmentIndexes indexes) {

  /** dictIds and ends are read as ints by the kernels. */
  private static final int MAX_INT_BITS = 31;

  ColumnSpec spec() {
    return schema.columns().get(column);
  }

  ColumnStatistics statistics() {
    return file.footer().statistics().get(column);
  }

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

  /** Whether the column's values are stored without a dictionary. */
  boolean isRaw() {
    boolean isDecided = identity().encodings().rawColumns().contains(spec().name());
    return isFirstVersion() ? isDecided : isDecided || has(BlockKind.VALUES);
  }

  /** Numbers in whatever form. */
  Supplier<NumericReader> numbers(BlockKind kind, long count) {
    StoredType type = spec().storedType();
    MappedBlock block = required(kind, count);
    BlockEntry entry = block.entry();
    boolean fits =
        switch (entry.encoding()) {
          case FIXED -> entry.bitsPerValue() == NumericKeys.bitsPerValue(type);
          case INTEGERS -> type == StoredType.INT || type == StoredType.LONG;
          case DECIMALS -> type == StoredType.FLOAT || type == StoredType.DOUBLE;
          case RECORD, BYTES, PACKED, ROARING, MAPPED, FRONT_CODED, SYMBOLS -> false;
        };
    if (!fits) {
      throw unusable(entry, "numbers of type " + type);
    }
    return () -> NumericForm.read(type, block);
  }

  /** Values of varying width, one behind the other. */
  Supplier<VariableReader> variable(BlockKind bytesKind, BlockKind endsKind, long count) {
    MappedBlock bytes = required(bytesKind, BlockEncoding.BYTES, count);
    if (bytes.entry().lengthBytes() == 0) {
      expectAbsent(endsKind);
      return () -> VariableReader.of(bytes, PackedReader.zeros(count));
    }
    if (isFirstVersion()) {
      MappedBlock ends = required(endsKind, BlockEncoding.PACKED, count);
      return () -> VariableReader.of(bytes, PackedReader.of(ends));
    }
    MappedBlock ends = required(endsKind, BlockEncoding.INTEGERS, count);
    return () -> VariableReader.of(bytes, IntegersReader.of(ends));
  }

  /** Raw values of varying width, in whatever form. */
  Supplier<BytesReader> rawBytes() {
    MappedBlock block = required(BlockKind.VALUES, docCount());
    if (block.entry().encoding() != BlockEncoding.SYMBOLS) {
      Supplier<VariableReader> plain = variable(BlockKind.VALUES, BlockKind.VALUE_ENDS, docCount());
      return plain::get;
    }
    MappedBlock ends = required(BlockKind.VALUE_ENDS, BlockEncoding.INTEGERS, docCount());
    return () -> SymbolReader.of(block, ends);
  }

  /** A dictionary of whatever type and form. */
  Supplier<SortedDictionary> dictionary() {
    StoredType type = spec().storedType();
    int cardinality = statistics().cardinality();
    if (type.isFixedWidth()) {
      Supplier<NumericReader> values = numbers(BlockKind.DICTIONARY_VALUES, cardinality);
      return () -> new SortedNumericDictionary(type, values.get(), cardinality);
    }
    MappedBlock block = required(BlockKind.DICTIONARY_VALUES, cardinality);
    if (block.entry().encoding() != BlockEncoding.FRONT_CODED) {
      Supplier<VariableReader> plain =
          variable(BlockKind.DICTIONARY_VALUES, BlockKind.DICTIONARY_ENDS, cardinality);
      return () -> new SortedBytesDictionary(type, plain.get(), cardinality);
    }
    MappedBlock ends =
        required(
            BlockKind.DICTIONARY_ENDS, BlockEncoding.INTEGERS, FrontCodedLayout.runs(cardinality));
    return () -> new FrontCodedDictionary(type, block, ends);
  }

  /** dictIds of a single-value column by docId; none are written where there is but one. */
  Supplier<DictIdReader> dictIds() {
    if (statistics().cardinality() <= 1) {
      expectAbsent(BlockKind.DICT_IDS);
      expectAbsent(BlockKind.RUN_ENDS);
      return () -> PackedReader.zeros(docCount());
    }
    if (has(BlockKind.RUN_ENDS)) {
      return runs();
    }
    MappedBlock block = required(BlockKind.DICT_IDS);
    if (block.entry().encoding() == BlockEncoding.MAPPED && docCount() > 0) {
      checkIntBits(block.entry());
      return () -> MappedReader.of(block, statistics().cardinality(), () -> parentIds(block));
    }
    Supplier<PackedReader> packed = packedDictIds(docCount());
    return packed::get;
  }

  /** Packed dictIds. */
  Supplier<PackedReader> packedDictIds(long count) {
    if (statistics().cardinality() <= 1) {
      expectAbsent(BlockKind.DICT_IDS);
      return () -> PackedReader.zeros(count);
    }
    MappedBlock block = required(BlockKind.DICT_IDS, BlockEncoding.PACKED, count);
    checkIntBits(block.entry());
    return () -> PackedReader.ofDictIds(block, statistics().cardinality());
  }

  private Supplier<DictIdReader> runs() {
    MappedBlock ends = required(BlockKind.RUN_ENDS);
    long runs = ends.entry().count();
    if (ends.entry().encoding() != BlockEncoding.INTEGERS || runs > docCount()) {
      throw unusable(ends.entry(), "INTEGERS of at most %d".formatted(docCount()));
    }
    if (has(BlockKind.DICT_IDS)) {
      Supplier<PackedReader> dictIds = packedDictIds(runs);
      return () -> RunsReader.of(ends, Optional.of(dictIds.get()), docCount());
    }
    if (runs != statistics().cardinality()) {
      throw unusable(ends.entry(), "%d runs".formatted(statistics().cardinality()));
    }
    return () -> RunsReader.of(ends, Optional.empty(), docCount());
  }

  private DictIdReader parentIds(MappedBlock map) {
    long parentColumn = MappedReader.parentColumn(map);
    if (parentColumn < 0 || parentColumn >= schema.columns().size() || parentColumn == column) {
      throw map.malformed(0, "follows from column " + parentColumn);
    }
    ColumnBlocks parent = new ColumnBlocks(file, schema, (int) parentColumn, indexes);
    boolean isMapped =
        file.block(parent.column, BlockKind.DICT_IDS)
            .filter(block -> block.entry().encoding() == BlockEncoding.MAPPED)
            .isPresent();
    if (isMapped
        || parent.isRaw()
        || !parent.spec().singleValue()
        || parent.statistics().cardinality() != map.entry().count()) {
      throw map.malformed(0, "follows from column %s".formatted(parent.spec().name()));
    }
    return parent.dictIds().get();
  }

  private void checkIntBits(BlockEntry entry) {
    if (entry.bitsPerValue() > MAX_INT_BITS) {
      throw unusable(entry, "at most %d bits per value".formatted(MAX_INT_BITS));
    }
  }

  Supplier<RowBounds> rowBounds() {
    if (docCount() == 0) {
      expectAbsent(BlockKind.ROW_ENDS);
      return () -> RowLengths.ofOnes(0);
    }
    if (isFirstVersion()) {
      MappedBlock ends = required(BlockKind.ROW_ENDS, BlockEncoding.PACKED, docCount());
      return () -> new RowEnds(PackedReader.of(ends));
    }
    if (!has(BlockKind.ROW_LENGTHS)) {
      expectAbsent(BlockKind.ROW_ENDS);
      if (statistics().valueCount() != docCount()) {
        throw SegmentCorruptException.unusable(
            file.path(), spec().name(), "no block " + BlockKind.ROW_LENGTHS);
      }
      return () -> RowLengths.ofOnes(docCount());
    }
    MappedBlock lengths = required(BlockKind.ROW_LENGTHS, BlockEncoding.PACKED, docCount());
    checkIntBits(lengths.entry());
    MappedBlock starts =
        required(
            BlockKind.ROW_ENDS,
            BlockEncoding.INTEGERS,
            Math.ceilDiv(docCount(), RowLengths.RUN_ROWS));
    return () ->
        RowLengths.of(PackedReader.of(lengths), starts, docCount(), statistics().valueCount());
  }

  /** Empty where no row's value is missing. */
  Optional<MappedBlock> nulls() {
    if (statistics().nullCount() == 0) {
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
    return indexes.inverted(column, spec().name());
  }

  /** Empty where no filter is shown. */
  Optional<MappedBlock> bloom() {
    return indexes
        .bloom(column, spec().name())
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
    MappedBlock block = required(kind, count);
    if (block.entry().encoding() != encoding) {
      throw unusable(block.entry(), "%s of %d".formatted(encoding, count));
    }
    return block;
  }

  private MappedBlock required(BlockKind kind, long count) {
    MappedBlock block = required(kind);
    if (block.entry().count() != count) {
      throw unusable(block.entry(), "count %d".formatted(count));
    }
    return block;
  }

  private MappedBlock required(BlockKind kind) {
    return file.block(column, kind)
        .orElseThrow(
            () -> SegmentCorruptException.unusable(file.path(), spec().name(), "no block " + kind));
  }

  private boolean has(BlockKind kind) {
    return file.block(column, kind).isPresent();
  }

  private SegmentIdentity identity() {
    return file.footer().identity();
  }

  private boolean isFirstVersion() {
    return identity().encodings().formatVersion() == 1;
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
        file.path(), spec().name(), "expected %s, found %s".formatted(expected, entry));
  }
}
