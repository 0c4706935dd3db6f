package io.gamay.controller.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.InstanceGroups;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.table.PlacementConfig;
import io.gamay.cluster.table.PlacementConfig.Grouping;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.assignment.MembershipPlanner.Servers;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.schema.EncodingDecisions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class MembershipPlannerTest {

  private static final Instant START = Instant.parse("2026-08-21T18:34:00Z");
  private static final SegmentMetadata FIRST = segment(0, 0);

  private final Set<String> relieved = new HashSet<>();
  private Instant now = START;
  private final ReleaseGrace grace = new ReleaseGrace(() -> now);
  private final List<SegmentView> segments = new ArrayList<>();
  private final Map<String, List<String>> tags = new HashMap<>();
  private PlacementConfig placement = PlacedTables.ONE_TAG;
  private Optional<InstanceGroups> groups = Optional.empty();

  @Test
  void aServerThatIsOnlyAwayKeepsItsSegments() {
    add(FIRST, List.of("A"), List.of(), Map.of());

    assertThat(plan(1, Set.of("B"), Set.of())).isEmpty();
  }

  @Test
  void aSegmentWithoutMembersGetsSomeWhenServersCome() {
    add(online(FIRST), List.of(), List.of(), Map.of());
    add(segment(1, 50), List.of(), List.of(), Map.of());

    var plan = plan(1, Set.of("B", "C"), Set.of());

    assertThat(plan.get(0)).isEqualTo(assigned(WantedState.ONLINE, List.of("B"), List.of()));
    assertThat(plan.get(1)).isEqualTo(assigned(WantedState.CONSUMING, List.of("B"), List.of()));
  }

  @Test
  void aServerGoneForGoodIsReplacedAndLeaves() {
    add(committing(FIRST), List.of("A"), List.of(), Map.of());
    add(segment(1, 50), List.of("A"), List.of(), Map.of());

    var plan = plan(1, Set.of("B"), Set.of("A"));

    assertThat(plan.get(0)).isEqualTo(assigned(WantedState.CONSUMING, List.of("B"), List.of("A")));
    assertThat(plan.get(1)).isEqualTo(assigned(WantedState.CONSUMING, List.of("B"), List.of("A")));
  }

  @Test
  void aServerGoneForGoodStaysIfThereIsNobodyElse() {
    add(FIRST, List.of("A"), List.of(), Map.of());

    assertThat(plan(1, Set.of(), Set.of("A"))).isEmpty();
  }

  @Test
  void theMissingReplicaIsAddedBehindTheOneThatIsThere() {
    add(FIRST, List.of("A"), List.of(), Map.of());

    assertThat(plan(2, Set.of("A", "B"), Set.of()).get(0))
        .isEqualTo(assigned(WantedState.CONSUMING, List.of("A", "B"), List.of()));
  }

  @Test
  void aLeavingServerIsReleasedOnceAllServeTheSegmentForAWhile() {
    add(online(FIRST), List.of("B"), List.of("A"), Map.of("B", ServingState.LOADING));
    assertThat(plan(1, Set.of("A", "B"), Set.of())).isEmpty();

    segments.clear();
    add(online(FIRST), List.of("B"), List.of("A"), Map.of("B", ServingState.ONLINE));
    assertThat(plan(1, Set.of("A", "B"), Set.of())).isEmpty();
    now = START.plus(Duration.ofMinutes(2));
    assertThat(plan(1, Set.of("A", "B"), Set.of()).get(0))
        .isEqualTo(assigned(WantedState.ONLINE, List.of("B"), List.of()));
  }

  @Test
  void theGraceBeginsAnewWhenTheSegmentWasNotServedInBetween() {
    add(online(FIRST), List.of("B"), List.of("A"), Map.of("B", ServingState.ONLINE));
    plan(1, Set.of("B"), Set.of());
    segments.clear();
    add(online(FIRST), List.of("B"), List.of("A"), Map.of("B", ServingState.ERROR));
    plan(1, Set.of("B"), Set.of());
    segments.clear();
    add(online(FIRST), List.of("B"), List.of("A"), Map.of("B", ServingState.ONLINE));
    now = START.plus(Duration.ofMinutes(3));

    assertThat(plan(1, Set.of("B"), Set.of())).isEmpty();
  }

  @Test
  void aLiveLeavingServerIsNotReleasedFromASegmentThatIsNotOnline() {
    add(FIRST, List.of("B"), List.of("A"), Map.of("B", ServingState.CONSUMING));
    plan(1, Set.of("A", "B"), Set.of());
    now = START.plus(Duration.ofMinutes(3));

    assertThat(plan(1, Set.of("A", "B"), Set.of())).isEmpty();
  }

  @Test
  void aRelievedServerLeavesAndIsKeptWithWhatIsNotOnlineAsLongAsItLives() {
    relieved.add("A");
    add(FIRST, List.of("A"), List.of(), Map.of("A", ServingState.CONSUMING));
    assertThat(plan(1, Set.of("A", "B"), Set.of()).get(0))
        .isEqualTo(assigned(WantedState.CONSUMING, List.of("B"), List.of("A")));

    segments.clear();
    add(FIRST, List.of("B"), List.of("A"), Map.of("B", ServingState.CONSUMING));
    plan(1, Set.of("A", "B"), Set.of());
    now = START.plus(Duration.ofMinutes(3));
    assertThat(plan(1, Set.of("A", "B"), Set.of())).isEmpty();
  }

  @Test
  void asManyRelievedServersLeaveAsAreReplaced() {
    relieved.addAll(List.of("A", "B"));
    add(FIRST, List.of("A", "B"), List.of(), Map.of());

    assertThat(plan(2, Set.of("A", "B", "C"), Set.of()).get(0))
        .isEqualTo(assigned(WantedState.CONSUMING, List.of("A", "C"), List.of("B")));
  }

  @Test
  void aSegmentWithTooManyMembersLosesTheLastOnesWhichServeUntilTheOthersDo() {
    add(online(FIRST), List.of("A", "B", "C"), List.of(), Map.of("C", ServingState.ONLINE));
    add(segment(1, 50), List.of("A", "B", "C"), List.of(), Map.of("C", ServingState.CONSUMING));

    var plan = plan(1, Set.of("A", "B", "C"), Set.of());

    assertThat(plan.get(0))
        .isEqualTo(assigned(WantedState.ONLINE, List.of("A"), List.of("B", "C")));
    assertThat(plan.get(1))
        .isEqualTo(assigned(WantedState.CONSUMING, List.of("A"), List.of("B", "C")));

    segments.clear();
    add(online(FIRST), List.of("A"), List.of("B", "C"), Map.of("C", ServingState.ONLINE));
    plan(1, Set.of("A", "B", "C"), Set.of());
    now = START.plus(Duration.ofHours(1));
    assertThat(plan(1, Set.of("A", "B", "C"), Set.of())).isEmpty();
  }

  @Test
  void ofTooManyMembersThoseToBeRelievedGoFirst() {
    relieved.add("A");
    add(online(FIRST), List.of("A", "B", "C"), List.of(), Map.of());

    assertThat(plan(2, Set.of("A", "B", "C"), Set.of()).get(0))
        .isEqualTo(assigned(WantedState.ONLINE, List.of("B", "C"), List.of("A")));
  }

  @Test
  void aLiveLeavingServerIsReleasedFromASegmentThatAllOthersBegan() {
    add(committing(FIRST), List.of("B"), List.of("A", "C"), Map.of("B", ServingState.CONSUMING));
    add(segment(1, 50), List.of("B"), List.of("A", "C"), Map.of("B", ServingState.CONSUMING));
    plan(1, Set.of("A", "B", "C"), Set.of(), Set.of("B"));
    now = START.plus(Duration.ofMinutes(2));

    var plan = plan(1, Set.of("A", "B", "C"), Set.of(), Set.of("B"));

    assertThat(plan).doesNotContainKey(0);
    assertThat(plan.get(1)).isEqualTo(assigned(WantedState.CONSUMING, List.of("B"), List.of()));
  }

  @Test
  void whoDidNotBeginTheSegmentKeepsTheLeavingOnes() {
    add(
        segment(1, 50),
        List.of("B", "D"),
        List.of("A"),
        Map.of("B", ServingState.CONSUMING, "D", ServingState.CONSUMING));
    plan(2, Set.of("A", "B", "D"), Set.of(), Set.of("B"));
    now = START.plus(Duration.ofMinutes(3));

    assertThat(plan(2, Set.of("A", "B", "D"), Set.of(), Set.of("B"))).isEmpty();
  }

  @Test
  void sealedSegmentsOfAnotherTagAreToppedUpThere() {
    placement = new PlacementConfig("a_REALTIME", "b_REALTIME", List.of(), Map.of());
    tags.putAll(
        Map.of(
            "A1", List.of("a_REALTIME"),
            "A2", List.of("a_REALTIME"),
            "B1", List.of("b_REALTIME"),
            "B2", List.of("b_REALTIME")));
    add(online(FIRST), List.of("B2"), List.of(), Map.of());
    add(segment(1, 50), List.of("A2"), List.of(), Map.of());

    var plan = plan(2, tags.keySet(), Set.of());

    assertThat(plan.get(0)).isEqualTo(assigned(WantedState.ONLINE, List.of("B2", "B1"), List.of()));
    assertThat(plan.get(1))
        .isEqualTo(assigned(WantedState.CONSUMING, List.of("A2", "A1"), List.of()));
  }

  @Test
  void sealedSegmentsThatWereSpreadAreToppedUpByWhoHasTheFewest() {
    add(online(FIRST), List.of("C"), List.of(), Map.of());
    add(online(segment(1, 50)), List.of("A", "B"), List.of(), Map.of());
    add(segment(2, 100), List.of("A", "B"), List.of(), Map.of());

    assertThat(plan(2, Set.of("A", "B", "C", "D"), Set.of()).get(0))
        .isEqualTo(assigned(WantedState.ONLINE, List.of("C", "D"), List.of()));
  }

  @Test
  void sealedSegmentsOfAServerGoneForGoodAreSpreadOverTheOthersInBoundedSteps() {
    int sealed = 5 * MembershipPlanner.MAX_LOADS;
    for (int sequence = 0; sequence < sealed; sequence++) {
      add(online(segment(sequence, 50L * sequence)), List.of("A"), List.of(), Map.of());
    }
    add(segment(sealed, 50L * sealed), List.of("A"), List.of(), Map.of());

    var plan = plan(1, Set.of("B", "C", "D"), Set.of("A"));

    assertThat(plan).hasSize(3 * MembershipPlanner.MAX_LOADS + 1);
    assertThat(loads(plan))
        .containsOnlyKeys("B", "C", "D")
        .allSatisfy((_, load) -> assertThat(load).isEqualTo(MembershipPlanner.MAX_LOADS));
    assertThat(plan.get(sealed))
        .as("a consuming one waits for nothing")
        .isEqualTo(assigned(WantedState.CONSUMING, List.of("B"), List.of("A")));
  }

  @Test
  void segmentsThatSomebodyServesLeaveHalfOfWhatAServerMayLoadToThoseThatNobodyDoes() {
    int served = 2 * MembershipPlanner.MAX_LOADS;
    for (int sequence = 0; sequence < served; sequence++) {
      add(
          online(segment(sequence, 50L * sequence)),
          List.of("A", "B"),
          List.of(),
          Map.of("B", ServingState.ONLINE));
    }
    for (int sequence = served; sequence < 2 * served; sequence++) {
      add(online(segment(sequence, 50L * sequence)), List.of("A"), List.of(), Map.of());
    }

    var plan = plan(2, Set.of("B", "C"), Set.of("A"));

    assertThat(plan.keySet().stream().filter(sequence -> sequence < served))
        .hasSize(MembershipPlanner.MAX_LOADS / 2);
    assertThat(loads(plan)).containsEntry("B", MembershipPlanner.MAX_LOADS);
    assertThat(loads(plan)).containsEntry("C", MembershipPlanner.MAX_LOADS);
  }

  @Test
  void whatAServerLoadsAlreadyCounts() {
    for (int sequence = 0; sequence < MembershipPlanner.MAX_LOADS; sequence++) {
      add(
          online(segment(sequence, 50L * sequence)),
          List.of("B"),
          List.of(),
          Map.of("B", ServingState.LOADING));
    }
    SegmentMetadata lost = segment(MembershipPlanner.MAX_LOADS, 5_000);
    add(online(lost), List.of("A"), List.of(), Map.of());
    assertThat(plan(1, Set.of("B"), Set.of("A"))).isEmpty();

    segments.removeFirst();
    assertThat(plan(1, Set.of("B"), Set.of("A"))).containsOnlyKeys(MembershipPlanner.MAX_LOADS);
  }

  @Test
  void oneThatServesItStillTakesItBackAtOnce() {
    for (int sequence = 0; sequence < 2 * MembershipPlanner.MAX_LOADS; sequence++) {
      add(
          online(segment(sequence, 50L * sequence)),
          List.of("A"),
          List.of("B"),
          Map.of("B", ServingState.ONLINE));
    }

    assertThat(plan(1, Set.of("B"), Set.of("A"))).hasSize(2 * MembershipPlanner.MAX_LOADS);
  }

  @Test
  void withReplicaGroupsSegmentsWithoutTheirServerAreSpreadOverTheGroup() {
    placement =
        new PlacementConfig(
            PlacedTables.TAG,
            PlacedTables.TAG,
            List.of(),
            Map.of(PlacementConfig.CONSUMING, new Grouping(true, 1, 0, 0)));
    groups =
        Optional.of(
            InstanceGroups.NONE.with(
                PlacementConfig.CONSUMING, List.of(List.of("A", "B", "C", "D"))));
    for (int sequence = 0; sequence < 40; sequence++) {
      add(online(segment(sequence, 50L * sequence)), List.of("A"), List.of(), Map.of());
    }

    var plan = plan(1, Set.of("B", "C", "D"), Set.of("A"));

    assertThat(loads(plan))
        .containsOnlyKeys("B", "C", "D")
        .allSatisfy((_, load) -> assertThat(load).isBetween(5, MembershipPlanner.MAX_LOADS));
  }

  /** By server, the sealed segments that it is given. */
  private Map<String, Integer> loads(Map<Integer, SegmentAssignment> plan) {
    Map<String, Integer> loads = new TreeMap<>();
    segments.stream()
        .filter(segment -> segment.metadata().stored().isPresent())
        .forEach(
            segment -> {
              SegmentAssignment change = plan.get(segment.metadata().name().sequence());
              if (change != null) {
                change.wanted().keySet().stream()
                    .filter(server -> !segment.assignment().wanted().containsKey(server))
                    .forEach(server -> loads.merge(server, 1, Integer::sum));
              }
            });
    return loads;
  }

  @Test
  void withReplicaGroupsAReplacementTakesThePlaceInItsGroup() {
    placement =
        new PlacementConfig(
            PlacedTables.TAG,
            PlacedTables.TAG,
            List.of(),
            Map.of(PlacementConfig.CONSUMING, new Grouping(true, 1, 0, 0)));
    groups =
        Optional.of(
            InstanceGroups.NONE.with(
                PlacementConfig.CONSUMING, List.of(List.of("D"), List.of("B"))));
    add(online(FIRST), List.of("A", "B"), List.of(), Map.of());
    add(segment(1, 50), List.of("A", "B"), List.of(), Map.of());

    var plan = plan(2, Set.of("B", "C", "D"), Set.of("A"));

    assertThat(plan.get(0))
        .isEqualTo(assigned(WantedState.ONLINE, List.of("D", "B"), List.of("A")));
    assertThat(plan.get(1))
        .isEqualTo(assigned(WantedState.CONSUMING, List.of("D", "B"), List.of("A")));
    assertThat(
            plan.getOrDefault(1, assigned(WantedState.ONLINE, List.of(), List.of()))
                .wanted()
                .keySet())
        .containsExactly("D", "B");
  }

  @Test
  void aDeadCommitterIsNotReleasedBeforeAnotherAttempt() {
    add(committing(FIRST), List.of("B"), List.of("A"), Map.of("B", ServingState.CONSUMING));
    add(segment(1, 50), List.of("B"), List.of("A"), Map.of("B", ServingState.CONSUMING));
    plan(1, Set.of("B"), Set.of("A"));
    now = START.plus(Duration.ofMinutes(3));

    var plan = plan(1, Set.of("B"), Set.of("A"));

    assertThat(plan).doesNotContainKey(0);
    assertThat(plan.get(1)).isEqualTo(assigned(WantedState.CONSUMING, List.of("B"), List.of()));
  }

  /** Those that are to be consumers only, or only to hold sealed segments, are tagged so. */
  private Map<String, List<String>> tags(Set<String> live) {
    Map<String, List<String>> all = new HashMap<>();
    live.forEach(server -> all.put(server, tags.getOrDefault(server, List.of(PlacedTables.TAG))));
    return all;
  }

  private Map<Integer, SegmentAssignment> plan(
      int replication, Set<String> live, Set<String> gone) {
    return plan(replication, live, gone, Set.of());
  }

  private Map<Integer, SegmentAssignment> plan(
      int replication, Set<String> live, Set<String> gone, Set<String> sinceBeginning) {
    TreeMap<Integer, SegmentView> bySequence = new TreeMap<>();
    segments.forEach(s -> bySequence.put(s.metadata().name().sequence(), s));
    PartitionView partition = new PartitionView(0, bySequence);
    TableView table = PlacedTables.table(replication, placement, List.of(partition));
    ClusterView view = PlacedTables.view(tags(live), Set.of(), relieved, table);
    MembershipPlanner planner =
        new MembershipPlanner(
            WantedReplicas.of(table),
            SegmentHomes.of(view, table, groups, now),
            new ServerRooms(view),
            new Servers(live::contains, gone::contains, relieved::contains),
            grace);
    Map<Integer, SegmentAssignment> plan = new TreeMap<>();
    planner
        .plan(partition, sinceBeginning)
        .forEach((name, assignment) -> plan.put(name.sequence(), assignment));
    return plan;
  }

  private void add(
      SegmentMetadata metadata,
      List<String> wanted,
      List<String> leaving,
      Map<String, ServingState> current) {
    WantedState state = metadata.stored().isPresent() ? WantedState.ONLINE : WantedState.CONSUMING;
    Map<String, CurrentSegment> states = new TreeMap<>();
    current.forEach((server, serving) -> states.put(server, new CurrentSegment(serving, "")));
    segments.add(new SegmentView(metadata, assigned(state, wanted, leaving), states));
  }

  private static SegmentAssignment assigned(
      WantedState state, List<String> wanted, List<String> leaving) {
    Map<String, WantedState> states = new LinkedHashMap<>();
    wanted.forEach(server -> states.put(server, state));
    return new SegmentAssignment(states, leaving);
  }

  private static SegmentMetadata segment(int sequence, long start) {
    return SegmentMetadata.consuming(
        SegmentName.create("trips", 0, sequence, START),
        start,
        1,
        1,
        EncodingDecisions.DEFAULT,
        START);
  }

  private static SegmentMetadata committing(SegmentMetadata segment) {
    return segment.committing(50, new CommitAttempt(1, "A", START));
  }

  private static SegmentMetadata online(SegmentMetadata segment) {
    return committing(segment)
        .online(
            new StoredCopy(
                "t/s/1", 1, 1, 50, new LedgerCounts(50, 0, 0, 0, 0), List.of(), Map.of()));
  }
}
