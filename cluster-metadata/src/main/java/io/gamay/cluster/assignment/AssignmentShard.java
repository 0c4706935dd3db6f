package io.gamay.cluster.assignment;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import io.gamay.cluster.segment.SegmentName;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The assignment of the segments of one shard; one node in the store.
 *
 * @param storedAgain the object key that a sealed segment of the shard was given last, if any was
 *     given another one, or the moment at which the shard was made anew: whoever has missed changes
 *     reads nodes of sealed segments again where it is not what he knows. Nothing is said twice
 * @param unknown what a newer process wrote besides: it is kept whoever changes the rest
 */
public record AssignmentShard(
    ShardId id,
    Map<SegmentName, SegmentAssignment> segments,
    Optional<String> storedAgain,
    @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {

  public AssignmentShard {
    segments = Map.copyOf(segments);
    unknown = Map.copyOf(unknown);
  }

  /** A new one, of segments whose objects are those of their commits. */
  public AssignmentShard(ShardId id, Map<SegmentName, SegmentAssignment> segments) {
    this(id, segments, Optional.empty(), Map.of());
  }

  /**
   * In the place of one that was lost: of which segments were stored again it is not known.
   *
   * @param now not that of another one
   */
  public static AssignmentShard madeAnew(ShardId id, Instant now) {
    return new AssignmentShard(id, Map.of(), Optional.of("made anew at " + now), Map.of());
  }

  public AssignmentShard withSegments(Map<SegmentName, SegmentAssignment> segmentsNow) {
    return new AssignmentShard(id, segmentsNow, storedAgain, unknown);
  }

  /** After one of its sealed segments was given another object. */
  public AssignmentShard withStoredAgain(String objectKey) {
    return new AssignmentShard(id, segments, Optional.of(objectKey), unknown);
  }
}
