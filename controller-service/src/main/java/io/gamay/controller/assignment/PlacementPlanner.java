package io.gamay.controller.assignment;

import io.gamay.cluster.assignment.InstanceGroups;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.table.PlacementConfig;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.assignment.SegmentHomes.Home;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which servers the segments of a table belong on. Pure; the same input gives the same answer. Once
 * an answer has come true it is given again; what has come true of one stays in the next, but for a
 * few replicas where {@link BalancedPlacement} needed an exchange to keep those of a unit apart.
 *
 * <ul>
 *   <li>A kind with replica groups has one replica in each, on the server that the segment's
 *       partition and sequence give; place g of the answer is the one in group g.
 *   <li>Of other kinds every server of the tag, or of those that were chosen, has the same number
 *       of replicas, give or take one, with as few moves as that takes. The unfinished segments of
 *       a partition are counted as one and stay together.
 *   <li>A server that is merely away keeps what it has; nothing is given to it.
 *   <li>Where there are fewer servers than replicas are asked for, there are fewer replicas.
 * </ul>
 */
public final class PlacementPlanner {

  private PlacementPlanner() {}

  /**
   * @param includeConsuming whether segments that are not ONLINE have an answer too
   * @param bootstrap whether it is decided as if nothing were anywhere
   */
  public record Options(boolean includeConsuming, boolean bootstrap) {

    public static final Options DEFAULT = new Options(true, false);
  }

  /**
   * @param groups as they are written down, or are to be; empty: there are none
   * @return servers in order, by segment; a segment that nobody can host has none
   */
  public static Map<SegmentName, List<String>> target(
      ClusterView view,
      TableView table,
      Optional<InstanceGroups> groups,
      Instant now,
      Options options) {
    SegmentHomes homes = SegmentHomes.of(view, table, groups, now);
    Targets targets =
        new Targets(homes, WantedReplicas.of(table), options.bootstrap(), table.tableId());
    Map<String, List<SegmentView>> sealed = new LinkedHashMap<>();
    List<PartitionView> consuming = new ArrayList<>();
    for (PartitionView partition : table.partitions().values()) {
      boolean isUnfinished = false;
      for (SegmentView segment : partition.segments().values()) {
        if (segment.metadata().state() == SegmentState.ONLINE) {
          sealed
              .computeIfAbsent(homes.of(segment.metadata()).kind(), _ -> new ArrayList<>())
              .add(segment);
        } else {
          isUnfinished = true;
        }
      }
      if (isUnfinished && options.includeConsuming()) {
        consuming.add(partition);
      }
    }
    targets.addConsuming(consuming);
    sealed.forEach((kind, segments) -> targets.addSealed(homes.of(kind), segments));
    return targets.byName;
  }

  /**
   * The ONLINE segments that are on a server on which they do not belong by now, since it has
   * another tag, was not chosen, or is not their place in its group; with where they belong. Where
   * there are too few servers for that, a segment stays as it is.
   *
   * @param groups as they are written down; empty: there are none
   */
  public static Map<SegmentName, List<String>> misplaced(
      ClusterView view, TableView table, Optional<InstanceGroups> groups, Instant now) {
    SegmentHomes homes = SegmentHomes.of(view, table, groups, now);
    int replication = WantedReplicas.of(table);
    Map<SegmentName, List<String>> found = new LinkedHashMap<>();
    Map<String, ServerRoom> rooms = new HashMap<>();
    for (PartitionView partition : table.partitions().values()) {
      for (SegmentView segment : partition.segments().values()) {
        SegmentMetadata metadata = segment.metadata();
        if (metadata.state() != SegmentState.ONLINE) {
          continue;
        }
        Home home = homes.of(metadata);
        List<String> present = List.copyOf(segment.assignment().wanted().keySet());
        List<String> target =
            home.isGrouped()
                ? inGroups(homes, home, metadata, present)
                : inside(
                    homes,
                    home,
                    present,
                    replication,
                    rooms.computeIfAbsent(
                        home.kind(), _ -> ServerRoom.ofSealed(view, home.servers())));
        boolean isWhole = target.size() >= Math.min(replication, present.size());
        if (isWhole && !Set.copyOf(present).containsAll(target)) {
          found.put(metadata.name(), target);
        }
      }
    }
    return found;
  }

  /** Those that are outside are replaced, by as many as there are. */
  private static List<String> inside(
      SegmentHomes homes, Home home, List<String> present, int replication, ServerRoom room) {
    Set<String> target = new LinkedHashSet<>(present);
    for (String server : present) {
      if (homes.isOutside(home, server)) {
        target.remove(server);
      }
    }
    int outside = present.size() - target.size();
    if (outside == 0) {
      return present;
    }
    List<String> replacements =
        room.take(Math.min(outside, Math.max(0, replication - target.size())), target);
    return replaced(present, target, replacements);
  }

  /** Others in the places of those that do not stay, as far as they go; no replica is given up. */
  private static List<String> replaced(
      List<String> present, Set<String> staying, List<String> others) {
    List<String> left = new ArrayList<>(others);
    List<String> result = new ArrayList<>();
    for (String server : present) {
      result.add(staying.contains(server) || left.isEmpty() ? server : left.removeFirst());
    }
    return result;
  }

  private static List<String> inGroups(
      SegmentHomes homes, Home home, SegmentMetadata segment, List<String> present) {
    return homes.inGroups(home, segment, present, server -> homes.mayKeepByTag(home, server));
  }

  /** Answers as they are made. */
  private static final class Targets {

    private final SegmentHomes homes;
    private final int replication;
    private final boolean bootstrap;
    private final long tableKey;
    private final Map<SegmentName, List<String>> byName = new HashMap<>();

    Targets(SegmentHomes homes, int replication, boolean bootstrap, String tableId) {
      this.homes = homes;
      this.replication = replication;
      this.bootstrap = bootstrap;
      this.tableKey = tableId.hashCode() * 0x9E3779B97F4A7C15L;
    }

    void addConsuming(List<PartitionView> partitions) {
      Home home = homes.of(PlacementConfig.CONSUMING);
      List<List<String>> servers = new ArrayList<>();
      if (home.isGrouped()) {
        partitions.forEach(
            partition -> servers.add(inGroups(home, partition.segments().lastEntry().getValue())));
      } else {
        servers.addAll(
            balanced(
                home,
                partitions.stream().map(partition -> key(partition.partition(), -1)).toList(),
                partitions.stream()
                    .map(partition -> present(home, partition.segments().lastEntry().getValue()))
                    .toList()));
      }
      for (int index = 0; index < partitions.size(); index++) {
        for (SegmentView segment : partitions.get(index).segments().values()) {
          if (segment.metadata().state() != SegmentState.ONLINE) {
            byName.put(segment.metadata().name(), servers.get(index));
          }
        }
      }
    }

    void addSealed(Home home, List<SegmentView> segments) {
      if (home.isGrouped()) {
        segments.forEach(segment -> byName.put(segment.metadata().name(), inGroups(home, segment)));
        return;
      }
      List<List<String>> servers =
          balanced(
              home,
              segments.stream()
                  .map(segment -> segment.metadata().name())
                  .map(name -> key(name.partition(), name.sequence()))
                  .toList(),
              segments.stream().map(segment -> present(home, segment)).toList());
      for (int index = 0; index < segments.size(); index++) {
        byName.put(segments.get(index).metadata().name(), servers.get(index));
      }
    }

    private List<String> inGroups(Home home, SegmentView segment) {
      return PlacementPlanner.inGroups(homes, home, segment.metadata(), present(home, segment));
    }

    private List<List<String>> balanced(Home home, List<Long> keys, List<List<String>> present) {
      return new BalancedPlacement(home.servers())
          .place(keys, present, replication, server -> homes.mayKeep(home, server));
    }

    /** Of another table's units other servers come first. */
    private long key(int partition, int sequence) {
      return tableKey ^ ((long) partition << Integer.SIZE | sequence);
    }

    /** Also if it is decided as if nothing were anywhere, what is away stays where it is. */
    private List<String> present(Home home, SegmentView segment) {
      Set<String> present = segment.assignment().wanted().keySet();
      return bootstrap
          ? present.stream()
              .filter(server -> !home.servers().contains(server) && homes.mayKeep(home, server))
              .toList()
          : List.copyOf(present);
    }
  }
}
