package io.gamay.ingest.consume;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.segment.ledger.OffsetLedger;
import java.util.Optional;

/**
 * One segment in a consumer's care, as other threads may see it.
 *
 * @param isBringing whether the consumer will bring the segment's file itself
 * @param reason why it does not go on, or what it waits for as it should
 * @param isPaused whether that is the server's limits
 * @param memoryBytes taken from the machine by its rows
 * @param ledger its published part may be read; empty if the rows are in a file
 */
record SegmentStatus(
    SegmentName name,
    ConsumingState state,
    CurrentSegment current,
    boolean isBringing,
    long startOffset,
    long position,
    int docCount,
    long memoryBytes,
    Optional<OffsetLedger> ledger,
    String reason,
    boolean isPaused) {}
