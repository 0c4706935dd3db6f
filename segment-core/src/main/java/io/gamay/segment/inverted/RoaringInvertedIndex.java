package io.gamay.segment.inverted;

import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.forward.PackedReader;
import io.gamay.segment.forward.VariableReader;
import io.gamay.segment.read.InvertedIndexReader;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

/**
 * The inverted index of a sealed column. Bitmaps are read where they are mapped. Immutable and
 * thread-safe; valid while the segment is open, and so are the bitmaps that it gives.
 */
public final class RoaringInvertedIndex implements InvertedIndexReader {

  private final Optional<VariableReader> bitmaps;
  private final Optional<PackedReader> docCounts;

  private RoaringInvertedIndex(Optional<VariableReader> bitmaps, Optional<PackedReader> docCounts) {
    this.bitmaps = bitmaps;
    this.docCounts = docCounts;
  }

  /** Every value is listed. Checks the blocks' sums if this is their first read. */
  public static RoaringInvertedIndex ofAllValues(MappedBlock bitmaps, MappedBlock ends) {
    return new RoaringInvertedIndex(
        Optional.of(VariableReader.of(bitmaps, PackedReader.of(ends))), Optional.empty());
  }

  /** Some values are listed. Checks the blocks' sums if this is their first read. */
  public static RoaringInvertedIndex ofRareValues(
      MappedBlock bitmaps, MappedBlock ends, MappedBlock docCounts) {
    return new RoaringInvertedIndex(
        Optional.of(VariableReader.of(bitmaps, PackedReader.of(ends))),
        Optional.of(PackedReader.of(docCounts)));
  }

  /** No value is listed. Checks the block's sum if this is its first read. */
  public static RoaringInvertedIndex ofCounts(MappedBlock docCounts) {
    return new RoaringInvertedIndex(Optional.empty(), Optional.of(PackedReader.of(docCounts)));
  }

  @Override
  public int docCount(int dictId) {
    return docCounts.isPresent()
        ? docCounts.get().intAt(dictId)
        : docIds(dictId).orElseThrow().getCardinality();
  }

  @Override
  public Optional<ImmutableRoaringBitmap> docIds(int dictId) {
    if (bitmaps.isEmpty()) {
      return Optional.empty();
    }
    MemorySegment bytes = bitmaps.get().slice(dictId);
    return bytes.byteSize() == 0
        ? Optional.empty()
        : Optional.of(new ImmutableRoaringBitmap(bytes.asByteBuffer()));
  }
}
