package io.gamay.cluster.table;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which servers a table's segments belong on. Segments are of a kind: {@link #CONSUMING} until they
 * are ONLINE, then {@link #COMPLETED} or of a tier, by its name. None of it changes an answer.
 *
 * @param consumingTag of the servers that consume
 * @param completedTag of the servers that hold sealed segments of no tier
 * @param tiers where sealed segments go that are old enough, or named, as they are written
 * @param groupings of the kinds whose servers are chosen once and written down, by kind
 */
public record PlacementConfig(
    String consumingTag, String completedTag, List<Tier> tiers, Map<String, Grouping> groupings) {

  public static final String CONSUMING = "CONSUMING";
  public static final String COMPLETED = "COMPLETED";

  public PlacementConfig {
    tiers = List.copyOf(tiers);
    groupings = Map.copyOf(groupings);
  }

  /** All of a tenant's servers alike, as without a word about it. */
  public static PlacementConfig ofTenant(String serverTenant) {
    String tag = serverTenant + "_REALTIME";
    return new PlacementConfig(tag, tag, List.of(), Map.of());
  }

  /**
   * Whose servers a kind has: its own, or those of the consuming ones where sealed segments stay on
   * the groups that consumed them.
   */
  public String home(String kind) {
    boolean staysWhereConsumed =
        kind.equals(COMPLETED)
            && !groupings.containsKey(COMPLETED)
            && groupings.containsKey(CONSUMING)
            && completedTag.equals(consumingTag);
    return staysWhereConsumed ? CONSUMING : kind;
  }

  /** How the servers of a kind are chosen once; empty: all of its tag are taken as they come. */
  public Optional<Grouping> grouping(String kind) {
    return Optional.ofNullable(groupings.get(home(kind)));
  }

  /** The tag of a kind's servers; that of completed segments for a tier that there is not. */
  public String tag(String kind) {
    if (kind.equals(CONSUMING)) {
      return consumingTag;
    }
    return tiers.stream()
        .filter(tier -> tier.name().equals(kind))
        .map(Tier::tag)
        .findFirst()
        .orElse(completedTag);
  }

  /** Every tag that some segment of the table may need. */
  public Set<String> tags() {
    Set<String> tags = new HashSet<>(Set.of(consumingTag));
    tags.add(completedTag);
    tiers.forEach(tier -> tags.add(tier.tag()));
    return tags;
  }

  /**
   * @param tag of the servers that hold its segments
   */
  public record Tier(String name, Selector selector, String tag) {}

  /** Which sealed segments are of a tier. */
  public sealed interface Selector {

    /** Those whose newest row is at least so old. */
    record Age(Duration atLeast) implements Selector {}

    /** Those of these names. */
    record Named(Set<String> segments) implements Selector {
      public Named {
        segments = Set.copyOf(segments);
      }
    }
  }

  /**
   * How the servers of one kind are chosen.
   *
   * @param isReplicaGroups one group per replica, each with a copy of everything; otherwise one
   *     group alone, over which segments are balanced
   * @param serversPerGroup 0: all that there are, in equal parts
   * @param partitions stream partitions are counted modulo this; 0: each is one of its own
   * @param serversPerPartition how many servers of a group share a partition's sealed segments; 0:
   *     one of those that consume, of others all, or their part of them if there are partitions
   */
  public record Grouping(
      boolean isReplicaGroups, int serversPerGroup, int partitions, int serversPerPartition) {

    /** How many groups a table has. */
    public int groups(int replication) {
      return isReplicaGroups ? replication : 1;
    }
  }
}
