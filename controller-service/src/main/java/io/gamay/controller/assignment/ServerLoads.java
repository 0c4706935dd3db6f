package io.gamay.controller.assignment;

import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.view.ClusterView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * How many unfinished segments each live server of a tenant has, and who is to get the next one:
 * nobody who is to be relieved of work. Counts what it hands out itself, so that a burst of choices
 * is balanced too. Not thread-safe.
 */
final class ServerLoads {

  private final TreeMap<String, Integer> loads = new TreeMap<>();

  private ServerLoads(Collection<String> servers) {
    servers.forEach(server -> loads.put(server, 0));
  }

  /**
   * @param tenant whose servers bear the tag {@code tenant_REALTIME}
   */
  static ServerLoads of(ClusterView view, String tenant) {
    ServerLoads loads =
        new ServerLoads(
            view.liveInstances(InstanceRole.SERVER).stream()
                .filter(server -> server.order().isEnabled())
                .filter(server -> server.config().tags().contains(tenant + "_REALTIME"))
                .map(server -> server.config().id())
                .toList());
    view.tables().values().stream()
        .flatMap(table -> table.partitions().values().stream())
        .flatMap(partition -> partition.segments().values().stream())
        .filter(segment -> segment.metadata().state() != SegmentState.ONLINE)
        .flatMap(segment -> segment.assignment().wanted().keySet().stream())
        .forEach(loads::add);
    return loads;
  }

  /**
   * The least loaded servers, by id where they are equal; fewer if there are not so many.
   *
   * @param except servers that have it already
   */
  List<String> take(int count, Set<String> except) {
    List<String> taken =
        loads.keySet().stream()
            .filter(server -> !except.contains(server))
            .sorted(Comparator.comparingInt(server -> loads.getOrDefault(server, 0)))
            .limit(Math.max(0, count))
            .toList();
    taken.forEach(this::add);
    return new ArrayList<>(taken);
  }

  int size() {
    return loads.size();
  }

  boolean isLive(String server) {
    return loads.containsKey(server);
  }

  private void add(String server) {
    loads.computeIfPresent(server, (id, load) -> load + 1);
  }
}
