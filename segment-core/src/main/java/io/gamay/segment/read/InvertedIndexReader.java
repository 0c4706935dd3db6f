package io.gamay.segment.read;

import org.roaringbitmap.RoaringBitmap;

/** dictId to the docIds that hold it (multi-value: that hold it at least once). Thread-safe. */
public interface InvertedIndexReader {

  /** DocIds in the view; the caller may keep it but never writes to it. */
  RoaringBitmap docIds(int dictId);
}
