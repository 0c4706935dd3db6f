package io.gamay.cluster.layout;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.segment.SegmentName;
import java.util.Map;

/**
 * What an instance does with the segments of one shard.
 *
 * @param incarnation that of the {@link LiveNode} whose process wrote it; while another one is live
 *     nothing of this holds
 */
public record CurrentShard(long incarnation, Map<SegmentName, CurrentSegment> segments) {

  public CurrentShard {
    segments = Map.copyOf(segments);
  }
}
