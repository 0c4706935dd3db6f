package io.gamay.cluster.assignment;

import io.gamay.cluster.segment.SegmentName;
import java.util.Map;
import java.util.Optional;

/**
 * The assignment of the segments of one shard; one node in the store.
 *
 * @param storedAgain the object key that a sealed segment of the shard was given last, if any was
 *     given another one: whoever has missed changes reads nodes of sealed segments again where it
 *     is not the one that he knows. A key is never used twice
 */
public record AssignmentShard(
    ShardId id, Map<SegmentName, SegmentAssignment> segments, Optional<String> storedAgain) {

  public AssignmentShard {
    segments = Map.copyOf(segments);
  }

  /** A new one, of segments whose objects are those of their commits. */
  public AssignmentShard(ShardId id, Map<SegmentName, SegmentAssignment> segments) {
    this(id, segments, Optional.empty());
  }

  public AssignmentShard withSegments(Map<SegmentName, SegmentAssignment> segmentsNow) {
    return new AssignmentShard(id, segmentsNow, storedAgain);
  }

  /** After one of its sealed segments was given another object. */
  public AssignmentShard withStoredAgain(String objectKey) {
    return new AssignmentShard(id, segments, Optional.of(objectKey));
  }
}
