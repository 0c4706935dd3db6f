package io.gamay.ingest.consume;

import io.gamay.cluster.commit.CommitReport.StopReason;
import io.gamay.cluster.table.FlushThresholds;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Whether a consuming segment is full. The size of the file that it will become is estimated from
 * its memory and from what earlier segments of the partition became. One thread.
 */
final class FlushPolicy {

  /** File bytes per byte of memory before there is experience. */
  private static final double FIRST_GUESS = 0.5;

  private double fileBytesPerMemoryByte = FIRST_GUESS;

  /**
   * @param rowLimit of one segment; empty: segments are limited by size
   */
  Optional<StopReason> stopReason(
      FlushThresholds thresholds,
      OptionalLong rowLimit,
      int docCount,
      long memoryBytes,
      Instant createdAt,
      Instant now) {
    if (rowLimit.isPresent()) {
      if (docCount >= rowLimit.getAsLong()) {
        return Optional.of(StopReason.ROW_LIMIT);
      }
    } else if (memoryBytes * fileBytesPerMemoryByte >= thresholds.segmentSizeBytes()) {
      return Optional.of(StopReason.SIZE_LIMIT);
    }
    return Duration.between(createdAt, now).compareTo(thresholds.time()) >= 0
        ? Optional.of(StopReason.TIME_LIMIT)
        : Optional.empty();
  }

  /** What a segment became. */
  void learn(long memoryBytes, long fileBytes) {
    if (memoryBytes > 0) {
      fileBytesPerMemoryByte = (fileBytesPerMemoryByte + (double) fileBytes / memoryBytes) / 2;
    }
  }
}
