package io.gamay.controller.assignment;

import io.gamay.cluster.assignment.InstanceGroups;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.table.PlacementConfig;
import io.gamay.cluster.table.PlacementConfig.Grouping;
import io.gamay.cluster.table.PlacementConfig.Selector;
import io.gamay.cluster.table.PlacementConfig.Tier;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.retention.SegmentAges;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.TimeFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which servers the segments of one table may be on, by their state, age and partition, as things
 * stand in one view. Not thread-safe.
 */
final class SegmentHomes {

  private final ClusterView view;
  private final TableView table;
  private final PlacementConfig placement;
  private final InstanceGroups groups;
  private final Instant now;
  private final Map<String, Home> byKind = new HashMap<>();
  private final List<Tier> byAge;
  private final Map<String, String> tierBySegment = new HashMap<>();
  private final Optional<String> timeColumn;
  private final Optional<TimeFormat> timeFormat;

  /**
   * @param groups as they are written down; where there are none, those that would be
   */
  SegmentHomes(ClusterView view, TableView table, Optional<InstanceGroups> groups, Instant now) {
    this.view = view;
    this.table = table;
    this.placement = table.config().placement();
    this.now = now;
    this.groups = withMissing(groups);
    this.byAge =
        placement.tiers().stream()
            .filter(tier -> tier.selector() instanceof Selector.Age)
            .sorted(Comparator.comparing(SegmentHomes::age).reversed())
            .toList();
    placement
        .tiers()
        .forEach(
            tier -> {
              if (tier.selector() instanceof Selector.Named(Set<String> segments)) {
                segments.forEach(segment -> tierBySegment.putIfAbsent(segment, tier.name()));
              }
            });
    Optional<ColumnSpec> time = table.config().timeColumn().flatMap(table.schema()::column);
    this.timeColumn = time.map(ColumnSpec::name);
    this.timeFormat = time.flatMap(ColumnSpec::timeFormat);
  }

  private InstanceGroups withMissing(Optional<InstanceGroups> written) {
    boolean isComplete =
        placement.groupings().keySet().stream()
            .allMatch(kind -> written.flatMap(present -> present.of(kind)).isPresent());
    return isComplete
        ? written.orElse(InstanceGroups.NONE)
        : GroupKeeper.kept(view, table.config(), written, _ -> false);
  }

  /**
   * The servers of one kind.
   *
   * @param servers those that may be given segments now, sorted
   * @param groups of replicas, each in the order in which its servers are counted; empty if
   *     segments are balanced over the servers
   */
  record Home(
      String kind,
      String tag,
      Optional<Grouping> grouping,
      List<String> servers,
      List<List<String>> groups) {

    boolean isGrouped() {
      return !groups.isEmpty();
    }
  }

  Home of(SegmentMetadata segment) {
    return of(kind(segment));
  }

  Home of(String kind) {
    return byKind.computeIfAbsent(kind, this::make);
  }

  private Home make(String kind) {
    String tag = placement.tag(kind);
    List<String> servers = PlaceableServers.of(view, tag);
    Optional<Grouping> grouping = placement.grouping(kind);
    if (grouping.isEmpty()) {
      return new Home(kind, tag, grouping, servers, List.of());
    }
    List<List<String>> chosen = groups.of(placement.home(kind)).orElse(List.of());
    if (grouping.get().isReplicaGroups()) {
      return new Home(kind, tag, grouping, servers, chosen);
    }
    List<String> pool = chosen.stream().flatMap(List::stream).toList();
    return new Home(
        kind, tag, grouping, servers.stream().filter(pool::contains).toList(), List.of());
  }

  /** Whether a segment may stay on a server of its home that has it. */
  boolean mayKeep(Home home, String server) {
    boolean isChosen =
        home.grouping().isEmpty()
            || groups.of(placement.home(home.kind())).orElse(List.of()).stream()
                .anyMatch(group -> group.contains(server));
    return isChosen && mayKeepByTag(home, server);
  }

  /** As the other, whoever was chosen. */
  boolean mayKeepByTag(Home home, String server) {
    return PlaceableServers.mayKeep(view, server, home.tag());
  }

  private String kind(SegmentMetadata segment) {
    if (segment.state() != SegmentState.ONLINE) {
      return PlacementConfig.CONSUMING;
    }
    String named = tierBySegment.get(segment.name().toString());
    if (named != null) {
      return named;
    }
    if (byAge.isEmpty()) {
      return PlacementConfig.COMPLETED;
    }
    Duration age = Duration.between(newestTime(segment), now);
    return byAge.stream()
        .filter(tier -> age.compareTo(age(tier)) >= 0)
        .map(Tier::name)
        .findFirst()
        .orElse(PlacementConfig.COMPLETED);
  }

  private Instant newestTime(SegmentMetadata segment) {
    return timeColumn
        .flatMap(
            column -> timeFormat.flatMap(format -> SegmentAges.newest(segment, column, format)))
        .orElse(segment.createdAt());
  }

  private static Duration age(Tier tier) {
    return tier.selector() instanceof Selector.Age(Duration atLeast) ? atLeast : Duration.ZERO;
  }

  /**
   * Where in its groups a segment belongs, by replica; empty for a group without servers.
   *
   * @param home the segment's, a grouped one
   */
  List<Optional<String>> places(Home home, SegmentMetadata segment) {
    List<Optional<String>> places = new ArrayList<>();
    for (List<String> group : home.groups()) {
      places.add(
          group.isEmpty()
              ? Optional.empty()
              : Optional.of(group.get(place(home, group.size(), segment))));
    }
    return places;
  }

  /** A partition has some servers of a group in a row; its sealed segments take turns on them. */
  private int place(Home home, int size, SegmentMetadata segment) {
    Grouping grouping = home.grouping().orElseThrow();
    int slots = grouping.serversPerGroup() > 0 ? grouping.serversPerGroup() : size;
    int partition = segment.name().partition();
    long first = grouping.partitions() > 0 ? partition % grouping.partitions() : partition;
    int each = serversPerPartition(home, grouping, slots);
    long turn =
        home.kind().equals(PlacementConfig.CONSUMING)
            ? 0
            : (first + segment.name().sequence()) % each;
    return (int) ((first * each + turn) % slots % size);
  }

  private int serversPerPartition(Home home, Grouping grouping, int slots) {
    if (grouping.serversPerPartition() > 0) {
      return Math.min(grouping.serversPerPartition(), slots);
    }
    if (placement.home(home.kind()).equals(PlacementConfig.CONSUMING)) {
      return 1;
    }
    return grouping.partitions() > 0 ? Math.max(1, slots / grouping.partitions()) : slots;
  }
}
