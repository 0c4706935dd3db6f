package io.gamay.controller.assignment;

import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * How many segments of one sort each of some servers has, in all tables, and who is to get the next
 * one. Counts what it hands out itself, so that a burst of choices is balanced too. Not
 * thread-safe.
 */
final class ServerRoom {

  private final TreeMap<String, Integer> loads = new TreeMap<>();

  private ServerRoom(Collection<String> servers) {
    servers.forEach(server -> loads.put(server, 0));
  }

  /** By segments that are ONLINE. */
  static ServerRoom ofSealed(ClusterView view, Collection<String> servers) {
    return of(view, servers, segment -> segment.metadata().state() == SegmentState.ONLINE);
  }

  /** By segments that are not. */
  static ServerRoom ofUnfinished(ClusterView view, Collection<String> servers) {
    return of(view, servers, segment -> segment.metadata().state() != SegmentState.ONLINE);
  }

  private static ServerRoom of(
      ClusterView view, Collection<String> servers, Predicate<SegmentView> counts) {
    ServerRoom room = new ServerRoom(servers);
    view.tables().values().stream()
        .flatMap(table -> table.partitions().values().stream())
        .flatMap(partition -> partition.segments().values().stream())
        .filter(counts)
        .flatMap(segment -> segment.assignment().wanted().keySet().stream())
        .forEach(room::add);
    return room;
  }

  /**
   * The servers that {@link #take} would give, without counting that they get something.
   *
   * @param except servers that have it already, or may get nothing
   */
  List<String> least(int count, Predicate<String> except) {
    return loads.keySet().stream()
        .filter(except.negate())
        .sorted(Comparator.comparingInt(server -> loads.getOrDefault(server, 0)))
        .limit(Math.max(0, count))
        .toList();
  }

  /**
   * The servers that have the least, by id where they are equal; fewer if there are not so many.
   *
   * @param except servers that have it already
   */
  List<String> take(int count, Set<String> except) {
    List<String> taken = least(count, except::contains);
    taken.forEach(this::add);
    return taken;
  }

  /** Counts one more that a server gets; one that is none of these is passed over. */
  void add(String server) {
    loads.computeIfPresent(server, (id, load) -> load + 1);
  }
}
