package io.gamay.controller.rebalance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.RebalanceJob;
import io.gamay.cluster.assignment.RebalanceJob.Status;
import io.gamay.cluster.assignment.RebalanceOptions;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.assignment.AssignmentWriter;
import io.gamay.controller.assignment.GroupKeeper;
import io.gamay.controller.assignment.MembershipKeeper;
import io.gamay.controller.assignment.SegmentMover;
import io.gamay.controller.repair.ClusterInMemory;
import io.gamay.controller.table.ConsumptionDesk;
import io.gamay.controller.table.LeadingController;
import io.gamay.controller.table.RequestRefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RebalanceKeeperTest {

  private static final int ONLINE = 8;
  private static final RebalanceOptions TWO_AT_A_TIME =
      new RebalanceOptions(true, false, false, 2, 1, false);

  private final ClusterInMemory cluster = new ClusterInMemory();
  private final RebalanceDesk desk =
      new RebalanceDesk(
          cluster.controller.store,
          cluster.controller.catalog,
          cluster.controller.transactions,
          () -> cluster.controller.now);
  private final AssignmentWriter writer =
      new AssignmentWriter(cluster.controller.store, cluster.controller.transactions);
  private ClusterView seen = ClusterView.EMPTY;
  private final MembershipKeeper members =
      new MembershipKeeper(
          writer,
          new GroupKeeper(
              cluster.controller.store,
              cluster.controller.catalog,
              cluster.controller.transactions,
              () -> seen),
          () -> seen,
          () -> cluster.controller.now,
          Duration.ofHours(1));
  private SegmentMover mover = new SegmentMover(writer, () -> cluster.controller.now);
  private RebalanceTargets targets = (_, table, _) -> everySecondOnServer2(table);

  @BeforeEach
  void addSegments() {
    cluster.addServer("Server_1");
    cluster.addServer("Server_2");
    cluster.addPartition(0, 0, ONLINE, "Server_1");
    cluster.addPartition(1, 0, ONLINE, "Server_1");
  }

  @Test
  void jobIsDoneWhenEverySegmentHasArrivedAndOthersHaveLetItGo() {
    desk.start(cluster.tableId, TWO_AT_A_TIME, ONLINE);
    assertThat(job().progress().toMove()).isEqualTo(ONLINE);
    int rounds = 0;
    while (job().isInProgress()) {
      pass();
      assertThat(loading("Server_2")).isLessThanOrEqualTo(2);
      everySegmentIsServed();
      load();
      assertThat(job().progress().segments()).isEqualTo(ONLINE);
      assertThat(++rounds).isLessThan(100);
    }
    assertThat(job().status()).isEqualTo(Status.DONE);
    assertThat(job().progress().moved()).isEqualTo(ONLINE);
    assertThat(job().finishedAt()).contains(cluster.controller.now);
    everySecondIsOnServer2();
    assertThat(mover.movesBegun()).isEqualTo(ONLINE);
  }

  @Test
  void anotherLeaderGoesOnWithNothingButWhatIsWrittenDown() {
    desk.start(cluster.tableId, TWO_AT_A_TIME, ONLINE);
    int rounds = 0;
    while (job().isInProgress()) {
      mover = new SegmentMover(writer, () -> cluster.controller.now);
      pass();
      assertThat(loading("Server_2")).isLessThanOrEqualTo(2);
      load();
      assertThat(++rounds).isLessThan(100);
    }
    assertThat(job().status()).isEqualTo(Status.DONE);
    assertThat(job().progress().moved()).isEqualTo(ONLINE);
    everySecondIsOnServer2();
  }

  @Test
  void whatIsWrittenAndDoesNotShowYetCountsAgainstTheLimit() {
    desk.start(cluster.tableId, TWO_AT_A_TIME, ONLINE);
    seen = cluster.view();
    keeper().keep();
    keeper().keep();
    keeper().keep();
    assertThat(loading("Server_2")).isEqualTo(2);
    assertThat(job().progress().toMove()).isEqualTo(ONLINE - 2);
    assertThat(job().waitingFor()).contains("6 segments", "Server_2 has as many to load");
  }

  @Test
  void jobThatIsCancelledBeginsNothingMoreAndLetsArriveWhatHasBegun() {
    desk.start(cluster.tableId, TWO_AT_A_TIME, ONLINE);
    pass();
    RebalanceJob cancelled = desk.cancel(cluster.tableId).orElseThrow();
    assertThat(cancelled.status()).isEqualTo(Status.CANCELLED);
    for (int round = 0; round < 10; round++) {
      pass();
      load();
    }
    assertThat(onServer2()).isEqualTo(2);
    assertThat(segments().stream().mapToInt(s -> s.assignment().leaving().size()).sum()).isZero();
    assertThat(desk.cancel(cluster.tableId)).isEmpty();
    assertThat(job().status()).isEqualTo(Status.CANCELLED);

    RebalanceJob second = desk.start(cluster.tableId, TWO_AT_A_TIME, ONLINE - 2);
    assertThat(second.number()).isEqualTo(2);
    assertThat(desk.log(cluster.tableId).jobs()).hasSize(2);
  }

  @Test
  void cancelBetweenTwoWritesOfAPassKeepsTheSecondFromBeingMade() {
    desk.start(cluster.tableId, RebalanceOptions.DEFAULT, ONLINE);
    targets =
        (_, table, _) -> {
          desk.cancel(cluster.tableId);
          return everySecondOnServer2(table);
        };
    pass();
    assertThat(onServer2()).isZero();
    assertThat(job().status()).isEqualTo(Status.CANCELLED);
  }

  @Test
  void jobWaitsWhileTheServerThatLoadsIsAwayAndGoesOnWhenItIsBack() {
    desk.start(cluster.tableId, TWO_AT_A_TIME, ONLINE);
    pass();
    cluster.stopServer("Server_2");
    for (int round = 0; round < 5; round++) {
      pass();
      everySegmentIsServed();
    }
    assertThat(onServer2()).isEqualTo(2);
    assertThat(job().isInProgress()).isTrue();
    assertThat(job().waitingFor()).contains("6 segments", "Server_2, which is to get it, is away");

    cluster.addServer("Server_2");
    for (int round = 0; round < 40 && job().isInProgress(); round++) {
      load();
      pass();
    }
    assertThat(job().status()).isEqualTo(Status.DONE);
    everySecondIsOnServer2();
  }

  @Test
  void twoJobsAtOnceAreNotTaken() {
    desk.start(cluster.tableId, TWO_AT_A_TIME, ONLINE);
    assertThatThrownBy(() -> desk.start(cluster.tableId, TWO_AT_A_TIME, ONLINE))
        .isInstanceOfSatisfying(
            RequestRefusedException.class,
            refused -> {
              assertThat(refused.kind()).isEqualTo(RequestRefusedException.Kind.CONFLICT);
              assertThat(refused).hasMessageContaining(cluster.tableId + "~rebalance1");
            });
    assertThat(desk.log(cluster.tableId).jobs()).hasSize(1);
  }

  @Test
  void jobWithNothingToMoveIsOverAtOnceAndTheNewestTenAreKept() {
    for (int number = 1; number <= 12; number++) {
      RebalanceJob job = desk.start(cluster.tableId, TWO_AT_A_TIME, 0);
      assertThat(job.status()).isEqualTo(Status.NO_OP);
    }
    assertThat(desk.log(cluster.tableId).jobs())
        .extracting(RebalanceJob::number)
        .containsExactly(3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
  }

  @Test
  void jobOfATableThatIsGoneIsAborted() {
    desk.start(cluster.tableId, TWO_AT_A_TIME, ONLINE);
    cluster.controller.tables.delete("trips");
    pass();
    assertThat(job().status()).isEqualTo(Status.ABORTED);
    assertThat(job().reason()).contains("the table is gone");
    assertThatThrownBy(() -> desk.start(cluster.tableId, TWO_AT_A_TIME, 1))
        .isInstanceOf(RequestRefusedException.class);
  }

  @Test
  void jobOfATableThatDoesNotShowYetGoesOnLater() {
    desk.start(cluster.tableId, TWO_AT_A_TIME, ONLINE);
    seen = ClusterView.EMPTY;
    keeper().keep();
    assertThat(job().isInProgress()).isTrue();
  }

  @Test
  void whatIsSealedAfterTheOrderIsNotItsBusiness() {
    desk.start(cluster.tableId, new RebalanceOptions(true, false, false, 100, 1, false), ONLINE);
    cluster.controller.now = cluster.controller.now.plusSeconds(1);
    SegmentName later = cluster.add(cluster.online(0, ONLINE + 1), "Server_1");
    assertThat(later.sequence() % 2).as("it would be moved").isEqualTo(1);
    for (int round = 0; round < 20 && job().isInProgress(); round++) {
      pass();
      load();
    }
    assertThat(job().status()).isEqualTo(Status.DONE);
    assertThat(job().progress().moved()).isEqualTo(ONLINE);
    assertThat(assignment(later).wanted()).containsOnlyKeys("Server_1");
  }

  @Test
  void replicasAreNotGivenUpForWantOfServersUnlessThatIsAsked() {
    cluster.controller.tables.update(
        "trips",
        LeadingController.table("smallest", "")
            .replace("\"replication\": \"1\"", "\"replication\": \"2\""));
    SegmentName name = cluster.name(0, 0);
    cluster.assign(
        name,
        new SegmentAssignment(
            Map.of("Server_1", WantedState.ONLINE, "Server_2", WantedState.ONLINE), List.of()));
    targets = (_, _, _) -> Map.of(name, List.of());
    desk.start(cluster.tableId, TWO_AT_A_TIME, 1);
    pass();
    assertThat(job().isInProgress()).isTrue();
    assertThat(job().waitingFor()).contains("1 segments", "fewer servers", "bestEfforts=true");
    assertThat(assignment(name).wanted()).hasSize(2);
  }

  @Test
  void consumingSegmentsAreCommittedFirstIfThatIsAskedAndTheirSuccessorsJustMove() {
    targets = (_, table, _) -> allOnServer2(table);
    cluster.controller.now = cluster.controller.now.plusSeconds(60);
    desk.start(
        cluster.tableId, new RebalanceOptions(true, false, false, 100, 1, true), 2 * ONLINE + 2);
    for (int round = 0; round < 3; round++) {
      pass();
      load();
    }
    TableView table = table();
    assertThat(table.consumption().isAskedToEnd(cluster.name(0, ONLINE))).isTrue();
    assertThat(table.consumption().isAskedToEnd(cluster.name(1, ONLINE))).isTrue();
    assertThat(table.consumption().newestJob()).isEqualTo(1);
    assertThat(assignment(cluster.name(0, ONLINE)).wanted()).containsOnlyKeys("Server_1");
    assertThat(job().waitingFor()).contains("2 segments are committed first");

    for (int partition = 0; partition < 2; partition++) {
      cluster.putSegment(asOld(cluster.online(partition, ONLINE)));
      cluster.assign(
          cluster.name(partition, ONLINE),
          new SegmentAssignment(Map.of("Server_1", WantedState.ONLINE), List.of()));
      cluster.say("Server_1", cluster.name(partition, ONLINE), ServingState.ONLINE, "");
      cluster.add(cluster.consuming(partition, ONLINE + 1), "Server_1");
    }
    for (int round = 0; round < 20 && job().isInProgress(); round++) {
      pass();
      load();
    }
    assertThat(job().status()).isEqualTo(Status.DONE);
    assertThat(table().consumption().newestJob()).isEqualTo(1);
    assertThat(onServer2()).isEqualTo(2 * ONLINE + 4);
    assertThat(job().reason()).contains("2 consuming segments", "until they are committed");
  }

  @Test
  void whatServersConsumeThatGaveItUpIsCommittedIfThatIsAsked() {
    SegmentName held = cluster.name(0, ONLINE);
    targets = (_, _, _) -> Map.of(held, List.of("Server_2"));
    cluster.assign(
        held,
        new SegmentAssignment(Map.of("Server_2", WantedState.CONSUMING), List.of("Server_1")));
    load();
    cluster.controller.now = cluster.controller.now.plusSeconds(60);
    desk.start(cluster.tableId, new RebalanceOptions(true, false, false, 2, 1, true), 1);
    pass();
    assertThat(table().consumption().isAskedToEnd(held)).isTrue();
    assertThat(table().consumption().isAskedToEnd(cluster.name(1, ONLINE))).isFalse();
    assertThat(job().isInProgress()).isTrue();
    cluster.putSegment(asOld(cluster.online(0, ONLINE)));
    cluster.assign(
        held, new SegmentAssignment(Map.of("Server_2", WantedState.ONLINE), List.of("Server_1")));
    for (int round = 0; round < 10 && job().isInProgress(); round++) {
      load();
      pass();
    }
    assertThat(job().status()).isEqualTo(Status.DONE);
    assertThat(job().reason()).isEqualTo("every segment is where it belongs");
    assertThat(assignment(held).leaving()).isEmpty();
  }

  @Test
  void segmentThatIsNotCommittedIsNotWaitedForForever() {
    targets = (_, table, _) -> allOnServer2(table);
    cluster.controller.now = cluster.controller.now.plusSeconds(60);
    desk.start(
        cluster.tableId, new RebalanceOptions(true, false, false, 100, 1, true), 2 * ONLINE + 2);
    pass();
    assertThat(assignment(cluster.name(0, ONLINE)).wanted()).containsOnlyKeys("Server_1");
    cluster.controller.now = cluster.controller.now.plus(Aim.COMMIT_PATIENCE);
    pass();
    assertThat(assignment(cluster.name(0, ONLINE)).wanted()).containsOnlyKeys("Server_2");
    assertThat(assignment(cluster.name(0, ONLINE)).leaving()).containsExactly("Server_1");
    assertThat(assignment(cluster.name(1, ONLINE)).wanted())
        .as("one partition at a time")
        .containsOnlyKeys("Server_1");
  }

  @Test
  void passThatFailsIsTriedAgainAndNotForever() {
    targets =
        (_, _, _) -> {
          throw new IllegalStateException("no way");
        };
    desk.start(cluster.tableId, TWO_AT_A_TIME, ONLINE);
    pass();
    assertThat(job().isInProgress()).isTrue();
    assertThat(job().lastError()).contains("no way");
    for (int round = 0; round < 99; round++) {
      keeper().keep();
    }
    assertThat(job().status()).isEqualTo(Status.FAILED);
    assertThat(job().reason()).contains("no way");
  }

  /** Made when the table was. */
  private SegmentMetadata asOld(SegmentMetadata segment) {
    return new SegmentMetadata(
        segment.name(),
        segment.state(),
        segment.startOffset(),
        segment.endOffset(),
        segment.schemaVersion(),
        segment.configVersion(),
        segment.encoding(),
        Instant.EPOCH,
        segment.attempt(),
        segment.stored());
  }

  // One pass of everything, and what servers do

  private void pass() {
    seen = cluster.view();
    keeper().keep();
    seen = cluster.view();
    members.keep();
    cluster.controller.now = cluster.controller.now.plusSeconds(70);
    if (job().isInProgress()) {
      assertThat(job().finishedAt()).isEqualTo(Optional.empty());
    } else if (job().status() == Status.DONE) {
      cluster.controller.now = job().finishedAt().orElseThrow();
    }
  }

  private RebalanceKeeper keeper() {
    return new RebalanceKeeper(
        desk,
        cluster.controller.catalog,
        targets,
        mover,
        new ConsumptionDesk(
            cluster.controller.catalog,
            cluster.controller.transactions,
            () -> cluster.controller.now),
        () -> seen,
        () -> cluster.controller.now);
  }

  private void load() {
    for (SegmentView segment : segments()) {
      segment
          .assignment()
          .wanted()
          .forEach(
              (server, state) ->
                  cluster.say(
                      server,
                      segment.metadata().name(),
                      state == WantedState.ONLINE ? ServingState.ONLINE : ServingState.CONSUMING,
                      ""));
    }
  }

  private RebalanceJob job() {
    return desk.log(cluster.tableId).newest().orElseThrow();
  }

  private TableView table() {
    return Objects.requireNonNull(cluster.view().tables().get("trips"));
  }

  private List<SegmentView> segments() {
    return Aim.segments(table()).toList();
  }

  private SegmentAssignment assignment(SegmentName name) {
    return cluster.assignment(name).orElseThrow();
  }

  private long loading(String server) {
    return segments().stream()
        .filter(segment -> segment.assignment().wanted().containsKey(server))
        .filter(segment -> !segment.current().containsKey(server))
        .count();
  }

  private long onServer2() {
    return segments().stream()
        .filter(segment -> segment.assignment().wanted().containsKey("Server_2"))
        .count();
  }

  private void everySegmentIsServed() {
    ClusterView view = cluster.view();
    for (SegmentView segment : segments()) {
      List<String> members =
          Stream.concat(
                  segment.assignment().wanted().keySet().stream(),
                  segment.assignment().leaving().stream())
              .filter(
                  server ->
                      Optional.ofNullable(view.instances().get(server))
                          .filter(InstanceView::isLive)
                          .isPresent())
              .toList();
      assertThat(segment.current().keySet()).containsAnyElementsOf(members);
    }
  }

  private void everySecondIsOnServer2() {
    for (SegmentView segment : segments()) {
      assertThat(segment.assignment().wanted())
          .containsOnlyKeys(isMoving(segment) ? "Server_2" : "Server_1");
      assertThat(segment.assignment().leaving()).isEmpty();
    }
  }

  private static boolean isMoving(SegmentView segment) {
    return segment.metadata().state() == SegmentState.ONLINE
        && segment.metadata().name().sequence() % 2 == 1;
  }

  private static Map<SegmentName, List<String>> everySecondOnServer2(TableView table) {
    Map<SegmentName, List<String>> target = new HashMap<>();
    Aim.segments(table)
        .forEach(
            segment ->
                target.put(
                    segment.metadata().name(),
                    List.of(isMoving(segment) ? "Server_2" : "Server_1")));
    return target;
  }

  private static Map<SegmentName, List<String>> allOnServer2(TableView table) {
    Map<SegmentName, List<String>> target = new HashMap<>();
    Aim.segments(table)
        .forEach(segment -> target.put(segment.metadata().name(), List.of("Server_2")));
    return target;
  }
}
