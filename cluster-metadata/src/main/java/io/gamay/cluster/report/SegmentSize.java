package io.gamay.cluster.report;

import java.util.OptionalLong;

/**
 * Disk taken by a sealed segment on one server.
 *
 * @param diskSizeBytes that its file takes there now; 0 if it was evicted
 * @param evictedBytes that it would take; empty if it is there
 */
public record SegmentSize(String segment, long diskSizeBytes, OptionalLong evictedBytes) {

  public static SegmentSize onDisk(String segment, long bytes) {
    return new SegmentSize(segment, bytes, OptionalLong.empty());
  }

  /** Hosted there, with its file in the deep store only. */
  public static SegmentSize evicted(String segment, long bytes) {
    return new SegmentSize(segment, 0, OptionalLong.of(bytes));
  }
}
