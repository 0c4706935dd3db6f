package io.gamay.controller.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.assignment.DownloadOrders;
import io.gamay.cluster.consumption.ConsumptionOrders;
import io.gamay.cluster.table.Problem;
import io.gamay.cluster.table.SchemaJson;
import io.gamay.cluster.table.TableConfigJson;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.table.LeadingController;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

final class TableSettingsHealthTest {

  @Test
  void aSettingThatCountsAsNotWrittenIsNamedWithItsTableAndFix() {
    Health health = health(List.of(new Problem("$.segmentsConfig.replication", "0", "1")));
    assertThat(health.getStatus().getCode()).isEqualTo("DEGRADED");
    assertThat(health.getDetails())
        .containsEntry(
            "refusedSettings",
            Map.of("trips_REALTIME", List.of("$.segmentsConfig.replication: 0 (1)")));
  }

  @Test
  void tablesThatGoByAllOfTheirConfigsAreUp() {
    assertThat(health(List.of())).isEqualTo(Health.up().build());
    assertThat(health(List.of()).getStatus()).isEqualTo(Status.UP);
  }

  private static Health health(List<Problem> refused) {
    var schema = SchemaJson.parse(LeadingController.SCHEMA).orThrow();
    var config =
        TableConfigJson.parse(LeadingController.table("smallest", ""), schema, 1).orThrow();
    TableView table =
        new TableView(
            "trips-1",
            config,
            schema.tableSchema(1, false),
            Map.of(),
            Map.of(),
            new TreeMap<>(),
            DownloadOrders.NONE,
            ConsumptionOrders.NONE,
            refused);
    ClusterView view = new ClusterView(1, Optional.empty(), 1, Map.of(), Map.of("trips", table));
    Health health = new TableSettingsHealth(() -> view).health();
    return health == null ? Health.unknown().build() : health;
  }
}
