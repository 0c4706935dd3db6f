package io.gamay.segment.read;

import io.gamay.segment.schema.ColumnSpec;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;

/**
 * Reads one column of a segment view, a block of docIds at a time, into the caller's arrays. A
 * column has a dictionary, or it is raw; multi-value columns always have a dictionary. Numeric
 * reads work with and without a dictionary. Which method fits follows from the column's stored
 * type; others throw {@link UnsupportedOperationException}. A null row reads as the column's
 * default value. Thread-safe.
 */
public interface ColumnReader {

  ColumnSpec spec();

  /** What is known of the values in this view without reading them. */
  ColumnStatistics statistics();

  /** Empty for a raw column. */
  Optional<DictionaryReader> dictionary();

  /** dictId to docIds; empty where no such index was built. */
  Optional<InvertedIndexReader> inverted();

  /** Bounds of the values of each short run of rows; empty where there are none. */
  default Optional<ZoneMapReader> zoneMap() {
    return Optional.empty();
  }

  /** DocIds of the rows whose value is missing; never written to by the caller. */
  RoaringBitmap nulls();

  /** Single-value: dictIds of a block into {@code out[0, docs.count())}. */
  void readDictIds(DocIdBlock docs, int[] out);

  /** Single-value INT. */
  void readInts(DocIdBlock docs, int[] out);

  /** Single-value INT or LONG. */
  void readLongs(DocIdBlock docs, long[] out);

  /** Single-value FLOAT. */
  void readFloats(DocIdBlock docs, float[] out);

  /** Single-value INT, LONG, FLOAT or DOUBLE (a LONG beyond 2^53 is rounded). */
  void readDoubles(DocIdBlock docs, double[] out);

  /** Single-value STRING, BYTES or BIG_DECIMAL: replaces the content of {@code out}. */
  void readBytes(DocIdBlock docs, BytesBlock out);

  /**
   * Multi-value: dictIds of a block's rows, one behind the other.
   *
   * @param ends receives, for row i of the block, the index behind its last dictId; {@code ends[0,
   *     docs.count())}
   * @param out where dictIds go; if it is too small a larger array is used
   * @return the array that holds the dictIds: {@code out} or the larger one
   */
  int[] readMultiDictIds(DocIdBlock docs, int[] ends, int[] out);
}
