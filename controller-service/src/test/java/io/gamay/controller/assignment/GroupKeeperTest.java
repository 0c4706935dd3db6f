package io.gamay.controller.assignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.assignment.InstanceGroups;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.table.PlacementConfig;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.repair.ClusterInMemory;
import io.gamay.controller.table.LeadingController;
import io.gamay.controller.table.RequestRefusedException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class GroupKeeperTest {

  private final ClusterInMemory cluster = new ClusterInMemory();
  private final GroupKeeper groups =
      new GroupKeeper(
          cluster.controller.store,
          cluster.controller.catalog,
          cluster.controller.transactions,
          cluster::view);

  @BeforeEach
  void askForGroups() {
    cluster.controller.tables.update(
        "trips",
        LeadingController.table("smallest", "")
            .replace("\"replication\": \"1\"", "\"replication\": \"2\"")
            .replace(
                "\"metadata\": {}",
                """
                "metadata": {}, "instanceAssignmentConfigMap": {"CONSUMING": {
                  "replicaGroupPartitionConfig": {
                    "replicaGroupBased": true, "numInstancesPerReplicaGroup": 2}}}
                """));
  }

  @Test
  void groupsAreMadeOnceFilledUpAndMended() {
    cluster.addServer("Server_1");
    cluster.addServer("Server_2");
    cluster.addServer("Server_3");
    assertThat(keep()).containsExactly(List.of("Server_1", "Server_3"), List.of("Server_2"));
    cluster.addServer("Server_4");
    cluster.addServer("Server_5");
    assertThat(keep())
        .containsExactly(List.of("Server_1", "Server_3"), List.of("Server_2", "Server_4"));
    assertThat(groups.keep(table(), "Server_1"::equals).orElseThrow().byKind().values())
        .containsExactly(List.of(List.of("Server_5", "Server_3"), List.of("Server_2", "Server_4")));
    assertThat(keep())
        .as("written down")
        .containsExactly(List.of("Server_5", "Server_3"), List.of("Server_2", "Server_4"));
  }

  @Test
  void whoIsDisabledIsReplacedInItsPlaceIfSomebodyIsFree() {
    for (int server = 1; server <= 4; server++) {
      cluster.addServer("Server_" + server);
    }
    keep();
    new InstanceOrderDesk(cluster.controller.store, cluster.controller.transactions)
        .change("Server_2", InstanceOrderDesk.StateChange.DISABLE);
    assertThat(keep())
        .containsExactly(List.of("Server_1", "Server_3"), List.of("Server_2", "Server_4"));
    cluster.addServer("Server_5");
    assertThat(keep())
        .containsExactly(List.of("Server_1", "Server_3"), List.of("Server_5", "Server_4"));
  }

  @Test
  void groupsOfSomebodysChoiceAreWrittenIfTheyFit() {
    for (int server = 1; server <= 4; server++) {
      cluster.addServer("Server_" + server);
    }
    InstanceGroups chosen =
        InstanceGroups.NONE.with(
            PlacementConfig.CONSUMING,
            List.of(List.of("Server_4", "Server_2"), List.of("Server_1", "Server_3")));
    groups.replace(cluster.tableId, _ -> chosen);
    assertThat(groups.read(cluster.tableId)).contains(chosen);
    assertThat(keep()).isEqualTo(chosen.of(PlacementConfig.CONSUMING).orElseThrow());

    assertRefused("TIER", List.of(List.of("Server_1"), List.of("Server_2")), "TIER");
    assertRefused(PlacementConfig.CONSUMING, List.of(List.of("Server_1")), "1 groups");
    assertRefused(
        PlacementConfig.CONSUMING, List.of(List.of("Server_1"), List.of()), "without servers");
    assertRefused(
        PlacementConfig.CONSUMING,
        List.of(List.of("Server_1"), List.of("Server_9")),
        "no server Server_9");
    assertThat(groups.read(cluster.tableId)).contains(chosen);
  }

  @Test
  void serversThatWouldBeChosenAnewAreUnchosenUntilTheyAre() {
    for (int server = 1; server <= 3; server++) {
      cluster.addServer("Server_" + server);
    }
    InstanceGroups small =
        InstanceGroups.NONE.with(
            PlacementConfig.CONSUMING, List.of(List.of("Server_1"), List.of("Server_2")));
    assertThat(unchosen(small)).as("one more makes no two groups larger").isEmpty();
    assertThat(unchosen(InstanceGroups.NONE)).as("none are made yet").isEmpty();

    cluster.addServer("Server_4");

    assertThat(unchosen(small))
        .isEqualTo(Map.of(PlacementConfig.CONSUMING, List.of("Server_3", "Server_4")));
    assertThat(groups.known(cluster.tableId)).isEqualTo(InstanceGroups.NONE);
    keep();
    assertThat(unchosen(groups.known(cluster.tableId))).isEmpty();
    groups.retainTables(Set.of("other"));
    assertThat(groups.known(cluster.tableId)).isEqualTo(InstanceGroups.NONE);
  }

  private Map<String, List<String>> unchosen(InstanceGroups written) {
    return GroupKeeper.unchosen(cluster.view(), table().config(), written);
  }

  @Test
  void tablesThatAskForNoChoiceHaveNone() {
    cluster.controller.tables.update("trips", LeadingController.table("smallest", ""));
    cluster.addServer("Server_1");
    assertThat(groups.keep(table(), _ -> false)).isEmpty();
    assertThat(cluster.controller.store.get(ClusterPaths.groups(cluster.tableId))).isEmpty();
  }

  private void assertRefused(String kind, List<List<String>> chosen, String named) {
    assertThatThrownBy(
            () -> groups.replace(cluster.tableId, _ -> InstanceGroups.NONE.with(kind, chosen)))
        .isInstanceOf(RequestRefusedException.class)
        .hasMessageContaining(named);
  }

  private List<List<String>> keep() {
    return groups
        .keep(table(), _ -> false)
        .orElseThrow()
        .of(PlacementConfig.CONSUMING)
        .orElseThrow();
  }

  private TableView table() {
    ClusterView view = cluster.view();
    return Objects.requireNonNull(view.tables().get("trips"));
  }
}
