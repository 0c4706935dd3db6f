package io.gamay.controller.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.controller.assignment.GroupKeeper;
import io.gamay.controller.rebalance.PlacedTargets;
import io.gamay.controller.rebalance.PreCheck;
import io.gamay.controller.rebalance.RebalanceDesk;
import io.gamay.controller.rebalance.RebalanceSummary;
import io.gamay.controller.rebalance.RebalanceSummary.ServerChange;
import io.gamay.controller.rebalance.Rebalancer;
import io.gamay.controller.repair.ClusterInMemory;
import io.gamay.controller.table.RequestRefusedException;
import io.gamay.controller.table.RequestRefusedException.Kind;
import io.gamay.controller.web.RebalanceAnswers.JobStatus;
import io.gamay.controller.web.RebalanceAnswers.Result;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Eight sealed and two consuming segments on one server, and another one that has nothing. */
final class RebalanceControllerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ClusterInMemory cluster = new ClusterInMemory();
  private final BlockingCalls blocking = new BlockingCalls();
  private final GroupKeeper groups =
      new GroupKeeper(
          cluster.controller.store,
          cluster.controller.catalog,
          cluster.controller.transactions,
          cluster::view);
  private final RebalanceDesk desk =
      new RebalanceDesk(
          cluster.controller.store,
          cluster.controller.catalog,
          cluster.controller.transactions,
          () -> cluster.controller.now);
  private final RebalanceController controller =
      new RebalanceController(
          cluster::view,
          new Rebalancer(desk, groups, new PlacedTargets(groups, () -> cluster.controller.now)),
          desk,
          blocking,
          () -> cluster.controller.now);

  @BeforeEach
  void addSegments() {
    cluster.addServer("Server_1");
    cluster.addServer("Server_2");
    cluster.addPartition(0, 0, 4, "Server_1");
    cluster.addPartition(1, 0, 4, "Server_1");
  }

  @AfterEach
  void stop() {
    blocking.close();
  }

  @Test
  void dryRunTellsWhatWouldMoveAndWritesNothing() {
    Map<String, Integer> before = cluster.versions();
    Result result = rebalance(Map.of("dryRun", "true", "preChecks", "true"));
    assertThat(cluster.versions()).isEqualTo(before);

    assertThat(result.status()).isEqualTo("DONE");
    assertThat(result.jobId()).isNull();
    assertThat(result.description()).isEqualTo("dry run: 5 segments would be moved");
    assertThat(result.segmentAssignment()).hasSize(5);
    assertThat(result.segmentAssignment().values())
        .allSatisfy(servers -> assertThat(servers).containsOnlyKeys("Server_2"));
    assertThat(result.segmentsLeftOut()).isZero();
    RebalanceSummary summary = Objects.requireNonNull(result.rebalanceSummaryResult());
    assertThat(summary.serverInfo().serversAdded()).containsExactly("Server_2");
    assertThat(summary.serverInfo().serversUnchanged()).containsExactly("Server_1");
    ServerChange added =
        Objects.requireNonNull(summary.serverInfo().serverSegmentChangeInfo().get("Server_2"));
    assertThat(added.totalSegmentsBeforeRebalance()).isZero();
    assertThat(added.totalSegmentsAfterRebalance()).isEqualTo(5);
    assertThat(added.bytesAdded()).as("of four sealed segments").isEqualTo(40);
    ServerChange given =
        Objects.requireNonNull(summary.serverInfo().serverSegmentChangeInfo().get("Server_1"));
    assertThat(given.segmentsDeleted()).isEqualTo(5);
    assertThat(given.segmentsUnchanged()).isEqualTo(5);
    assertThat(summary.segmentInfo().totalSegmentsToBeMoved()).isEqualTo(5);
    assertThat(summary.segmentInfo().estimatedAverageSegmentSizeInBytes()).isEqualTo(10);
    assertThat(summary.segmentInfo().consumingSegmentToBeMovedSummary())
        .isEqualTo(new RebalanceSummary.ConsumingSegments(1, 1));
    assertThat(Objects.requireNonNull(result.preChecksResult()).values())
        .extracting(PreCheck::preCheckStatus)
        .containsOnly(PreCheck.Status.PASS);
  }

  @Test
  void checksSayWhatSpeaksAgainstIt() {
    cluster.say("Server_1", cluster.name(0, 0), ServingState.ERROR, "no disk");
    cluster.pause("for a while");
    Map<String, PreCheck> checks =
        Objects.requireNonNull(
            rebalance(Map.of("dryRun", "true", "preChecks", "true")).preChecksResult());
    assertThat(checks.get("replicasServing"))
        .satisfies(
            check -> {
              assertThat(check.preCheckStatus()).isEqualTo(PreCheck.Status.WARN);
              assertThat(check.message()).contains("1 segments", cluster.name(0, 0).toString());
            });
    assertThat(checks.get("consumption"))
        .extracting(PreCheck::preCheckStatus)
        .isEqualTo(PreCheck.Status.WARN);
    assertThat(checks.get("dataToMove"))
        .extracting(PreCheck::message)
        .asString()
        .contains("Server_2 gets most: 40 bytes");
  }

  @Test
  void orderIsAJobThatCanBeAskedForAndCalledOff() {
    Result result = rebalance(Map.of("includeConsuming", "false", "downtime", "true"));
    assertThat(result.status()).isEqualTo("IN_PROGRESS");
    assertThat(result.description()).contains("4 segments are being moved", "downtime=true");
    String jobId = Objects.requireNonNull(result.jobId());

    assertRefused(Kind.CONFLICT, () -> rebalance(Map.of()), jobId);
    cluster.controller.now = cluster.controller.now.plusSeconds(7);
    JobStatus status = await(controller.status(jobId));
    assertThat(status.status()).isEqualTo("IN_PROGRESS");
    assertThat(status.segments().toMove()).isEqualTo(4);
    assertThat(status.options().includeConsuming()).isFalse();
    assertThat(status.timeElapsedSinceStartInSeconds()).isEqualTo(7);
    assertThat(status.estimatedTimeToCompleteInSeconds()).as("nothing has moved").isEqualTo(-1);

    assertThat(await(controller.cancel("trips"))).containsExactly(jobId);
    assertThat(await(controller.cancel("trips_REALTIME"))).isEmpty();
    assertThat(await(controller.status(jobId)).status()).isEqualTo("CANCELLED");
    assertThat(await(controller.jobs("trips", Optional.of(List.of("TABLE_REBALANCE")))))
        .containsOnlyKeys(jobId);
    assertThat(await(controller.jobs("trips", Optional.of(List.of("FORCE_COMMIT"))))).isEmpty();
  }

  @Test
  void tableThatIsAsItShouldBeIsLeftAsItIs() {
    cluster.stopServer("Server_2");
    Result result = rebalance(Map.of());
    assertThat(result.status()).isEqualTo("NO_OP");
    assertThat(result.segmentAssignment()).isEmpty();
  }

  @Test
  void tenantIsTableByTable() {
    rebalance(Map.of());
    var result = await(controller.rebalanceTenant("DefaultTenant", Map.of()));
    assertThat(result.totalTables()).isEqualTo(1);
    assertThat(result.statusSummary()).isEqualTo(Map.of("FAILED", 1));
    assertThat(result.rebalanceTableResults().get("trips_REALTIME"))
        .extracting(Result::description)
        .asString()
        .contains("is being rebalanced by job");
    assertRefused(
        Kind.NOT_FOUND, () -> await(controller.rebalanceTenant("none", Map.of())), "none");
  }

  @Test
  void whatIsNotThereIsNotFound() {
    assertRefused(
        Kind.NOT_FOUND, () -> await(controller.rebalance("none", Map.of())), "Table none");
    for (String id : List.of("x", "x~rebalance1", cluster.tableId + "~rebalance1")) {
      assertRefused(Kind.NOT_FOUND, () -> await(controller.status(id)), id);
    }
  }

  private Result rebalance(Map<String, String> parameters) {
    return await(controller.rebalance("trips", parameters));
  }

  private static <T> T await(Mono<T> answer) {
    return Objects.requireNonNull(answer.block(PATIENCE));
  }

  private static void assertRefused(Kind kind, Runnable request, String reason) {
    assertThatThrownBy(request::run)
        .isInstanceOfSatisfying(
            RequestRefusedException.class,
            refused -> {
              assertThat(refused.kind()).isEqualTo(kind);
              assertThat(refused).hasMessageContaining(reason);
            });
  }
}
