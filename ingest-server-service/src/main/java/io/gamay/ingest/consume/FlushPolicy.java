package io.gamay.ingest.consume;

import io.gamay.cluster.commit.CommitReport.StopReason;
import io.gamay.cluster.table.FlushThresholds;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Whether a consuming segment is full: by rows, by the rows that make a file of the wanted size, by
 * age. Rows that grow within a segment show in its memory. One thread.
 */
final class FlushPolicy {

  /** File bytes per byte of memory that no file was seen to exceed. */
  private static final double FIRST_GUESS = 0.5;

  /** So many times the wanted size, by its memory, before a segment ends ahead of its rows. */
  private static final double LEAP = 1.5;

  /** Smaller files, in parts of the wanted size, do not tell what memory becomes. */
  private static final double TELLING_SIZE = 0.5;

  private OptionalDouble fileBytesPerMemoryByte = OptionalDouble.empty();

  /**
   * A segment is full.
   *
   * @param rows at which it was; rows beyond are to be the successor's. Empty: where it stands
   */
  record Stop(StopReason reason, OptionalLong rows) {}

  /**
   * @param rowLimit of one segment; empty: segments are limited by size
   */
  Optional<Stop> due(
      FlushThresholds thresholds,
      OptionalLong rowLimit,
      SizeLimit sizeLimit,
      int docCount,
      long memoryBytes,
      Duration age) {
    if (rowLimit.isPresent()) {
      if (docCount >= rowLimit.getAsLong()) {
        return Optional.of(new Stop(StopReason.ROW_LIMIT, rowLimit));
      }
    } else if (docCount >= sizeLimit.rows()) {
      return Optional.of(new Stop(StopReason.SIZE_LIMIT, OptionalLong.of(sizeLimit.rows())));
    } else if (isTooLarge(thresholds, sizeLimit, memoryBytes)) {
      return Optional.of(new Stop(StopReason.SIZE_LIMIT, OptionalLong.empty()));
    }
    return age.compareTo(thresholds.time()) >= 0
        ? Optional.of(new Stop(StopReason.TIME_LIMIT, OptionalLong.empty()))
        : Optional.empty();
  }

  /** What a segment became here. */
  void learn(FlushThresholds thresholds, long memoryBytes, long fileBytes) {
    if (memoryBytes > 0 && fileBytes >= TELLING_SIZE * thresholds.segmentSizeBytes()) {
      fileBytesPerMemoryByte = OptionalDouble.of((double) fileBytes / memoryBytes);
    }
  }

  private boolean isTooLarge(FlushThresholds thresholds, SizeLimit sizeLimit, long memoryBytes) {
    if (!sizeLimit.isLearned()) {
      return memoryBytes * FIRST_GUESS >= thresholds.segmentSizeBytes();
    }
    return fileBytesPerMemoryByte.isPresent()
        && memoryBytes * fileBytesPerMemoryByte.getAsDouble()
            >= LEAP * thresholds.segmentSizeBytes();
  }
}
