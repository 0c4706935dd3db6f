package io.gamay.controller.rebalance;

import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.InstanceGroups;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.assignment.GroupKeeper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One thing that was looked at before a rebalance.
 *
 * @param message the facts, and what to do about them
 */
public record PreCheck(Status preCheckStatus, String message) {

  /** In Pinot's words. */
  public enum Status {
    PASS,
    WARN,
    /** The rebalance would wait until this is otherwise. */
    ERROR
  }

  /**
   * By name. Pure.
   *
   * @param groups that the rebalance goes by
   */
  public static Map<String, PreCheck> of(
      ClusterView view,
      TableView table,
      InstanceGroups groups,
      Map<SegmentName, List<String>> target) {
    Map<String, PreCheck> checks = new LinkedHashMap<>();
    checks.put("liveServers", liveServers(view, target));
    checks.put("replication", replication(table, target));
    checks.put("replicasServing", replicasServing(view, table));
    checks.put("consumption", consumption(table));
    checks.put("chosenServers", chosenServers(view, table, groups));
    checks.put("dataToMove", dataToMove(view, table, target));
    return checks;
  }

  private static PreCheck chosenServers(ClusterView view, TableView table, InstanceGroups groups) {
    Map<String, List<String>> unchosen = GroupKeeper.unchosen(view, table.config(), groups);
    return unchosen.isEmpty()
        ? new PreCheck(Status.PASS, "every server that the table could choose is chosen")
        : new PreCheck(
            Status.WARN,
            "servers %s could be chosen and are in no group: rebalance with reassignInstances=true"
                .formatted(unchosen));
  }

  private static PreCheck liveServers(ClusterView view, Map<SegmentName, List<String>> target) {
    Set<String> away = new TreeSet<>();
    target.values().forEach(away::addAll);
    away.removeIf(server -> isLive(view, server));
    return away.isEmpty()
        ? new PreCheck(Status.PASS, "every server that is to have segments is up")
        : new PreCheck(
            Status.ERROR,
            "servers %s are to have segments and are not up: start them, or take their tags away"
                .formatted(away));
  }

  private static PreCheck replication(TableView table, Map<SegmentName, List<String>> target) {
    int wanted = table.config().replication();
    int least = target.values().stream().mapToInt(List::size).min().orElse(wanted);
    return least >= wanted
        ? new PreCheck(Status.PASS, "there are servers for %d replicas".formatted(wanted))
        : new PreCheck(
            Status.ERROR,
            "there are servers for %d of %d replicas: start servers or give them the tag, or lower the replication"
                .formatted(least, wanted));
  }

  private static PreCheck replicasServing(ClusterView view, TableView table) {
    List<SegmentView> flawed =
        Aim.segments(table).filter(segment -> !isServed(view, segment)).toList();
    return flawed.isEmpty()
        ? new PreCheck(Status.PASS, "every segment is served by all its servers")
        : new PreCheck(
            Status.WARN,
            "%d segments, as %s, are not served by all their servers: they wait until they are; GET /tables/%s/health says why"
                .formatted(
                    flawed.size(), flawed.getFirst().metadata().name(), table.config().name()));
  }

  private static boolean isServed(ClusterView view, SegmentView segment) {
    ServingState served =
        segment.metadata().state() == SegmentState.ONLINE
            ? ServingState.ONLINE
            : ServingState.CONSUMING;
    return !segment.assignment().wanted().isEmpty()
        && segment.assignment().wanted().keySet().stream()
            .allMatch(
                server ->
                    isLive(view, server)
                        && Optional.ofNullable(segment.current().get(server))
                            .filter(current -> current.state() == served)
                            .isPresent());
  }

  private static PreCheck consumption(TableView table) {
    return table.consumption().isPaused()
        ? new PreCheck(
            Status.WARN,
            "the table is paused: consuming segments are not committed, so servers that give them"
                + " up keep them until it is resumed")
        : new PreCheck(Status.PASS, "the table is consumed");
  }

  /** Servers do not say how large their disks are. */
  private static PreCheck dataToMove(
      ClusterView view, TableView table, Map<SegmentName, List<String>> target) {
    Map<String, RebalanceSummary.ServerChange> servers =
        RebalanceSummary.of(view, table, target).serverInfo().serverSegmentChangeInfo();
    return servers.entrySet().stream()
        .filter(server -> server.getValue().bytesAdded() > 0)
        .max(Map.Entry.comparingByValue((a, b) -> Long.compare(a.bytesAdded(), b.bytesAdded())))
        .map(
            most ->
                new PreCheck(
                    Status.PASS,
                    "%s gets most: %d bytes in %d segments, before it lets go of %d bytes; compare this with the room on its disk"
                        .formatted(
                            most.getKey(),
                            most.getValue().bytesAdded(),
                            most.getValue().segmentsAdded(),
                            most.getValue().bytesDeleted())))
        .orElseGet(() -> new PreCheck(Status.PASS, "no file has to be moved"));
  }

  private static boolean isLive(ClusterView view, String server) {
    return Optional.ofNullable(view.instances().get(server))
        .filter(InstanceView::isLive)
        .isPresent();
  }
}
