package io.gamay.controller.assignment;

import io.gamay.cluster.assignment.InstanceGroups;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.table.PlacementConfig;
import io.gamay.cluster.table.PlacementConfig.Tier;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.cluster.view.ClusterView.TableView;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which tiers the segments of a table belong to, and its servers are of. Pure. */
public final class SegmentTiers {

  private SegmentTiers() {}

  /** By segment, the tier that it belongs to; empty for those of none. */
  public static Map<SegmentName, Optional<String>> wanted(
      ClusterView view, TableView table, Optional<InstanceGroups> groups, Instant now) {
    SegmentHomes homes = SegmentHomes.of(view, table, groups, now);
    Map<SegmentName, Optional<String>> tiers = new HashMap<>();
    table
        .partitions()
        .values()
        .forEach(
            partition ->
                partition
                    .segments()
                    .values()
                    .forEach(
                        segment ->
                            tiers.put(
                                segment.metadata().name(),
                                tier(homes.of(segment.metadata()).kind()))));
    return tiers;
  }

  private static Optional<String> tier(String kind) {
    boolean isNone =
        kind.equals(PlacementConfig.CONSUMING) || kind.equals(PlacementConfig.COMPLETED);
    return isNone ? Optional.empty() : Optional.of(kind);
  }

  /** The first of the table's tiers whose tag a server bears; empty if it bears none. */
  public static Optional<String> of(String server, ClusterView view, TableView table) {
    @Nullable InstanceView instance = view.instances().get(server);
    return instance == null
        ? Optional.empty()
        : table.config().placement().tiers().stream()
            .filter(tier -> instance.config().tags().contains(tier.tag()))
            .map(Tier::name)
            .findFirst();
  }
}
