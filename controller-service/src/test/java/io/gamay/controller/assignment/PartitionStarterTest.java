package io.gamay.controller.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.store.InMemoryMetadataStore.LostReply;
import io.gamay.cluster.table.StreamConfig;
import io.gamay.cluster.view.ClusterView;
import io.gamay.controller.stream.StreamCatalog;
import io.gamay.controller.stream.StreamUnavailableException;
import io.gamay.controller.table.LeadingController;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PartitionStarterTest {

  private final LeadingController controller = new LeadingController();
  private int partitionCount = 4;
  private boolean isAway;
  private ClusterView view = servers("Server_1", "Server_2", "Server_3");
  private final PartitionStarter starter =
      new PartitionStarter(
          controller.store,
          controller.catalog,
          controller.transactions,
          new GroupKeeper(
              controller.store, controller.catalog, controller.transactions, () -> view),
          new FakeStreams(),
          () -> view,
          () -> controller.now);

  /** Partition p holds offsets [10 p, 1000 + p). */
  private final class FakeStreams implements StreamCatalog {
    @Override
    public int partitionCount(StreamConfig stream) {
      if (isAway) {
        throw new StreamUnavailableException("kafka is away", new IllegalStateException());
      }
      return partitionCount;
    }

    @Override
    public Map<Integer, Long> startOffsets(
        StreamConfig stream,
        StreamConfig.StartOffset start,
        Set<Integer> partitions,
        Instant reference) {
      boolean isLargest = start instanceof StreamConfig.StartOffset.Largest;
      return partitions.stream()
          .collect(Collectors.toMap(p -> p, p -> isLargest ? 1000L + p : 10L * p));
    }

    @Override
    public void close() {}
  }

  @Test
  void everyPartitionStartsOnceAtItsOffsetAndServersShareThem() {
    String tableId = controller.createTrips("largest", "", starter::initialOffsets);

    starter.start(tableId);
    starter.startMissing();

    assertThat(startOffsets(tableId)).isEqualTo(Map.of(0, 1000L, 1, 1001L, 2, 1002L, 3, 1003L));
    assertThat(serversByPartition(tableId).values())
        .containsExactly("Server_1", "Server_2", "Server_3", "Server_1");
  }

  @Test
  void aPartitionThatIsFoundLaterStartsAtItsFirstRecordEvenIfTheTableStartsAtTheEnd() {
    String tableId = controller.createTrips("largest", "", starter::initialOffsets);
    starter.start(tableId);

    partitionCount = 5;
    starter.startMissing();

    assertThat(startOffsets(tableId)).containsEntry(3, 1003L).containsEntry(4, 40L);
  }

  @Test
  void tableWhoseMakerDiedBeginsWhereItWasToBegin() {
    String tableId = controller.createTrips("largest", "", starter::initialOffsets);

    partitionCount = 5;
    starter.startMissing();

    assertThat(startOffsets(tableId))
        .isEqualTo(Map.of(0, 1000L, 1, 1001L, 2, 1002L, 3, 1003L, 4, 40L));
  }

  @Test
  void withoutServersPartitionsStartAndWaitForThem() {
    view = servers();
    String tableId = controller.createTrips("smallest", "");

    starter.startMissing();

    assertThat(startOffsets(tableId)).hasSize(4);
    assertThat(serversByPartition(tableId).values()).containsOnly("");
  }

  @ParameterizedTest
  @EnumSource(LostReply.class)
  void aLostReplyDoesNotStartAPartitionTwice(LostReply outcome) {
    String tableId = controller.createTrips("smallest", "");
    partitionCount = 1;

    controller.store.loseNextReply(outcome);
    starter.startMissing();
    controller.store.applyLate();
    controller.now = controller.now.plusSeconds(120);
    starter.startMissing();

    assertThat(controller.store.children(ClusterPaths.segments(tableId, new ShardId(0, 0))))
        .hasSize(1);
  }

  @Test
  void aStreamThatIsAwayIsAskedAgainAtTheNextPass() {
    String tableId = controller.createTrips("smallest", "");
    isAway = true;
    starter.startMissing();
    assertThat(startOffsets(tableId)).isEmpty();

    isAway = false;
    starter.startMissing();
    assertThat(startOffsets(tableId)).hasSize(4);
  }

  @Test
  void whatTheTableWasMadeWithStartsWhileTheStreamIsAway() {
    String tableId = controller.createTrips("largest", "", starter::initialOffsets);
    isAway = true;

    starter.startMissing();

    assertThat(startOffsets(tableId)).hasSize(4);
  }

  @Test
  void aDeletedTableStartsNothing() {
    String tableId = controller.createTrips("smallest", "", starter::initialOffsets);
    controller.tables.delete("trips");

    starter.startMissing();
    starter.start(tableId);

    assertThat(startOffsets(tableId)).isEmpty();
  }

  private Map<Integer, Long> startOffsets(String tableId) {
    Map<Integer, Long> offsets = new TreeMap<>();
    for (String shard : controller.store.children(ClusterPaths.segments(tableId))) {
      ShardId id = ShardId.parse(shard);
      for (String name : controller.store.children(ClusterPaths.segments(tableId, id))) {
        SegmentMetadata segment =
            read(ClusterPaths.segments(tableId, id) + "/" + name, SegmentMetadata.class);
        offsets.put(id.partition(), segment.startOffset());
      }
    }
    return offsets;
  }

  private Map<Integer, String> serversByPartition(String tableId) {
    Map<Integer, String> servers = new TreeMap<>();
    for (String shard : controller.store.children(ClusterPaths.assignment(tableId))) {
      ShardId id = ShardId.parse(shard);
      AssignmentShard assigned = read(ClusterPaths.assignment(tableId, id), AssignmentShard.class);
      assigned
          .segments()
          .values()
          .forEach(a -> servers.put(id.partition(), String.join(",", a.wanted().keySet())));
    }
    return servers;
  }

  private <T> T read(String path, Class<T> type) {
    return ClusterJson.read(controller.store.get(path).orElseThrow().data(), type);
  }

  static ClusterView servers(String... ids) {
    return new ClusterView(
        1,
        Optional.empty(),
        0,
        List.of(ids).stream()
            .collect(
                Collectors.toMap(
                    id -> id,
                    id ->
                        new ClusterView.InstanceView(
                            new InstanceConfig(
                                id,
                                InstanceRole.SERVER,
                                "localhost",
                                1,
                                List.of("DefaultTenant_REALTIME")),
                            true))),
        Map.of());
  }
}
