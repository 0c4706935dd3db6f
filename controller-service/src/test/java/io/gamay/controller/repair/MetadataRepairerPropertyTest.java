package io.gamay.controller.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MetadataRepairerPropertyTest {

  private static final List<String> SERVERS = List.of("Server_1", "Server_2", "Server_3");

  @Test
  void whateverIsInOrderIsLeftAsItIsAndWhateverIsDamagedIsInOrderAfterwards() {
    Seeds.forEach(60, MetadataRepairerPropertyTest::check);
  }

  private static void check(SeededRandom random) {
    ClusterInMemory cluster = new ClusterInMemory();
    RepairLog log = new RepairLog(() -> cluster.controller.now);
    SERVERS.forEach(cluster::addServer);
    int partitions = random.between(1, 4);
    int first = random.oneOf(List.of(0, 7, 498));
    int online = random.between(1, 4);
    for (int partition = 0; partition < partitions; partition++) {
      cluster.addPartition(partition, first, online, random.oneOf(SERVERS), random.oneOf(SERVERS));
    }
    Map<String, Integer> before = cluster.versions();
    repair(cluster, log);
    assertThat(cluster.versions()).isEqualTo(before);

    int damages = random.between(1, 5);
    for (int done = 0; done < damages; done++) {
      damage(cluster, random, random.between(0, partitions), first, online);
    }
    repair(cluster, log);
    repair(cluster, log);
    assertInOrder(cluster.view(), partitions);

    Map<String, Integer> mended = cluster.versions();
    repair(cluster, log);
    assertThat(cluster.versions()).as("what is mended stays as it is").isEqualTo(mended);
  }

  private static void damage(
      ClusterInMemory cluster, SeededRandom random, int partition, int first, int online) {
    SegmentName consuming = cluster.name(partition, first + online);
    SegmentName any = cluster.name(partition, first + random.between(0, online + 1));
    SegmentName ghost = cluster.name(partition, first + online + random.between(1, 9));
    switch (random.between(0, 5)) {
      case 0 -> {
        if (cluster.segment(consuming).isPresent()) {
          cluster.delete(ClusterPaths.segment(cluster.tableId, consuming));
        }
      }
      case 1 -> cluster.unassign(any);
      case 2 -> {
        String shard = ClusterPaths.assignment(cluster.tableId, ShardId.of(any));
        if (cluster.controller.store.get(shard).isPresent()) {
          cluster.delete(shard);
        }
      }
      case 3 ->
          cluster.assign(
              ghost, new SegmentAssignment(Map.of("Server_1", WantedState.ONLINE), List.of()));
      default -> cluster.say("Server_gone", any, ServingState.ONLINE, "");
    }
  }

  private static void assertInOrder(ClusterView view, int partitions) {
    var table = view.tables().values().iterator().next();
    assertThat(table.partitions()).hasSize(partitions);
    for (PartitionView partition : table.partitions().values()) {
      long expected = -1;
      List<SegmentState> states = new ArrayList<>();
      for (SegmentView segment : partition.segments().values()) {
        if (expected >= 0) {
          assertThat(segment.metadata().startOffset()).isEqualTo(expected);
        }
        expected = segment.metadata().endOffset().orElse(-1);
        states.add(segment.metadata().state());
        assertThat(segment.assignment().wanted()).as("%s", segment.metadata().name()).isNotEmpty();
        assertThat(segment.current()).doesNotContainKey("Server_gone");
      }
      assertThat(states.getLast()).isEqualTo(SegmentState.CONSUMING);
      assertThat(states.subList(0, states.size() - 1)).containsOnly(SegmentState.ONLINE);
    }
  }

  private static void repair(ClusterInMemory cluster, RepairLog log) {
    ClusterView seen = cluster.view();
    MetadataRepairer repairer =
        new MetadataRepairer(
            cluster.controller.store,
            cluster.controller.catalog,
            cluster.controller.transactions,
            () -> seen,
            log,
            () -> cluster.controller.now);
    repairer.repair();
    repairer.tidy();
  }
}
