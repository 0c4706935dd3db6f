package io.gamay.controller.assignment;

import io.gamay.cluster.assignment.InstanceGroups;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.table.PlacementConfig;
import io.gamay.cluster.table.PlacementConfig.Grouping;
import io.gamay.cluster.table.PlacementConfig.Selector;
import io.gamay.cluster.table.PlacementConfig.Tier;
import io.gamay.cluster.table.TableConfig;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.retention.SegmentAges;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.TimeFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which servers the segments of one table may be on, by their state, age and partition, as things
 * stand in one view. Not thread-safe.
 */
final class SegmentHomes {

  private final ClusterView view;
  private final TableConfig config;
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
  SegmentHomes(
      ClusterView view,
      TableConfig config,
      TableSchema schema,
      Optional<InstanceGroups> groups,
      Instant now) {
    this.view = view;
    this.config = config;
    this.placement = config.placement();
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
    Optional<ColumnSpec> time = config.timeColumn().flatMap(schema::column);
    this.timeColumn = time.map(ColumnSpec::name);
    this.timeFormat = time.flatMap(ColumnSpec::timeFormat);
  }

  static SegmentHomes of(
      ClusterView view, TableView table, Optional<InstanceGroups> groups, Instant now) {
    return new SegmentHomes(view, table.config(), table.schema(), groups, now);
  }

  private InstanceGroups withMissing(Optional<InstanceGroups> written) {
    boolean isComplete =
        placement.groupings().keySet().stream()
            .allMatch(kind -> written.flatMap(present -> present.of(kind)).isPresent());
    return isComplete
        ? written.orElse(InstanceGroups.NONE)
        : GroupKeeper.kept(view, config, written, _ -> false);
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
    return isChosen(home, server) && mayKeepByTag(home, server);
  }

  /** Whether a server is known not to be one of a home's, whatever people have decided about it. */
  boolean isOutside(Home home, String server) {
    return view.instances().containsKey(server)
        && !(isChosen(home, server) && PlaceableServers.bears(view, server, home.tag()));
  }

  private boolean isChosen(Home home, String server) {
    return home.grouping().isEmpty()
        || groups.of(placement.home(home.kind())).orElse(List.of()).stream()
            .anyMatch(group -> group.contains(server));
  }

  /** As {@link #mayKeep}, whoever was chosen. */
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
   * Where a segment belongs: one server in each group. For a place whose server may not have it,
   * another one of the group, or else of the tag, one that has it already if there is such a one;
   * not the same for all segments.
   *
   * @param home the segment's, a grouped one
   * @param present who has it now
   * @param mayHave whether a chosen server may have it
   */
  List<String> inGroups(
      Home home, SegmentMetadata segment, List<String> present, Predicate<String> mayHave) {
    List<Optional<String>> places = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (List<String> group : home.groups()) {
      Optional<String> chosen =
          group.isEmpty()
              ? Optional.empty()
              : Optional.of(group.get(place(home, group.size(), segment))).filter(mayHave);
      places.add(chosen);
      chosen.ifPresent(taken::add);
    }
    List<String> result = new ArrayList<>();
    for (int group = 0; group < places.size(); group++) {
      Optional<String> server = places.get(group);
      if (server.isEmpty()) {
        server = substitute(home, segment, home.groups().get(group), present, taken, mayHave);
        server.ifPresent(taken::add);
      }
      server.ifPresent(result::add);
    }
    return List.copyOf(result);
  }

  /**
   * Of those that are alike every segment prefers another one, the unfinished of a partition one.
   */
  private Optional<String> substitute(
      Home home,
      SegmentMetadata segment,
      List<String> group,
      List<String> present,
      Set<String> taken,
      Predicate<String> mayHave) {
    long key =
        (long) segment.name().partition() << Integer.SIZE
            | (home.kind().equals(PlacementConfig.CONSUMING) ? 0 : segment.name().sequence());
    Comparator<String> byRank =
        Comparator.comparingLong(server -> BalancedPlacement.rank(key, server));
    Stream<String> holders = present.stream().filter(server -> mayKeepByTag(home, server));
    Stream<String> fellows = group.stream().filter(home.servers()::contains).sorted(byRank);
    return Stream.of(holders, fellows, home.servers().stream().sorted(byRank))
        .flatMap(servers -> servers)
        .filter(server -> !taken.contains(server) && mayHave.test(server))
        .findFirst();
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
