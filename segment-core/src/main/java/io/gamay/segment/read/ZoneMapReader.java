package io.gamay.segment.read;

/**
 * Least and greatest value of each run of {@link #ZONE_DOCS} rows of a single-value column: zone z
 * covers docIds [z * ZONE_DOCS, (z + 1) * ZONE_DOCS). A column with a dictionary has zones of
 * dictIds (and only if its dictionary is sorted), a raw one zones of values, in the order of {@link
 * io.gamay.segment.schema.Value#compareTo}. Methods that do not fit throw {@link
 * UnsupportedOperationException}. Thread-safe.
 */
public interface ZoneMapReader {

  int ZONE_DOCS = 1024;

  int zoneCount();

  int minDictId(int zone);

  int maxDictId(int zone);

  /** Raw INT or LONG. */
  long minLong(int zone);

  long maxLong(int zone);

  /** Raw FLOAT or DOUBLE; NaN is the largest value. */
  double minDouble(int zone);

  double maxDouble(int zone);
}
