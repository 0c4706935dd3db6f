package io.gamay.cluster.table;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * When a consuming segment is full; whichever comes first.
 *
 * @param segmentRows rows of one segment; empty: no limit by rows
 * @param segmentSizeBytes wanted size of the sealed file, used when rows are not limited
 * @param time age of the segment
 */
public record FlushThresholds(OptionalLong segmentRows, long segmentSizeBytes, Duration time) {}
