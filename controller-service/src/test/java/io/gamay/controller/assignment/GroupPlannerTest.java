package io.gamay.controller.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.table.PlacementConfig.Grouping;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class GroupPlannerTest {

  private static final Grouping EVEN = new Grouping(true, 0, 0, 0);
  private static final Grouping OF_TWO = new Grouping(true, 2, 0, 0);

  @Test
  void serversAreDealtInTurnsIntoGroupsOfEqualSize() {
    assertThat(kept(EVEN, 2, List.of(), Set.of(), "A", "B", "C", "D", "E"))
        .containsExactly(List.of("A", "C"), List.of("B", "D"));
    assertThat(kept(OF_TWO, 2, List.of(), Set.of(), "A", "B", "C", "D", "E"))
        .containsExactly(List.of("A", "C"), List.of("B", "D"));
  }

  @Test
  void groupsThatLackServersAreShort() {
    assertThat(kept(OF_TWO, 3, List.of(), Set.of(), "A", "B"))
        .containsExactly(List.of("A"), List.of("B"), List.of());
    assertThat(kept(EVEN, 2, List.of(), Set.of())).containsExactly(List.of(), List.of());
  }

  @Test
  void shortGroupsTakeServersThatAreInNone() {
    List<List<String>> present = List.of(List.of("A", "C"), List.of("B"));
    assertThat(kept(OF_TWO, 2, present, Set.of(), "A", "B", "C", "D", "E"))
        .containsExactly(List.of("A", "C"), List.of("B", "D"));
  }

  @Test
  void groupsInEqualPartsKeepTheSizeThatTheyWereMadeWith() {
    List<List<String>> present = List.of(List.of("A"), List.of("B"));
    assertThat(kept(EVEN, 2, present, Set.of(), "A", "B", "C", "D")).isEqualTo(present);
  }

  @Test
  void whoIsToBeReplacedGivesItsPlaceToAFreeOneAndStaysWhereNoneIs() {
    List<List<String>> present = List.of(List.of("A", "B"), List.of("C", "D"));
    assertThat(kept(OF_TWO, 2, present, Set.of("B", "C"), "A", "D", "E"))
        .containsExactly(List.of("A", "E"), List.of("C", "D"));
  }

  @Test
  void moreReplicasAreMoreGroupsAndFewerTheFirstOnes() {
    List<List<String>> present = List.of(List.of("A"), List.of("B"));
    assertThat(kept(EVEN, 3, present, Set.of(), "A", "B", "C"))
        .containsExactly(List.of("A"), List.of("B"), List.of("C"));
    assertThat(kept(EVEN, 1, present, Set.of(), "A", "B", "C")).containsExactly(List.of("A"));
  }

  @Test
  void chosenAnewGroupsGrowAndNobodyChangesPlaceForThat() {
    List<List<String>> present = List.of(List.of("A"), List.of("B"));
    assertThat(reassigned(EVEN, 2, present, "A", "B", "C", "D", "E"))
        .containsExactly(List.of("A", "C"), List.of("B", "D"));
  }

  @Test
  void chosenAnewGroupsShrinkToWhatThereIs() {
    List<List<String>> present = List.of(List.of("A", "C"), List.of("B", "D"));
    assertThat(reassigned(EVEN, 2, present, "A", "B", "D"))
        .containsExactly(List.of("A"), List.of("B"));
    assertThat(reassigned(EVEN, 2, present, "C", "D"))
        .as("places before the end are filled by who is left over")
        .containsExactly(List.of("C"), List.of("D"));
    assertThat(reassigned(OF_TWO, 2, present, "A")).containsExactly(List.of("A"), List.of());
  }

  private static List<List<String>> kept(
      Grouping grouping,
      int replication,
      List<List<String>> present,
      Set<String> replaced,
      String... servers) {
    return GroupPlanner.kept(
        grouping, replication, Optional.of(present), List.of(servers), replaced::contains);
  }

  private static List<List<String>> reassigned(
      Grouping grouping, int replication, List<List<String>> present, String... servers) {
    return GroupPlanner.reassigned(grouping, replication, Optional.of(present), List.of(servers));
  }
}
