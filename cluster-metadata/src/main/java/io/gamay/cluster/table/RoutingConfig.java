package io.gamay.cluster.table;

import io.gamay.cluster.segment.PartitionFunction;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How a table's queries are spread over replicas, how many there may be, what keeps them from
 * segments, and how much the table may store.
 *
 * @param adaptive the table's own choice; empty: the broker's
 * @param maxQueriesPerSecond on all brokers together
 * @param maxStorageBytes of sealed segments, each counted once however many replicas it has
 * @param partitions functions by column; segments remember the ids that they give
 */
public record RoutingConfig(
    InstanceSelector selector,
    Optional<AdaptiveSelector> adaptive,
    OptionalDouble maxQueriesPerSecond,
    OptionalLong maxStorageBytes,
    Map<String, PartitionFunction> partitions) {

  public static final RoutingConfig DEFAULT =
      new RoutingConfig(
          InstanceSelector.BALANCED, Optional.empty(), OptionalDouble.empty(), Map.of());

  /** Without a limit on storage. */
  public RoutingConfig(
      InstanceSelector selector,
      Optional<AdaptiveSelector> adaptive,
      OptionalDouble maxQueriesPerSecond,
      Map<String, PartitionFunction> partitions) {
    this(selector, adaptive, maxQueriesPerSecond, OptionalLong.empty(), partitions);
  }

  public RoutingConfig {
    partitions = Map.copyOf(partitions);
  }

  /** Which replicas of sealed segments are asked. */
  public enum InstanceSelector {
    /** Each segment of its next replica in turn. */
    BALANCED("balanced"),
    /** All of the same replica number, so that a query asks one group of servers. */
    REPLICA_GROUP("replicaGroup"),
    /** As that, and no server that lacks one of the segments that it is to have. */
    STRICT_REPLICA_GROUP("strictReplicaGroup"),
    /** Of as few servers as hold them all. */
    MINIMAL_SERVER("minimalServer");

    private final String text;

    InstanceSelector(String text) {
      this.text = text;
    }

    /** As a config says it. */
    public String text() {
      return text;
    }

    static Optional<InstanceSelector> ofText(String text) {
      return Arrays.stream(values()).filter(value -> value.text.equalsIgnoreCase(text)).findFirst();
    }

    static List<String> texts() {
      return Arrays.stream(values()).map(InstanceSelector::text).toList();
    }
  }

  /** Whether the balanced choice looks at servers first. */
  public enum AdaptiveSelector {
    /** It does not. */
    NO_OP,
    /** Those with the fewest requests under way. */
    NUM_INFLIGHT_REQ,
    /** Those that answered fastest lately. */
    LATENCY,
    /** Both. */
    HYBRID
  }
}
