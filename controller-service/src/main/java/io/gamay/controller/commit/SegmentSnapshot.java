package io.gamay.controller.commit;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.controller.table.TableState;
import io.gamay.controller.table.Versioned;
import io.gamay.segment.ledger.OffsetRange;

/**
 * All that a decision about one segment reads, with the versions that its transaction checks.
 *
 * @param shard the assignment shard that holds the segment
 */
record SegmentSnapshot(
    TableState table,
    Versioned<SegmentMetadata> segment,
    Versioned<AssignmentShard> shard,
    Members members) {

  /** The offsets that are not to be read, by order of whoever resumed the table's consumption. */
  OffsetRange skipped() {
    long start = segment.value().startOffset();
    long to = table.node().consumption().skipTo(segment.value().name()).orElse(start);
    return new OffsetRange(start, Math.max(start, to));
  }
}
