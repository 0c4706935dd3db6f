package io.gamay.controller.assignment;

import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceOrder;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.table.PlacementConfig;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.repair.ClusterInMemory;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Views of one table, trips, to decide by. */
final class PlacedTables {

  static final String TAG = "DefaultTenant_REALTIME";
  static final PlacementConfig ONE_TAG = PlacementConfig.ofTenant("DefaultTenant");

  private static final ClusterInMemory CLUSTER = new ClusterInMemory();
  private static final TableView TEMPLATE =
      Objects.requireNonNull(CLUSTER.view().tables().get("trips"));

  private PlacedTables() {}

  static TableView table(
      int replication, PlacementConfig placement, Collection<PartitionView> partitions) {
    NavigableMap<Integer, PartitionView> byNumber = new TreeMap<>();
    partitions.forEach(partition -> byNumber.put(partition.partition(), partition));
    return new TableView(
        TEMPLATE.tableId(),
        TEMPLATE.config().withPlacement(replication, placement),
        TEMPLATE.schema(),
        TEMPLATE.schemas(),
        TEMPLATE.configs(),
        byNumber);
  }

  /**
   * @param tags by server, live and not alike
   */
  static ClusterView view(
      Map<String, List<String>> tags, Set<String> away, Set<String> relieved, TableView table) {
    Map<String, InstanceView> instances = new HashMap<>();
    tags.forEach(
        (server, of) ->
            instances.put(
                server,
                new InstanceView(
                    new InstanceConfig(server, InstanceRole.SERVER, "127.0.0.1", 1, of),
                    !away.contains(server),
                    Optional.empty(),
                    InstanceOrder.NONE.withEnabled(!relieved.contains(server)))));
    return new ClusterView(1, Optional.empty(), 1, instances, Map.of(table.config().name(), table));
  }

  /** All servers of one tag, all of them alive. */
  static ClusterView view(Collection<String> servers, TableView table) {
    Map<String, List<String>> tags = new HashMap<>();
    servers.forEach(server -> tags.put(server, List.of(TAG)));
    return view(tags, Set.of(), Set.of(), table);
  }

  static SegmentMetadata online(int partition, int sequence) {
    return CLUSTER.online(partition, sequence);
  }

  static SegmentMetadata consuming(int partition, int sequence) {
    return CLUSTER.consuming(partition, sequence);
  }

  static SegmentView on(SegmentMetadata segment, List<String> servers) {
    boolean isOnline = segment.state() == SegmentState.ONLINE;
    Map<String, WantedState> wanted = new LinkedHashMap<>();
    servers.forEach(
        server -> wanted.put(server, isOnline ? WantedState.ONLINE : WantedState.CONSUMING));
    return new SegmentView(segment, new SegmentAssignment(wanted, List.of()), Map.of());
  }

  static PartitionView partition(int number, Collection<SegmentView> segments) {
    NavigableMap<Integer, SegmentView> bySequence = new TreeMap<>();
    segments.forEach(segment -> bySequence.put(segment.metadata().name().sequence(), segment));
    return new PartitionView(number, bySequence);
  }
}
