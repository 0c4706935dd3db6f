package io.gamay.controller.commit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.LiveNode;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.store.InMemoryMetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterViewWatcher;
import io.gamay.controller.leader.LeaderTerm;
import io.gamay.controller.leader.Leadership;
import io.gamay.controller.table.LeadingController;
import io.gamay.segment.schema.EncodingDecisions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CommitServiceTest {

  private static final String SERVER = "Server_live";

  private final LeadingController controller = new LeadingController();
  private final String tableId = controller.createTrips("smallest", "");

  @Test
  void segmentThatCannotBeJudgedDoesNotHoldUpTheOthers() {
    SegmentMetadata stuck = committingByADeadServer(0);
    SegmentMetadata other = committingByADeadServer(1);
    create(ClusterPaths.live(SERVER), ClusterJson.write(new LiveNode(1)));
    create(ClusterPaths.segment(tableId, stuck.name()), ClusterJson.write(stuck));
    create(ClusterPaths.assignment(tableId, ShardId.of(stuck.name())), "?".getBytes(UTF_8));
    create(ClusterPaths.segment(tableId, other.name()), ClusterJson.write(other));
    create(
        ClusterPaths.assignment(tableId, ShardId.of(other.name())),
        ClusterJson.write(assigned(other.name())));

    try (CommitService commits =
        new CommitService(
            controller.store,
            controller.catalog,
            new InOffice(),
            CommitPolicy.DEFAULT,
            () -> controller.now)) {
      commits.tick(view());
      await()
          .atMost(Duration.ofSeconds(15))
          .untilAsserted(() -> assertThat(attempt(other.name()).committer()).isEqualTo(SERVER));
    }
  }

  private SegmentMetadata committingByADeadServer(int partition) {
    return SegmentMetadata.consuming(
            SegmentName.create("trips", partition, 0, controller.now),
            0,
            1,
            1,
            EncodingDecisions.DEFAULT,
            controller.now)
        .committing(10, new CommitAttempt(1, "Server_dead", controller.now.plusSeconds(120)));
  }

  private static AssignmentShard assigned(SegmentName segment) {
    return new AssignmentShard(
        ShardId.of(segment),
        Map.of(segment, new SegmentAssignment(Map.of(SERVER, WantedState.CONSUMING), List.of())));
  }

  private CommitAttempt attempt(SegmentName segment) {
    byte[] data = controller.store.get(ClusterPaths.segment(tableId, segment)).orElseThrow().data();
    return ClusterJson.read(data, SegmentMetadata.class).attempt().orElseThrow();
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

  /** The term that the controller's own office began. */
  private static final class InOffice implements Leadership {
    @Override
    public Optional<LeaderTerm> term() {
      return Optional.of(new LeaderTerm(1, 0));
    }

    @Override
    public void fenced(LeaderTerm term) {
      throw new AssertionError("fenced in " + term);
    }
  }
}
