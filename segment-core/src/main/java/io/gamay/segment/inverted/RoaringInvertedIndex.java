package io.gamay.segment.inverted;

import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.forward.PackedReader;
import io.gamay.segment.forward.VariableReader;
import io.gamay.segment.read.InvertedIndexReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;

/**
 * The inverted index of a sealed column. A bitmap is copied to the heap each time it is asked for.
 * Immutable and thread-safe; valid while the segment is open.
 */
public final class RoaringInvertedIndex implements InvertedIndexReader {

  private final VariableReader bitmaps;

  /** Checks the blocks' sums if this is their first read. */
  public RoaringInvertedIndex(MappedBlock bitmaps, MappedBlock ends) {
    this.bitmaps = VariableReader.of(bitmaps, PackedReader.of(ends));
  }

  @Override
  public int docCount(int dictId) {
    return bitmapOf(dictId).getCardinality();
  }

  @Override
  public Optional<RoaringBitmap> docIds(int dictId) {
    return Optional.of(bitmapOf(dictId));
  }

  private RoaringBitmap bitmapOf(int dictId) {
    RoaringBitmap bitmap = new RoaringBitmap();
    try {
      bitmap.deserialize(bitmaps.slice(dictId).asByteBuffer());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot decode bitmap of dictId " + dictId, e);
    }
    return bitmap;
  }
}
