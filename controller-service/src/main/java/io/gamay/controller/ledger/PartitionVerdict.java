package io.gamay.controller.ledger;

import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import java.util.List;

/**
 * What was found of one partition.
 *
 * @param isSound whether nothing disagrees
 * @param startOffset the first offset of the first segment that is still there
 * @param committedEnd up to where segments are ONLINE without a break
 * @param readTo the furthest position of a live consumer, -1 if none is known
 * @param logStart the first offset that Kafka holds
 * @param logStableEnd where the first open transaction begins; Kafka's end without one
 * @param logEnd the offset of the next record
 * @param committed counts of all ONLINE segments
 * @param lost offsets that were declared lost
 * @param onlyHere committed offsets that Kafka does not hold any more: retention took them
 * @param passed offsets that retention took before a consumer that is behind has read them; they
 *     are declared lost at the commit, if nobody has them
 * @param notReadYet offsets of the log that no consumer has read
 */
public record PartitionVerdict(
    int partition,
    boolean isSound,
    long startOffset,
    long committedEnd,
    long readTo,
    long logStart,
    long logStableEnd,
    long logEnd,
    LedgerCounts committed,
    List<OffsetRange> lost,
    long onlyHere,
    long passed,
    long notReadYet,
    List<Discrepancy> discrepancies) {

  public PartitionVerdict {
    lost = List.copyOf(lost);
    discrepancies = List.copyOf(discrepancies);
  }
}
