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

  /** Which values are surely not in the column; empty where no such index was built. */
  default Optional<BloomFilterReader> bloom() {
    return Optional.empty();
  }

  /** Bounds of the values of each short run of rows; empty where there are none. */
  default Optional<ZoneMapReader> zoneMap() {
    return Optional.empty();
  }

  /** DocIds of the rows whose value is missing; never written to by the caller. */
  RoaringBitmap nulls();

  /** Single-value: dictIds of a block into {@code out[0, docs.count())}. */
  void readDictIds(DocIdBlock docs, int[] out);

  /**
   * Whether {@link #readSelectedDictIds} is there, and cheaper than a list of docIds and {@link
   * #readDictIds}.
   */
  default boolean selectsDictIds() {
    return false;
  }

  /**
   * Single-value: dictIds of those of docIds [first, first + length) that a mask names.
   *
   * @param mask one bit per row, in the form of {@link #matchDictIds(int, int, int, int, long[])};
   *     names {@code count} rows
   * @param out receives them in its first {@code count} elements
   */
  default void readSelectedDictIds(int first, int length, long[] mask, int count, int[] out) {
    throw new UnsupportedOperationException("no dictIds by mask in " + spec().name());
  }

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

  /**
   * Single-value with a dictionary: which rows of a run hold a dictId of a range.
   *
   * @param lowId inclusive
   * @param highId exclusive
   * @param mask receives one bit per row, row {@code first + i} being bit {@code i % 64} of word
   *     {@code i / 64}; the words of the run are overwritten, bits behind its end cleared
   */
  default void matchDictIds(int firstDocId, int count, int lowId, int highId, long[] mask) {
    RowMatcher.matchDictIds(this, firstDocId, count, lowId, highId, mask);
  }

  /**
   * Single-value with a dictionary: which rows of a run hold a dictId of a set.
   *
   * @param members one bit per dictId, in the form of {@code mask}
   * @param mask as above
   */
  default void matchDictIds(int firstDocId, int count, long[] members, long[] mask) {
    RowMatcher.matchDictIds(this, firstDocId, count, members, mask);
  }

  /** {@link #matchDictIds(int, int, int, int, long[])} for many runs. */
  default RunTest dictIdTest(int lowId, int highId) {
    return (first, count, mask) -> matchDictIds(first, count, lowId, highId, mask);
  }

  /**
   * {@link #matchDictIds(int, int, long[], long[])} for many runs.
   *
   * @param members not to be changed any more
   */
  default RunTest dictIdTest(long[] members) {
    return (first, count, mask) -> matchDictIds(first, count, members, mask);
  }

  /**
   * Multi-value: which rows of a run hold a dictId of a range at least once.
   *
   * @param lowId inclusive
   * @param highId exclusive
   * @param mask as above
   */
  default void matchMultiDictIds(int firstDocId, int count, int lowId, int highId, long[] mask) {
    RowMatcher.matchMultiDictIds(this, firstDocId, count, lowId, highId, mask);
  }

  /**
   * Multi-value: which rows of a run hold a dictId of a set at least once.
   *
   * @param members one bit per dictId, in the form of {@code mask}
   * @param mask as above
   */
  default void matchMultiDictIds(int firstDocId, int count, long[] members, long[] mask) {
    RowMatcher.matchMultiDictIds(this, firstDocId, count, members, mask);
  }

  /**
   * Single-value INT or LONG: which rows of a run hold a value in [low, high].
   *
   * @param mask as above
   */
  default void matchLongs(int firstDocId, int count, long low, long high, long[] mask) {
    RowMatcher.matchLongs(this, firstDocId, count, low, high, mask);
  }

  /**
   * Single-value INT, LONG, FLOAT or DOUBLE: which rows of a run hold a value in [low, high]; NaN
   * is the largest value.
   *
   * @param mask as above
   */
  default void matchDoubles(int firstDocId, int count, double low, double high, long[] mask) {
    RowMatcher.matchDoubles(this, firstDocId, count, low, high, mask);
  }
}
