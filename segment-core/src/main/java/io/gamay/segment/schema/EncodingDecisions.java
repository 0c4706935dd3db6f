package io.gamay.segment.schema;

import java.util.Map;
import java.util.Set;

/**
 * How a segment's columns are to be written. Chosen by the controller before the segment starts and
 * the same for every replica, so that the same rows seal to the same bytes.
 *
 * @param formatVersion version of the sealed format
 * @param rawColumns columns without a dictionary (single-value only); all others have one
 * @param invertedColumns dictionary columns with an inverted index
 * @param rangeColumns columns whose ranges are often asked for
 * @param bloomColumns columns with a bloom filter, and how many of the values that are not in the
 *     segment it may let pass, in (0, 1)
 */
public record EncodingDecisions(
    int formatVersion,
    Set<String> rawColumns,
    Set<String> invertedColumns,
    Set<String> rangeColumns,
    Map<String, Double> bloomColumns) {

  public static final int CURRENT_FORMAT_VERSION = 2;

  /** A dictionary for every column, no index. */
  public static final EncodingDecisions DEFAULT =
      new EncodingDecisions(CURRENT_FORMAT_VERSION, Set.of(), Set.of());

  public EncodingDecisions {
    rawColumns = Set.copyOf(rawColumns);
    invertedColumns = Set.copyOf(invertedColumns);
    rangeColumns = Set.copyOf(rangeColumns);
    bloomColumns = Map.copyOf(bloomColumns);
  }

  /** Without range columns and bloom filters. */
  public EncodingDecisions(int formatVersion, Set<String> rawColumns, Set<String> invertedColumns) {
    this(formatVersion, rawColumns, invertedColumns, Set.of(), Map.of());
  }
}
