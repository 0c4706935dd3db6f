package io.gamay.controller.assignment;

import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.controller.assignment.SegmentMoves.Standing;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * How many segments each server has to load, of all tables; counts what it hands out. Not
 * thread-safe.
 */
public final class LoadBudget {

  private final Map<String, Integer> loads = new HashMap<>();

  /** As the cluster stands. */
  public static LoadBudget of(ClusterView view, Predicate<String> isLive) {
    LoadBudget budget = new LoadBudget();
    view.tables().values().stream()
        .flatMap(table -> table.partitions().values().stream())
        .flatMap(partition -> partition.segments().values().stream())
        .forEach(segment -> budget.count(segment, isLive));
    return budget;
  }

  private void count(SegmentView segment, Predicate<String> isLive) {
    for (String server : segment.assignment().wanted().keySet()) {
      if (Standing.of(segment, server, isLive) == Standing.LOADS) {
        loads.merge(server, 1, Integer::sum);
      }
    }
  }

  int load(String server) {
    return loads.getOrDefault(server, 0);
  }

  void take(Collection<String> servers) {
    servers.forEach(server -> loads.merge(server, 1, Integer::sum));
  }
}
