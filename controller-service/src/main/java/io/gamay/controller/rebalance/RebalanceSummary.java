package io.gamay.controller.rebalance;

import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/** What a rebalance moves, and how the servers stand before and after. Names are Pinot's. */
public record RebalanceSummary(ServerInfo serverInfo, SegmentInfo segmentInfo) {

  /** How something was, and how it is to be. */
  public record Change(int valueBeforeRebalance, int expectedValueAfterRebalance) {}

  /**
   * @param serversGettingNewSegments those that have nothing of the table now are in {@code
   *     serversAdded} as well
   * @param serversRemoved those that are to have nothing of the table any more
   */
  public record ServerInfo(
      int numServersGettingNewSegments,
      Change numServers,
      List<String> serversAdded,
      List<String> serversRemoved,
      List<String> serversUnchanged,
      List<String> serversGettingNewSegments,
      Map<String, ServerChange> serverSegmentChangeInfo) {}

  /**
   * @param serverStatus ADDED, REMOVED or UNCHANGED: whether it has segments of the table before
   *     and after
   * @param bytesAdded of the files of sealed segments; how large consuming ones are is not counted
   */
  public record ServerChange(
      String serverStatus,
      int totalSegmentsBeforeRebalance,
      int totalSegmentsAfterRebalance,
      int segmentsAdded,
      int segmentsDeleted,
      int segmentsUnchanged,
      long bytesAdded,
      long bytesDeleted,
      List<String> tagList) {}

  /**
   * @param totalSegmentsToBeMoved copies that servers get
   * @param segmentsToMove segments that change servers
   */
  public record SegmentInfo(
      int totalSegmentsToBeMoved,
      int totalSegmentsToBeDeleted,
      int segmentsToMove,
      int maxSegmentsAddedToASingleServer,
      long estimatedAverageSegmentSizeInBytes,
      long totalEstimatedDataToBeMovedInBytes,
      Change replicationFactor,
      Change numSegmentsInSingleReplica,
      Change numSegmentsAcrossAllReplicas,
      ConsumingSegments consumingSegmentToBeMovedSummary) {}

  public record ConsumingSegments(
      int numConsumingSegmentsToBeMoved, int numServersGettingConsumingSegmentsAdded) {}

  public static RebalanceSummary of(
      ClusterView view, TableView table, Map<SegmentName, List<String>> target) {
    Counting counting = new Counting();
    Aim.segments(table)
        .forEach(
            segment ->
                counting.count(segment, target.getOrDefault(segment.metadata().name(), List.of())));
    return counting.summary(view);
  }

  /** One server's counts while they are made. */
  private static final class Count {
    int before;
    int after;
    int added;
    int deleted;
    long bytesAdded;
    long bytesDeleted;

    String status() {
      if (before == 0) {
        return "ADDED";
      }
      return after == 0 ? "REMOVED" : "UNCHANGED";
    }
  }

  private static final class Counting {
    private final Map<String, Count> servers = new TreeMap<>();
    private final Set<String> serversConsumingMore = new HashSet<>();
    private int segments;
    private int segmentsToMove;
    private int consumingToMove;
    private int sealed;
    private long sealedBytes;
    private int replicasBefore;
    private int replicasAfter;

    void count(SegmentView segment, List<String> target) {
      Set<String> before = segment.assignment().wanted().keySet();
      Set<String> after = target.isEmpty() ? before : new LinkedHashSet<>(target);
      Optional<StoredCopy> stored = segment.metadata().stored();
      long bytes = stored.map(StoredCopy::sizeBytes).orElse(0L);
      boolean isConsuming = segment.metadata().state() != SegmentState.ONLINE;
      segments++;
      sealed += stored.isPresent() ? 1 : 0;
      sealedBytes += bytes;
      replicasBefore = Math.max(replicasBefore, before.size());
      replicasAfter = Math.max(replicasAfter, after.size());
      if (!before.equals(after)) {
        segmentsToMove++;
        consumingToMove += isConsuming ? 1 : 0;
      }
      for (String server : before) {
        Count count = count(server);
        count.before++;
        if (!after.contains(server)) {
          count.deleted++;
          count.bytesDeleted += bytes;
        }
      }
      for (String server : after) {
        Count count = count(server);
        count.after++;
        if (!before.contains(server)) {
          count.added++;
          count.bytesAdded += bytes;
          if (isConsuming) {
            serversConsumingMore.add(server);
          }
        }
      }
    }

    private Count count(String server) {
      return servers.computeIfAbsent(server, _ -> new Count());
    }

    RebalanceSummary summary(ClusterView view) {
      Map<String, ServerChange> changes = new TreeMap<>();
      servers.forEach(
          (server, count) -> changes.put(server, change(server, count, view.instances())));
      List<String> getting =
          servers.entrySet().stream()
              .filter(server -> server.getValue().added > 0)
              .map(Map.Entry::getKey)
              .toList();
      return new RebalanceSummary(
          new ServerInfo(
              getting.size(),
              new Change(
                  (int) servers.values().stream().filter(count -> count.before > 0).count(),
                  (int) servers.values().stream().filter(count -> count.after > 0).count()),
              withStatus("ADDED"),
              withStatus("REMOVED"),
              withStatus("UNCHANGED"),
              getting,
              changes),
          new SegmentInfo(
              sum(count -> count.added),
              sum(count -> count.deleted),
              segmentsToMove,
              servers.values().stream().mapToInt(count -> count.added).max().orElse(0),
              sealed == 0 ? 0 : sealedBytes / sealed,
              servers.values().stream().mapToLong(count -> count.bytesAdded).sum(),
              new Change(replicasBefore, replicasAfter),
              new Change(segments, segments),
              new Change(sum(count -> count.before), sum(count -> count.after)),
              new ConsumingSegments(consumingToMove, serversConsumingMore.size())));
    }

    private int sum(ToIntFunction<Count> of) {
      return servers.values().stream().mapToInt(of).sum();
    }

    private List<String> withStatus(String status) {
      List<String> found = new ArrayList<>();
      servers.forEach(
          (server, count) -> {
            if (count.status().equals(status)) {
              found.add(server);
            }
          });
      return found;
    }

    private static ServerChange change(
        String server, Count count, Map<String, InstanceView> instances) {
      return new ServerChange(
          count.status(),
          count.before,
          count.after,
          count.added,
          count.deleted,
          count.before - count.deleted,
          count.bytesAdded,
          count.bytesDeleted,
          Optional.ofNullable(instances.get(server))
              .map(instance -> instance.config().tags())
              .orElse(List.of()));
    }
  }
}
