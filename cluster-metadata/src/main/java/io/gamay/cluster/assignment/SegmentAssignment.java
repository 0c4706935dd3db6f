package io.gamay.cluster.assignment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who hosts one segment.
 *
 * @param wanted instance id to what it is to do, in assignment order: the first routable one
 *     answers for the tail
 * @param leaving replaced instances that still consume, report and may commit until they are
 *     released
 */
public record SegmentAssignment(Map<String, WantedState> wanted, List<String> leaving) {

  public SegmentAssignment {
    wanted = Collections.unmodifiableMap(new LinkedHashMap<>(wanted));
    leaving = List.copyOf(leaving);
  }
}
