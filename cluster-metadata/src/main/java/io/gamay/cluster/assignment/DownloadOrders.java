package io.gamay.cluster.assignment;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import io.gamay.cluster.segment.SegmentName;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * Which sealed segments of a table every server is to have fetched from the deep store again.
 * Orders of a table are numbered from 1; a copy whose fetch began when order n was known satisfies
 * n and all before it. An order stands until a newer one takes its place.
 *
 * @param newest number of the newest order, 0 before the first
 * @param ofAll number of the newest order that was for all segments, 0 before the first
 * @param reach by partition, the sequence of the last segment that this one is for: segments that
 *     are sealed later are not meant
 * @param ofOne the newest order for a segment alone, since the one for all
 * @param unknown what a newer process wrote besides: it is kept whoever changes the rest
 */
public record DownloadOrders(
    int newest,
    int ofAll,
    Map<Integer, Integer> reach,
    Map<SegmentName, Integer> ofOne,
    @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {

  public static final DownloadOrders NONE = new DownloadOrders(0, 0, Map.of(), Map.of(), Map.of());

  /**
   * With the longest names these take up to 170 KB of the 256 KB that the table's node may have. An
   * order for all takes the place of the others.
   */
  public static final int MAX_OF_ONE = 256;

  public DownloadOrders {
    reach = Map.copyOf(reach);
    ofOne = Map.copyOf(ofOne);
    unknown = Map.copyOf(unknown);
  }

  /** The newest order for a segment, 0 if there is none. */
  public int wanted(SegmentName segment) {
    int alone = ofOne.getOrDefault(segment, 0);
    return Math.max(alone, isReached(segment) ? ofAll : 0);
  }

  /** Whether the newest order for all is for this segment. */
  public boolean isReached(SegmentName segment) {
    return segment.sequence() <= reach.getOrDefault(segment.partition(), -1);
  }

  /**
   * @param lastSealed by partition, the sequence of its last sealed segment
   */
  public DownloadOrders withAll(Map<Integer, Integer> lastSealed) {
    Map<Integer, Integer> farthest = new HashMap<>(reach);
    lastSealed.forEach((partition, last) -> farthest.merge(partition, last, Math::max));
    DownloadOrders all = new DownloadOrders(newest + 1, newest + 1, farthest, Map.of(), unknown);
    Map<SegmentName, Integer> beyond = new HashMap<>(ofOne);
    beyond.keySet().removeIf(all::isReached);
    return new DownloadOrders(all.newest, all.ofAll, all.reach, beyond, unknown);
  }

  /**
   * @param isThere whether a segment still exists: orders for others are forgotten
   * @throws IllegalStateException if there are {@link #MAX_OF_ONE} orders for others
   */
  public DownloadOrders withOne(SegmentName segment, Predicate<SegmentName> isThere) {
    Map<SegmentName, Integer> orders = new HashMap<>(ofOne);
    orders.keySet().removeIf(isThere.negate());
    orders.put(segment, newest + 1);
    if (orders.size() > MAX_OF_ONE) {
      throw new IllegalStateException(
          "%d segments have orders of their own".formatted(orders.size() - 1));
    }
    return new DownloadOrders(newest + 1, ofAll, reach, orders, unknown);
  }
}
