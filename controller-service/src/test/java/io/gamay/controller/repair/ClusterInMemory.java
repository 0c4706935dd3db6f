package io.gamay.controller.repair;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.consumption.ConsumptionOrders;
import io.gamay.cluster.consumption.PauseState;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.CurrentShard;
import io.gamay.cluster.layout.LiveNode;
import io.gamay.cluster.layout.TableNode;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.store.InMemoryMetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.StoredNode;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterViewWatcher;
import io.gamay.controller.table.LeadingController;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.EncodingDecisions;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Table trips, its segments and its servers, in memory, to be damaged. */
public final class ClusterInMemory {

  public static final int SEGMENT_OFFSETS = 100;

  public final LeadingController controller = new LeadingController();
  public final String tableId = controller.createTrips("smallest", "");

  public void addServer(String id) {
    add(id, InstanceRole.SERVER, "DefaultTenant_REALTIME");
  }

  public void add(String id, InstanceRole role, String tag) {
    put(
        ClusterPaths.instance(id),
        ClusterJson.write(new InstanceConfig(id, role, "127.0.0.1", 1, List.of(tag))));
    put(ClusterPaths.live(id), ClusterJson.write(new LiveNode(1)));
  }

  public void stopServer(String id) {
    delete(ClusterPaths.live(id));
  }

  /** A partition in order: some segments ONLINE, then one CONSUMING, all served as wanted. */
  public void addPartition(int partition, int firstSequence, int online, String... servers) {
    for (int sequence = firstSequence; sequence < firstSequence + online; sequence++) {
      add(online(partition, sequence), servers);
    }
    add(consuming(partition, firstSequence + online), servers);
  }

  /** Adds a segment that every server given is to host and does. */
  public SegmentName add(SegmentMetadata segment, String... servers) {
    boolean isOnline = segment.state() == SegmentState.ONLINE;
    put(ClusterPaths.segment(tableId, segment.name()), ClusterJson.write(segment));
    Map<String, WantedState> wanted = new LinkedHashMap<>();
    for (String server : servers) {
      wanted.put(server, isOnline ? WantedState.ONLINE : WantedState.CONSUMING);
      say(server, segment.name(), isOnline ? ServingState.ONLINE : ServingState.CONSUMING, "");
    }
    assign(segment.name(), new SegmentAssignment(wanted, List.of()));
    return segment.name();
  }

  public SegmentName name(int partition, int sequence) {
    return new SegmentName("trips", partition, sequence, "20260821T1834Z");
  }

  public SegmentMetadata consuming(int partition, int sequence) {
    return SegmentMetadata.consuming(
        name(partition, sequence),
        (long) sequence * SEGMENT_OFFSETS,
        1,
        1,
        EncodingDecisions.DEFAULT,
        controller.now);
  }

  public SegmentMetadata committing(int partition, int sequence) {
    return consuming(partition, sequence)
        .committing(
            (long) (sequence + 1) * SEGMENT_OFFSETS,
            new CommitAttempt(1, "Server_1", controller.now.plusSeconds(120)));
  }

  public SegmentMetadata online(int partition, int sequence) {
    return online(partition, sequence, new LedgerCounts(SEGMENT_OFFSETS, 0, 0, 0, 0), List.of());
  }

  public SegmentMetadata online(
      int partition, int sequence, LedgerCounts ledger, List<OffsetRange> lost) {
    return committing(partition, sequence)
        .online(
            new StoredCopy(
                tableId + "/" + name(partition, sequence) + "/1",
                7,
                10,
                (int) ledger.indexed(),
                ledger,
                lost,
                Map.of()));
  }

  public void assign(SegmentName segment, SegmentAssignment assignment) {
    changeShard(
        segment,
        segments -> {
          segments.put(segment, assignment);
          return segments;
        });
  }

  public void unassign(SegmentName segment) {
    changeShard(
        segment,
        segments -> {
          segments.remove(segment);
          return segments;
        });
  }

  private void changeShard(
      SegmentName segment, UnaryOperator<Map<SegmentName, SegmentAssignment>> change) {
    ShardId id = ShardId.of(segment);
    String path = ClusterPaths.assignment(tableId, id);
    Map<SegmentName, SegmentAssignment> segments =
        new HashMap<>(
            controller
                .store
                .get(path)
                .map(node -> ClusterJson.read(node.data(), AssignmentShard.class).segments())
                .orElse(Map.of()));
    put(path, ClusterJson.write(new AssignmentShard(id, change.apply(segments))));
  }

  /** What a server says of a segment. */
  public void say(String server, SegmentName segment, ServingState state, String reason) {
    String path = ClusterPaths.current(server, tableId, ShardId.of(segment));
    Map<SegmentName, CurrentSegment> segments =
        new HashMap<>(
            controller
                .store
                .get(path)
                .map(node -> ClusterJson.read(node.data(), CurrentShard.class).segments())
                .orElse(Map.of()));
    segments.put(segment, new CurrentSegment(state, reason));
    put(path, ClusterJson.write(new CurrentShard(1, segments)));
  }

  /** A server says nothing more of a whole shard. */
  public void silence(String server, SegmentName segment) {
    delete(ClusterPaths.current(server, tableId, ShardId.of(segment)));
  }

  private void pause(PauseState.ReasonCode reason, String comment) {
    TableNode table =
        ClusterJson.read(
            controller.store.get(ClusterPaths.table(tableId)).orElseThrow().data(),
            TableNode.class);
    ConsumptionOrders paused =
        table.consumption().paused(reason, comment, Map.of(), controller.now);
    put(ClusterPaths.table(tableId), ClusterJson.write(table.withConsumption(paused)));
  }

  /** Its sealed segments take more than it may have, and the leader has paused it. */
  public void exceedQuota() {
    controller.tables.update(
        "trips",
        LeadingController.table("smallest", "")
            .replace("\"metadata\": {}", "\"metadata\": {}, \"quota\": {\"storage\": \"1\"}"));
    pause(PauseState.ReasonCode.STORAGE_QUOTA_EXCEEDED, "too large");
  }

  public void pause(String comment) {
    pause(PauseState.ReasonCode.ADMINISTRATIVE, comment);
  }

  public void putSegment(SegmentMetadata segment) {
    put(ClusterPaths.segment(tableId, segment.name()), ClusterJson.write(segment));
  }

  public Optional<SegmentMetadata> segment(SegmentName name) {
    return controller
        .store
        .get(ClusterPaths.segment(tableId, name))
        .map(node -> ClusterJson.read(node.data(), SegmentMetadata.class));
  }

  public Optional<SegmentAssignment> assignment(SegmentName name) {
    return controller
        .store
        .get(ClusterPaths.assignment(tableId, ShardId.of(name)))
        .map(node -> ClusterJson.read(node.data(), AssignmentShard.class))
        .map(shard -> shard.segments().get(name));
  }

  public ClusterView view() {
    try (InMemoryMetadataStore session = controller.tree.openSession();
        ClusterViewWatcher watcher = new ClusterViewWatcher(session)) {
      return watcher.awaitFirst(Duration.ofSeconds(15));
    }
  }

  public void delete(String path) {
    controller.store.commit(List.of(new Operation.Delete(path, Operation.ANY_VERSION)));
  }

  private void put(String path, byte[] data) {
    Operation write =
        controller.store.get(path).isPresent()
            ? new Operation.Put(path, data, Operation.ANY_VERSION)
            : new Operation.Create(path, data, false);
    controller.store.commit(List.of(write));
  }

  /** Every node of the tree and its version. */
  public Map<String, Integer> versions() {
    Map<String, Integer> versions = new TreeMap<>();
    collect("", versions);
    return versions;
  }

  private void collect(String parent, Map<String, Integer> versions) {
    for (String child : controller.store.children(parent.isEmpty() ? "/" : parent)) {
      String path = parent + "/" + child;
      controller.store.get(path).map(StoredNode::version).ifPresent(v -> versions.put(path, v));
      collect(path, versions);
    }
  }
}
