package io.gamay.controller.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.assignment.SegmentMoves.Limits;
import io.gamay.controller.assignment.SegmentMoves.Obstacle;
import io.gamay.controller.assignment.SegmentMoves.Step;
import io.gamay.controller.repair.ClusterInMemory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A sealed segment on two servers, and two more servers. */
final class SegmentMovesTest {

  private final ClusterInMemory cluster = new ClusterInMemory();
  private final SegmentName name = cluster.name(0, 0);

  @BeforeEach
  void add() {
    List.of("a", "b", "c", "d").forEach(cluster::addServer);
    cluster.add(cluster.online(0, 0), "a", "b");
  }

  @Test
  void whoServesStaysWhileAnotherMemberIsAwayUnlessThatIsAsked() {
    cluster.stopServer("b");
    Step step = next(Limits.DEFAULT, "c", "d");
    assertThat(step.changes()).isEmpty();
    assertThat(step.toMove()).isEqualTo(1);
    assertThat(step.waiting().get(Obstacle.MEMBER_IS_AWAY))
        .isEqualTo(new SegmentMoves.Waiting(1, name, "b"));

    assertThat(next(Limits.DEFAULT, "a", "c").changes())
        .as("the one that is away is replaced, the one that serves stays")
        .containsEntry(name, online(List.of("b"), "a", "c"));
    assertThat(next(new Limits(1, 1, true), "c", "d").changes())
        .containsEntry(name, online(List.of("a", "b"), "c", "d"));
  }

  @Test
  void memberInErrorCountsAsAway() {
    cluster.say("b", name, ServingState.ERROR, "no disk");
    assertThat(next(Limits.DEFAULT, "b", "c").waiting()).containsKey(Obstacle.MEMBER_IS_AWAY);
    assertThat(next(Limits.DEFAULT, "a", "c").changes()).hasSize(1);
  }

  @Test
  void memberThatLoadsIsWaitedForUnlessAllStay() {
    cluster.say("b", name, ServingState.LOADING, "");
    assertThat(next(Limits.DEFAULT, "a", "c").waiting()).containsKey(Obstacle.MEMBER_IS_LOADING);
    assertThat(next(Limits.DEFAULT, "a", "b", "c").changes())
        .containsEntry(name, online(List.of(), "a", "b", "c"));
  }

  @Test
  void oneThatComesBackOutOfLeavingCostsNothing() {
    cluster.assign(name, online(List.of("a"), "b"));
    cluster.say("a", name, ServingState.ONLINE, "");
    LoadBudget full = new LoadBudget();
    full.take(List.of("a", "a"));
    ClusterView view = cluster.view();
    Step step =
        SegmentMoves.next(
            table(view), Map.of(name, List.of("b", "a")), new Limits(1, 1, false), _ -> true, full);
    assertThat(step.changes()).containsEntry(name, online(List.of(), "b", "a"));
  }

  @Test
  void anotherOrderIsWrittenAndIsNoMove() {
    Step step = next(Limits.DEFAULT, "b", "a");
    assertThat(step.begun()).isZero();
    assertThat(List.copyOf(Objects.requireNonNull(step.changes().get(name)).wanted().keySet()))
        .containsExactly("b", "a");
    assertThat(next(Limits.DEFAULT, "a", "b").changes()).isEmpty();
    assertThat(next(Limits.DEFAULT, "a", "b").isArrived()).isTrue();
  }

  private Step next(Limits limits, String... target) {
    ClusterView view = cluster.view();
    return SegmentMover.look(view, table(view), Map.of(name, List.of(target)), limits);
  }

  private static TableView table(ClusterView view) {
    return Objects.requireNonNull(view.tables().get("trips"));
  }

  private static SegmentAssignment online(List<String> leaving, String... wanted) {
    Map<String, WantedState> states = new LinkedHashMap<>();
    for (String server : wanted) {
      states.put(server, WantedState.ONLINE);
    }
    return new SegmentAssignment(states, leaving);
  }
}
