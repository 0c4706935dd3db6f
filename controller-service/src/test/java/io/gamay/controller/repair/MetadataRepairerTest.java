package io.gamay.controller.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.store.InMemoryMetadataStore.LostReply;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MetadataRepairerTest {

  private final ClusterInMemory cluster = new ClusterInMemory();
  private final RepairLog log = new RepairLog(() -> cluster.controller.now);

  @Test
  void nothingIsRepairedOfAClusterThatIsInOrder() {
    inOrder();
    Map<String, Integer> before = cluster.versions();

    repair();

    assertThat(cluster.versions()).isEqualTo(before);
    for (RepairKind kind : RepairKind.values()) {
      assertThat(log.count(kind)).as(kind.name()).isZero();
    }
  }

  @Test
  void aPartitionWhoseConsumingSegmentIsGoneGoesOnWhereTheLastOneEnds() {
    inOrder();
    SegmentName consuming = cluster.name(0, 2);
    cluster.delete(ClusterPaths.segment(cluster.tableId, consuming));
    cluster.unassign(consuming);

    repair();

    SegmentMetadata made = last(0);
    assertThat(made.state()).isEqualTo(SegmentState.CONSUMING);
    assertThat(made.startOffset()).isEqualTo(200);
    assertThat(made.name().sequence()).isEqualTo(2);
    assertThat(cluster.assignment(made.name()))
        .contains(
            new SegmentAssignment(
                Map.of("Server_1", WantedState.CONSUMING, "Server_2", WantedState.CONSUMING),
                List.of()));
    assertThat(log.count(RepairKind.CONSUMING_SEGMENT_MADE)).isEqualTo(1);
    assertThat(log.lately(cluster.tableId, 0, Optional.empty()).orElseThrow())
        .contains(made.name().toString());
    repair();
    assertThat(log.count(RepairKind.CONSUMING_SEGMENT_MADE)).isEqualTo(1);
  }

  @Test
  void theSuccessorOfTheLastSegmentOfAShardOpensTheNextOne() {
    cluster.addServer("Server_1");
    cluster.add(cluster.online(0, ShardId.SEGMENTS_PER_SHARD - 1), "Server_1");

    repair();

    SegmentMetadata made = last(0);
    assertThat(ShardId.of(made.name()).block()).isEqualTo(1);
    assertThat(cluster.assignment(made.name()).orElseThrow().wanted()).containsKey("Server_1");
  }

  @Test
  void aSegmentThatIsStillBeingCommittedGetsASuccessorToo() {
    cluster.addServer("Server_1");
    cluster.add(cluster.committing(0, 0), "Server_1");

    repair();

    assertThat(last(0).startOffset()).isEqualTo(100);
  }

  @ParameterizedTest
  @EnumSource(LostReply.class)
  void aLostReplyDoesNotMakeTwoSuccessors(LostReply outcome) {
    cluster.addServer("Server_1");
    cluster.add(cluster.online(0, 0), "Server_1");
    cluster.controller.store.loseNextReply(outcome);

    repair();
    cluster.controller.store.applyLate();
    cluster.controller.now = cluster.controller.now.plusSeconds(120);
    repair();

    assertThat(
            cluster.controller.store.children(
                ClusterPaths.segments(cluster.tableId, new ShardId(0, 0))))
        .hasSize(2);
  }

  @Test
  void anEntryThatIsLostComesBackWithThePartitionsMembersAndKeepsWhoHasRows() {
    inOrder();
    cluster.addServer("Server_3");
    SegmentName online = cluster.name(0, 1);
    SegmentName consuming = cluster.name(0, 2);
    cluster.say("Server_3", online, ServingState.ONLINE, "");
    cluster.unassign(online);
    cluster.unassign(consuming);

    repair();

    assertThat(cluster.assignment(online).orElseThrow().wanted())
        .isEqualTo(Map.of("Server_1", WantedState.ONLINE, "Server_2", WantedState.ONLINE));
    assertThat(cluster.assignment(online).orElseThrow().leaving()).containsExactly("Server_3");
    assertThat(cluster.assignment(consuming).orElseThrow().wanted())
        .isEqualTo(Map.of("Server_1", WantedState.CONSUMING, "Server_2", WantedState.CONSUMING));
    assertThat(log.count(RepairKind.ASSIGNMENT_RESTORED)).isEqualTo(2);
  }

  @Test
  void aShardThatIsLostComesBackWithWhoeverSpeaksOfItsSegments() {
    inOrder();
    cluster.delete(ClusterPaths.assignment(cluster.tableId, new ShardId(0, 0)));

    repair();

    for (int sequence = 0; sequence < 3; sequence++) {
      assertThat(cluster.assignment(cluster.name(0, sequence)).orElseThrow().wanted().keySet())
          .containsExactly("Server_1", "Server_2");
    }
  }

  @Test
  void aShardMadeAnewSaysToWhoeverMissedItThatObjectsMayHaveBeenStoredAgain() {
    inOrder();
    String path = ClusterPaths.assignment(cluster.tableId, new ShardId(0, 0));
    AssignmentShard before = shard(path);
    cluster.controller.store.commit(
        List.of(
            new Operation.Put(
                path,
                ClusterJson.write(before.withStoredAgain("trips/x/2")),
                Operation.ANY_VERSION)));
    cluster.delete(path);

    repair();

    Optional<String> anew = shard(path).storedAgain();
    assertThat(anew).isPresent().isNotEqualTo(Optional.of("trips/x/2"));
  }

  private AssignmentShard shard(String path) {
    return ClusterJson.read(
        cluster.controller.store.get(path).orElseThrow().data(), AssignmentShard.class);
  }

  @Test
  void aSegmentThatIsGivenToNobodyBecauseThereIsNobodyIsNotARepair() {
    cluster.add(cluster.consuming(0, 0));
    Map<String, Integer> before = cluster.versions();

    repair();

    assertThat(cluster.versions()).isEqualTo(before);
  }

  @Test
  void anEntryOfASegmentThatDoesNotExistGoes() {
    inOrder();
    SegmentName ghost = cluster.name(0, 7);
    cluster.assign(ghost, new SegmentAssignment(Map.of("Server_1", WantedState.ONLINE), List.of()));

    repair();

    assertThat(cluster.assignment(ghost)).isEmpty();
    assertThat(cluster.assignment(cluster.name(0, 1))).isPresent();
    assertThat(log.count(RepairKind.ASSIGNMENT_REMOVED)).isEqualTo(1);
  }

  @Test
  void whatSomebodyAwaySaidOfAShardGoesOnceItHasNothingToDoWithIt() {
    inOrder();
    cluster.addServer("Server_3");
    cluster.say("Server_3", cluster.name(0, 0), ServingState.ONLINE, "");
    String ofStranger = ClusterPaths.current("Server_3", cluster.tableId, new ShardId(0, 0));
    String ofMember = ClusterPaths.current("Server_1", cluster.tableId, new ShardId(0, 0));

    repair();
    assertThat(cluster.controller.store.get(ofStranger)).as("it is alive").isPresent();

    cluster.stopServer("Server_3");
    cluster.stopServer("Server_1");
    repair();
    assertThat(cluster.controller.store.get(ofStranger)).isEmpty();
    assertThat(cluster.controller.store.get(ofMember)).as("a member comes back").isPresent();
    assertThat(log.count(RepairKind.STATE_REMOVED)).isEqualTo(1);
  }

  @Test
  void aPartitionThatCannotBeReadDoesNotKeepTheOthersFromTheirRepair() {
    cluster.addServer("Server_1");
    SegmentName unreadable = cluster.add(cluster.online(0, 0), "Server_1");
    cluster.add(cluster.online(1, 0), "Server_1");
    String shard = ClusterPaths.assignment(cluster.tableId, ShardId.of(unreadable));
    ClusterView seen = cluster.view();
    cluster.controller.store.commit(
        List.of(new Operation.Put(shard, new byte[] {'?'}, Operation.ANY_VERSION)));

    repairer(seen).repair();

    assertThat(last(1).state()).isEqualTo(SegmentState.CONSUMING);
    assertThat(log.lately(cluster.tableId, 0, Optional.empty()).orElseThrow())
        .contains("cannot repair");
  }

  @Test
  void aDeletedTableIsLeftAlone() {
    cluster.addServer("Server_1");
    cluster.add(cluster.online(0, 0), "Server_1");
    ClusterView seen = cluster.view();
    cluster.controller.tables.delete("trips");
    Map<String, Integer> before = cluster.versions();

    repairer(seen).repair();

    assertThat(cluster.versions()).isEqualTo(before);
  }

  private void inOrder() {
    cluster.addServer("Server_1");
    cluster.addServer("Server_2");
    cluster.addPartition(0, 0, 2, "Server_1", "Server_2");
    cluster.addPartition(1, 499, 3, "Server_2");
  }

  private SegmentMetadata last(int partition) {
    PartitionView view =
        Objects.requireNonNull(
            cluster.view().tables().values().iterator().next().partitions().get(partition));
    return view.segments().lastEntry().getValue().metadata();
  }

  private void repair() {
    MetadataRepairer repairer = repairer(cluster.view());
    repairer.repair();
    repairer.tidy();
  }

  private MetadataRepairer repairer(ClusterView seen) {
    return new MetadataRepairer(
        cluster.controller.store,
        cluster.controller.catalog,
        cluster.controller.transactions,
        () -> seen,
        log,
        () -> cluster.controller.now);
  }
}
