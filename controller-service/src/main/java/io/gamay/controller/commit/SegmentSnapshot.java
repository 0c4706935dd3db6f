package io.gamay.controller.commit;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.controller.table.TableState;
import io.gamay.controller.table.Versioned;

/**
 * All that a decision about one segment reads, with the versions that its transaction checks.
 *
 * @param shard the assignment shard that holds the segment
 */
record SegmentSnapshot(
    TableState table,
    Versioned<SegmentMetadata> segment,
    Versioned<AssignmentShard> shard,
    Members members) {}
