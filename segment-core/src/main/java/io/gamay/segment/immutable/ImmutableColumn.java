package io.gamay.segment.immutable;

import io.gamay.segment.bloom.SplitBlockBloomFilter;
import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.format.SegmentFile;
import io.gamay.segment.read.BloomFilterReader;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.InvertedIndexReader;
import io.gamay.segment.read.ZoneMapReader;
import io.gamay.segment.schema.ColumnSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;

/**
 * What sealed columns of all encodings have in common; a read that an encoding or type does not
 * have is refused here.
 */
abstract sealed class ImmutableColumn implements ColumnReader
    permits DictionaryColumn, MultiValueColumn, RawNumericColumn, RawBytesColumn {

  private final SegmentFile file;
  private final ColumnSpec spec;
  private final ColumnStatistics statistics;
  private final OnFirstUse<RoaringBitmap> nulls;
  private final Optional<OnFirstUse<BloomFilterReader>> bloom;

  ImmutableColumn(ColumnBlocks blocks) {
    this.file = blocks.file();
    this.spec = blocks.spec();
    this.statistics = blocks.statistics();
    Optional<MappedBlock> block = blocks.nulls();
    this.nulls =
        new OnFirstUse<>(() -> block.map(ImmutableColumn::bitmapOf).orElseGet(RoaringBitmap::new));
    this.bloom =
        blocks.bloom().map(filter -> new OnFirstUse<>(() -> new SplitBlockBloomFilter(filter)));
  }

  static ImmutableColumn of(ColumnBlocks blocks) {
    if (!blocks.isRaw()) {
      return blocks.spec().singleValue()
          ? new DictionaryColumn(blocks)
          : new MultiValueColumn(blocks);
    }
    return blocks.spec().storedType().isFixedWidth()
        ? new RawNumericColumn(blocks)
        : new RawBytesColumn(blocks);
  }

  private static RoaringBitmap bitmapOf(MappedBlock block) {
    RoaringBitmap bitmap = new RoaringBitmap();
    try {
      bitmap.deserialize(block.bytes().asByteBuffer());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot decode bitmap of missing values", e);
    }
    return bitmap;
  }

  @Override
  public final ColumnSpec spec() {
    return spec;
  }

  @Override
  public final ColumnStatistics statistics() {
    return statistics;
  }

  @Override
  public final RoaringBitmap nulls() {
    ensureOpen();
    return nulls.get();
  }

  @Override
  public Optional<DictionaryReader> dictionary() {
    return Optional.empty();
  }

  @Override
  public Optional<InvertedIndexReader> inverted() {
    return Optional.empty();
  }

  @Override
  public final Optional<BloomFilterReader> bloom() {
    ensureOpen();
    return bloom.map(OnFirstUse::get);
  }

  @Override
  public Optional<ZoneMapReader> zoneMap() {
    return Optional.empty();
  }

  @Override
  public void readDictIds(DocIdBlock docs, int[] out) {
    throw unsupported("dictIds");
  }

  @Override
  public void readInts(DocIdBlock docs, int[] out) {
    throw unsupported("ints");
  }

  @Override
  public void readLongs(DocIdBlock docs, long[] out) {
    throw unsupported("longs");
  }

  @Override
  public void readFloats(DocIdBlock docs, float[] out) {
    throw unsupported("floats");
  }

  @Override
  public void readDoubles(DocIdBlock docs, double[] out) {
    throw unsupported("doubles");
  }

  @Override
  public void readBytes(DocIdBlock docs, BytesBlock out) {
    throw unsupported("bytes");
  }

  @Override
  public int[] readMultiDictIds(DocIdBlock docs, int[] ends, int[] out) {
    throw unsupported("lists of dictIds");
  }

  final void ensureOpen() {
    file.ensureOpen();
  }

  final UnsupportedOperationException unsupported(String as) {
    return new UnsupportedOperationException(
        "column %s (%s%s) does not read as %s"
            .formatted(spec.name(), spec.storedType(), spec.singleValue() ? "" : " lists", as));
  }
}
