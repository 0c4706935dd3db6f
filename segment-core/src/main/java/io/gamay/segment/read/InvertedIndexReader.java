package io.gamay.segment.read;

import java.util.Optional;
import org.roaringbitmap.ImmutableBitmapDataProvider;

/** dictId to the docIds that hold it (multi-value: that hold it at least once). Thread-safe. */
public interface InvertedIndexReader {

  /** How many rows of the view hold the value. */
  int docCount(int dictId);

  /**
   * DocIds in the view, readable as long as the view is; a Roaring bitmap on the heap or over
   * mapped memory. Empty where the rows are so many that they are not listed: a scan of the column
   * finds them sooner.
   */
  Optional<? extends ImmutableBitmapDataProvider> docIds(int dictId);
}
