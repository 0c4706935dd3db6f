package io.gamay.cluster.table;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * When a consuming segment is full; whichever comes first. At most one of the limits by rows is
 * there.
 *
 * @param segmentRows rows of one segment
 * @param serverRows rows of all consuming segments of the table on one server, which share them
 *     evenly
 * @param segmentSizeBytes wanted size of the sealed file, used when rows are not limited
 * @param time age of the segment
 * @param initialRows rows of a segment that is limited by size, while no sealed one tells how large
 *     a row is
 */
public record FlushThresholds(
    OptionalLong segmentRows,
    OptionalLong serverRows,
    long segmentSizeBytes,
    Duration time,
    long initialRows) {

  public static final long DEFAULT_INITIAL_ROWS = 100_000;

  /** With the default of initial rows. */
  public FlushThresholds(
      OptionalLong segmentRows, OptionalLong serverRows, long segmentSizeBytes, Duration time) {
    this(segmentRows, serverRows, segmentSizeBytes, time, DEFAULT_INITIAL_ROWS);
  }

  /**
   * Rows of one segment on a server that consumes so many partitions of the table; empty: no limit
   * by rows.
   */
  public OptionalLong rowsPerSegment(int partitionsOnServer) {
    return serverRows.isEmpty()
        ? segmentRows
        : OptionalLong.of(Math.max(1, serverRows.getAsLong() / Math.max(1, partitionsOnServer)));
  }
}
