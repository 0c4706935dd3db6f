package io.gamay.segment.seal;

import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.ledger.RejectedRecord;
import io.gamay.segment.ledger.RejectionReason;
import io.gamay.segment.schema.EncodingDecisions;
import java.util.List;
import java.util.Map;

/**
 * What a seal needs beside the rows.
 *
 * @param encodings the decisions that came with the segment
 * @param ledger closes over the view's offsets; its indexed count is the view's doc count
 * @param lostRanges the offsets that {@link LedgerCounts#lost()} counts, in any order
 * @param rejected samples of rejected records; those with the lowest offsets are kept, at most
 *     {@link RejectedRecord#MAX_SAMPLES_PER_SEGMENT}
 * @param rejectedByReason exact counts, which sum to {@link LedgerCounts#rejected()}
 */
public record SealInputs(
    String tableName,
    EncodingDecisions encodings,
    LedgerCounts ledger,
    List<OffsetRange> lostRanges,
    List<RejectedRecord> rejected,
    Map<RejectionReason, Long> rejectedByReason) {

  public SealInputs {
    lostRanges = List.copyOf(lostRanges);
    rejected = List.copyOf(rejected);
    rejectedByReason = Map.copyOf(rejectedByReason);
  }
}
