package io.gamay.controller.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.table.PlacementConfig;
import io.gamay.cluster.table.PlacementConfig.Grouping;
import io.gamay.cluster.table.PlacementConfig.Selector;
import io.gamay.cluster.table.PlacementConfig.Tier;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.assignment.PlacementPlanner.Options;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PlacementPlannerTest {

  /** When all segments of the fixtures were made; their rows' times are not known. */
  private static final Instant MADE = PlacedTables.online(0, 0).createdAt();

  private final Map<String, List<String>> tags = new HashMap<>();
  private final List<SegmentView> segments = new ArrayList<>();
  private Set<String> away = Set.of();
  private Set<String> relieved = Set.of();

  PlacementPlannerTest() {
    tags.put("A1", List.of("a_REALTIME"));
    tags.put("A2", List.of("a_REALTIME"));
    tags.put("B1", List.of("b_REALTIME"));
    tags.put("B2", List.of("b_REALTIME"));
    tags.put("C1", List.of("c_REALTIME"));
  }

  @Test
  void sealedSegmentsBelongOnTheServersForCompletedOnesAndConsumingOnesDoNot() {
    segments.add(PlacedTables.on(PlacedTables.online(0, 0), List.of("A1", "A2")));
    segments.add(PlacedTables.on(PlacedTables.online(0, 1), List.of("B1", "A2")));
    segments.add(PlacedTables.on(PlacedTables.online(0, 2), List.of("B1", "B2")));
    segments.add(PlacedTables.on(PlacedTables.consuming(0, 3), List.of("A1", "A2")));

    Map<SegmentName, List<String>> misplaced = misplaced(overridden(List.of()), MADE);

    assertThat(misplaced).containsOnlyKeys(name(0), name(1));
    assertThat(misplaced.get(name(0))).containsExactlyInAnyOrder("B1", "B2");
    assertThat(misplaced.get(name(1))).containsExactly("B1", "B2");
    Map<SegmentName, List<String>> target = target(overridden(List.of()), MADE);
    assertThat(target.get(name(0))).containsExactlyInAnyOrder("B1", "B2");
    assertThat(target.get(name(3))).containsExactly("A1", "A2");
  }

  @Test
  void asManyMoveAsThereIsRoomForAndNoReplicaIsGivenUp() {
    tags.remove("B2");
    segments.add(PlacedTables.on(PlacedTables.online(0, 0), List.of("A1", "A2")));
    assertThat(misplaced(overridden(List.of()), MADE).get(name(0))).containsExactly("B1", "A2");

    tags.remove("B1");
    assertThat(misplaced(overridden(List.of()), MADE)).isEmpty();
  }

  @Test
  void whereGroupsHaveTooFewServersNoReplicaIsGivenUpEither() {
    tags.remove("B2");
    PlacementConfig grouped =
        new PlacementConfig(
            "a_REALTIME",
            "b_REALTIME",
            List.of(),
            Map.of(PlacementConfig.COMPLETED, new Grouping(true, 0, 0, 0)));
    segments.add(PlacedTables.on(PlacedTables.online(0, 0), List.of("A1", "A2")));
    assertThat(misplaced(grouped, MADE)).isEmpty();

    tags.put("B2", List.of("b_REALTIME"));
    assertThat(misplaced(grouped, MADE).get(name(0))).containsExactlyInAnyOrder("B1", "B2");
  }

  @Test
  void theOldestTierThatASegmentIsOldEnoughForHasIt() {
    List<Tier> tiers =
        List.of(
            new Tier("warm", new Selector.Age(Duration.ofDays(1)), "b_REALTIME"),
            new Tier("old", new Selector.Age(Duration.ofDays(7)), "c_REALTIME"));
    PlacementConfig placement = new PlacementConfig("a_REALTIME", "a_REALTIME", tiers, Map.of());
    segments.add(PlacedTables.on(PlacedTables.online(0, 0), List.of("A1")));
    segments.add(PlacedTables.on(PlacedTables.consuming(0, 1), List.of("A1")));

    assertThat(misplaced(1, placement, MADE.plus(Duration.ofHours(23)))).isEmpty();
    assertThat(misplaced(1, placement, MADE.plus(Duration.ofDays(1))).get(name(0)))
        .containsAnyOf("B1", "B2");
    assertThat(misplaced(1, placement, MADE.plus(Duration.ofDays(7))))
        .containsExactlyEntriesOf(Map.of(name(0), List.of("C1")));
  }

  @Test
  void aSegmentThatATierNamesIsOfThatTier() {
    List<Tier> tiers =
        List.of(
            new Tier("old", new Selector.Age(Duration.ZERO), "b_REALTIME"),
            new Tier("named", new Selector.Named(Set.of(name(0).toString())), "c_REALTIME"));
    segments.add(PlacedTables.on(PlacedTables.online(0, 0), List.of("B1")));
    segments.add(PlacedTables.on(PlacedTables.online(0, 1), List.of("B1")));

    assertThat(misplaced(1, new PlacementConfig("a_REALTIME", "a_REALTIME", tiers, Map.of()), MADE))
        .containsExactlyEntriesOf(Map.of(name(0), List.of("C1")));
  }

  @Test
  void whoIsMerelyAwayKeepsWhatItHasAndGetsNothing() {
    away = Set.of("B1");
    segments.add(PlacedTables.on(PlacedTables.online(0, 0), List.of("B1")));
    segments.add(PlacedTables.on(PlacedTables.online(0, 1), List.of("A1")));

    Map<SegmentName, List<String>> target = target(1, overridden(List.of()), MADE);

    assertThat(target.get(name(0))).containsExactly("B1");
    assertThat(target.get(name(1))).containsExactly("B2");
  }

  @Test
  void whoIsRelievedGivesUpWhatItHas() {
    relieved = Set.of("B1");
    segments.add(PlacedTables.on(PlacedTables.online(0, 0), List.of("B1")));

    assertThat(target(1, overridden(List.of()), MADE).get(name(0))).containsExactly("B2");
    assertThat(misplaced(1, overridden(List.of()), MADE)).isEmpty();
  }

  @Test
  void fewerServersMeanFewerReplicasAndNobodyMeansNone() {
    segments.add(PlacedTables.on(PlacedTables.online(0, 0), List.of()));
    assertThat(target(3, overridden(List.of()), MADE).get(name(0)))
        .containsExactlyInAnyOrder("B1", "B2");
    tags.keySet().removeAll(Set.of("B1", "B2"));
    assertThat(target(3, overridden(List.of()), MADE).get(name(0))).isEmpty();
  }

  private static PlacementConfig overridden(List<Tier> tiers) {
    return new PlacementConfig("a_REALTIME", "b_REALTIME", tiers, Map.of());
  }

  private static SegmentName name(int sequence) {
    return PlacedTables.online(0, sequence).name();
  }

  private Map<SegmentName, List<String>> misplaced(PlacementConfig placement, Instant now) {
    return misplaced(2, placement, now);
  }

  private Map<SegmentName, List<String>> misplaced(
      int replication, PlacementConfig placement, Instant now) {
    TableView table = table(replication, placement);
    return PlacementPlanner.misplaced(view(table), table, Optional.empty(), now);
  }

  private Map<SegmentName, List<String>> target(PlacementConfig placement, Instant now) {
    return target(2, placement, now);
  }

  private Map<SegmentName, List<String>> target(
      int replication, PlacementConfig placement, Instant now) {
    TableView table = table(replication, placement);
    return PlacementPlanner.target(view(table), table, Optional.empty(), now, Options.DEFAULT);
  }

  private TableView table(int replication, PlacementConfig placement) {
    return PlacedTables.table(replication, placement, List.of(PlacedTables.partition(0, segments)));
  }

  private ClusterView view(TableView table) {
    return PlacedTables.view(tags, away, relieved, table);
  }
}
