package io.gamay.controller.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.leader.LeaderTerm;
import io.gamay.controller.leader.Leadership;
import io.gamay.controller.leader.NotLeaderException;
import io.gamay.controller.repair.ClusterInMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HealthKeeperTest {

  private final ClusterInMemory cluster = new ClusterInMemory();
  private final SegmentName sealed = cluster.name(0, 0);
  private final KnownFacts memory = new KnownFacts();
  private Optional<LeaderTerm> term = Optional.of(new LeaderTerm(1, 0));
  private ServerReports reports = ServerReports.NONE;
  private ClusterView view = ClusterView.EMPTY;

  private final HealthKeeper keeper =
      new HealthKeeper(
          () -> view,
          new Leadership() {
            @Override
            public Optional<LeaderTerm> term() {
              return term;
            }

            @Override
            public void fenced(LeaderTerm over) {}
          },
          () -> reports,
          memory,
          () -> cluster.controller.now);

  @BeforeEach
  void inOrder() {
    cluster.addServer("Server_1");
    cluster.addServer("Server_2");
    cluster.addPartition(0, 0, 1, "Server_1", "Server_2");
    look();
  }

  @Test
  void aTableInOrderIsGreen() {
    TableHealth health = health();

    assertThat(health.table()).isEqualTo("trips_REALTIME");
    assertThat(health.state()).isEqualTo(HealthState.GREEN);
    assertThat(health.findings()).isEmpty();
    assertThat(keeper.tables(HealthState.GREEN)).isEqualTo(1);
  }

  @Test
  void aFindingStandsSinceItWasSeenFirstAndIsForgottenWhenItIsOver() {
    Instant first = cluster.controller.now;
    cluster.say("Server_1", sealed, ServingState.ERROR, "disk broken");
    look();
    pass(Duration.ofSeconds(30));
    look();

    assertThat(only().since()).isEqualTo(first);
    assertThat(health().state()).isEqualTo(HealthState.YELLOW);
    assertThat(keeper.findings(FindingKind.SEGMENT_ERROR)).isEqualTo(1);

    cluster.say("Server_1", sealed, ServingState.ONLINE, "");
    look();
    assertThat(health().state()).isEqualTo(HealthState.GREEN);
    assertThat(keeper.findings(FindingKind.SEGMENT_ERROR)).isZero();

    Instant again = cluster.controller.now;
    cluster.say("Server_1", sealed, ServingState.ERROR, "disk broken");
    look();
    assertThat(only().since()).isEqualTo(again);
  }

  @Test
  void whatBelongsToNormalLifeIsInfoUntilItLastsTooLong() {
    cluster.say("Server_1", sealed, ServingState.LOADING, "");
    look();
    assertThat(only().severity()).isEqualTo(Severity.INFO);
    assertThat(health().state()).isEqualTo(HealthState.GREEN);

    pass(FindingKind.REPLICA_LOADING.patience());
    assertThat(only().severity()).isEqualTo(Severity.WARNING);
    assertThat(health().state()).isEqualTo(HealthState.YELLOW);
  }

  @Test
  void theWorstComesFirstAndMakesTheState() {
    cluster.say("Server_1", sealed, ServingState.LOADING, "");
    memory.orphans = 1;
    memory.breaches.add(new StreamWatch.LogBreach(0, "Server_1", 9, false, 5));
    look();
    pass(Duration.ofMinutes(3));

    assertThat(health().findings())
        .extracting(Finding::severity)
        .containsExactly(Severity.CRITICAL, Severity.WARNING, Severity.INFO);
    assertThat(health().state()).isEqualTo(HealthState.RED);
  }

  @Test
  void aRepairUnderWayIsSaid() {
    memory.flaws.add(new LeaderMemory.ObjectFlaw(sealed, true, "object is not there"));
    look();
    assertThat(only().underway()).isEqualTo(FindingKind.OBJECT_MISSING.underway());
    memory.repair = "Server_1 uploads it again as attempt 2";
    assertThat(only().underway()).isEqualTo("Server_1 uploads it again as attempt 2");
    assertThat(only().segment()).contains(sealed.toString());
    assertThat(only().partition()).contains(0);
  }

  @Test
  void anotherTermKnowsNothingOfTheOneBefore() {
    cluster.say("Server_1", sealed, ServingState.ERROR, "disk broken");
    look();
    pass(Duration.ofMinutes(5));
    term = Optional.of(new LeaderTerm(3, 2));

    assertThat(only().since()).isEqualTo(cluster.controller.now);
  }

  @Test
  void whoeverDoesNotLeadSaysNothing() {
    TableView table = table();
    term = Optional.empty();

    assertThatThrownBy(() -> keeper.of(table)).isInstanceOf(NotLeaderException.class);
    assertThatThrownBy(keeper::look).isInstanceOf(NotLeaderException.class);
    assertThat(keeper.tables(HealthState.GREEN)).isZero();
  }

  @Test
  void serversThatDoNotAnswerAreNamed() {
    reports = new ServerReports(cluster.controller.now, Map.of(), Set.of("Server_2"));
    look();

    assertThat(health().serversFailingToRespond()).containsExactly("Server_2");
    assertThat(only().kind()).isEqualTo(FindingKind.SERVER_SILENT);
  }

  @Test
  void aConsumerFallsBehindWhenItsLagOnlyGrowsForAMinute() {
    for (int seconds = 0; seconds <= 60; seconds += 10) {
      lag(1_000 + seconds * 100);
    }
    assertThat(only().kind()).isEqualTo(FindingKind.LAG_GROWING);
    assertThat(only().reason())
        .isEqualTo("7000 offsets behind Kafka's end, 6000 more than 60 s ago");
    lag(6_999);
    assertThat(health().findings()).isEmpty();
  }

  @Test
  void aLagThatStaysOrJittersIsNoFinding() {
    for (int look = 0; look < 20; look++) {
      lag(50_000 + (look % 2) * 900);
    }
    assertThat(health().findings()).isEmpty();
    for (int look = 0; look < 20; look++) {
      lag(51_000 + look);
    }
    assertThat(health().findings()).isEmpty();
  }

  @Test
  void aConsumerThatIsHeldFallsBehindNobody() {
    for (int seconds = 0; seconds <= 60; seconds += 10) {
      lag(1_000 + seconds * 100, "the table is paused");
    }
    assertThat(only().kind()).isEqualTo(FindingKind.CONSUMPTION_HELD);
    lag(7_000);
    assertThat(health().findings()).isEmpty();
  }

  private void lag(long lag) {
    lag(lag, "");
  }

  private void lag(long lag, String reason) {
    reports =
        new ServerReports(
            cluster.controller.now,
            Map.of(
                cluster.tableId,
                List.of(
                    HealthExaminerTest.report(
                        "Server_1", "INITIAL_CONSUMING", reason, 210, 210 + lag))),
            Set.of());
    keeper.look();
    pass(Duration.ofSeconds(10));
  }

  private void look() {
    view = cluster.view();
    keeper.look();
  }

  private void pass(Duration time) {
    cluster.controller.now = cluster.controller.now.plus(time);
  }

  private Finding only() {
    assertThat(health().findings()).hasSize(1);
    return health().findings().getFirst();
  }

  private TableHealth health() {
    return keeper.of(table());
  }

  private TableView table() {
    return view.tables().values().iterator().next();
  }
}
