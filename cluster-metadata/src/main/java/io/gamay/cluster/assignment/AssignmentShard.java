package io.gamay.cluster.assignment;

import io.gamay.cluster.segment.SegmentName;
import java.util.Map;

/** The assignment of the segments of one shard; one node in the store. */
public record AssignmentShard(ShardId id, Map<SegmentName, SegmentAssignment> segments) {

  public AssignmentShard {
    segments = Map.copyOf(segments);
  }
}
