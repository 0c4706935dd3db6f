package io.gamay.controller.assignment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.LiveNode;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.store.InMemoryMetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterViewWatcher;
import io.gamay.controller.table.LeadingController;
import io.gamay.segment.schema.EncodingDecisions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class MembershipKeeperTest {

  private static final String SERVER = "Server_1";

  private final LeadingController controller = new LeadingController();
  private final String tableId = controller.createTrips("smallest", "");

  @Test
  void partitionThatCannotBeReadDoesNotHoldUpTheOthers() {
    addServer();
    SegmentName stuck = addSegment(0);
    SegmentName other = addSegment(1);
    create(ClusterPaths.assignment(tableId, ShardId.of(stuck)), "?".getBytes(UTF_8));
    create(
        ClusterPaths.assignment(tableId, ShardId.of(other)),
        ClusterJson.write(
            new AssignmentShard(
                ShardId.of(other), Map.of(other, new SegmentAssignment(Map.of(), List.of())))));
    keep();

    assertThat(assignment(other).wanted()).containsOnlyKeys(SERVER);
  }

  @Test
  void serverThatIsDisabledIsReplacedAndGetsNothingNewAndStaysWhereNobodyCanReplaceIt() {
    addServer();
    SegmentName first = addSegment(0);
    assign(first, SERVER);
    new InstanceOrderDesk(controller.store, controller.transactions)
        .change(SERVER, InstanceOrderDesk.StateChange.DISABLE);
    keep();
    assertThat(assignment(first).wanted()).containsOnlyKeys(SERVER);

    addServer("Server_2");
    SegmentName second = addSegment(1);
    assign(second);
    keep();
    assertThat(assignment(first).wanted()).containsOnlyKeys("Server_2");
    assertThat(assignment(first).leaving()).containsExactly(SERVER);
    assertThat(assignment(second).wanted()).containsOnlyKeys("Server_2");
  }

  private void keep() {
    ClusterView seen = view();
    new MembershipKeeper(
            new AssignmentWriter(controller.store, controller.transactions),
            new GroupKeeper(
                controller.store, controller.catalog, controller.transactions, () -> seen),
            () -> seen,
            () -> controller.now,
            Duration.ofHours(1))
        .keep();
  }

  private void assign(SegmentName segment, String... servers) {
    Map<String, WantedState> wanted = new LinkedHashMap<>();
    for (String server : servers) {
      wanted.put(server, WantedState.CONSUMING);
    }
    create(
        ClusterPaths.assignment(tableId, ShardId.of(segment)),
        ClusterJson.write(
            new AssignmentShard(
                ShardId.of(segment), Map.of(segment, new SegmentAssignment(wanted, List.of())))));
  }

  private SegmentAssignment assignment(SegmentName segment) {
    byte[] shard =
        controller
            .store
            .get(ClusterPaths.assignment(tableId, ShardId.of(segment)))
            .orElseThrow()
            .data();
    return Objects.requireNonNull(
        ClusterJson.read(shard, AssignmentShard.class).segments().get(segment));
  }

  private void addServer() {
    addServer(SERVER);
  }

  private void addServer(String id) {
    create(
        ClusterPaths.instance(id),
        ClusterJson.write(
            new InstanceConfig(
                id, InstanceRole.SERVER, "a", 1, List.of("DefaultTenant_REALTIME"))));
    create(ClusterPaths.live(id), ClusterJson.write(new LiveNode(1)));
  }

  private SegmentName addSegment(int partition) {
    SegmentName name = SegmentName.create("trips", partition, 0, controller.now);
    create(
        ClusterPaths.segment(tableId, name),
        ClusterJson.write(
            SegmentMetadata.consuming(name, 0, 1, 1, EncodingDecisions.DEFAULT, controller.now)));
    return name;
  }

  private ClusterView view() {
    try (InMemoryMetadataStore session = controller.tree.openSession();
        ClusterViewWatcher watcher = new ClusterViewWatcher(session)) {
      return watcher.awaitFirst(Duration.ofSeconds(15));
    }
  }

  private void create(String path, byte[] data) {
    controller.store.commit(List.of(new Operation.Create(path, data, false)));
  }
}
