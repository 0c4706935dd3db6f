package io.gamay.controller.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.assignment.RebalanceOptions;
import io.gamay.controller.table.RequestRefusedException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RebalanceRequestTest {

  @Test
  void nothingSaidIsTheUsual() {
    RebalanceRequest request = RebalanceRequest.parse(Map.of(), 2);
    assertThat(request.dryRun()).isFalse();
    assertThat(request.reassignInstances()).isTrue();
    assertThat(request.options()).isEqualTo(RebalanceOptions.DEFAULT);
    assertThat(request.notes()).isEmpty();
  }

  @Test
  void parametersAreTakenAsPinotNamesThem() {
    RebalanceRequest request =
        RebalanceRequest.parse(
            Map.of(
                "type", "realtime",
                "dryRun", "TRUE",
                "preChecks", "true",
                "reassignInstances", "false",
                "includeConsuming", "false",
                "bootstrap", "true",
                "bestEfforts", "true",
                "batchSizePerServer", "3",
                "forceCommit", "true",
                "minAvailableReplicas", "-2"),
            2);
    assertThat(request)
        .isEqualTo(
            new RebalanceRequest(
                true,
                true,
                false,
                new RebalanceOptions(false, true, true, 3, 1, true),
                request.notes()));
    assertThat(RebalanceRequest.parse(Map.of("batchSizePerServer", "-1"), 2).options())
        .isEqualTo(RebalanceOptions.DEFAULT);
  }

  @Test
  void whatChangesNothingIsTold() {
    RebalanceRequest request =
        RebalanceRequest.parse(
            Map.of("downtime", "true", "updateTargetTier", "true", "maxAttempts", "3"), 2);
    assertThat(request.options()).isEqualTo(RebalanceOptions.DEFAULT);
    assertThat(String.join("; ", request.notes()))
        .contains("downtime=true changes nothing", "updateTargetTier=true", "[maxAttempts]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dryrun | true | unknown parameters [dryrun]",
        "dryRun | yes | dryRun: yes: expected true or false",
        "preChecks | true | it goes with dryRun=true",
        "batchSizePerServer | 0 | batchSizePerServer: 0: expected 1 to 10000",
        "batchSizePerServer | -2 | expected 1 to",
        "batchSizePerServer | many | batchSizePerServer: many: expected a number",
        "consumingPartitions | 0 | consumingPartitions: 0",
        "minAvailableReplicas | 3 | the table has 2 replicas",
        "minAvailableReplicas | -3 | the table has 2 replicas",
        "minimizeDataMovement | DISABLE | bootstrap=true",
        "minimizeDataMovement | perhaps | expected ENABLE or DEFAULT",
        "lowDiskMode | true | nothing is taken from a server before",
        "type | OFFLINE | no OFFLINE tables",
        "type | other | expected REALTIME"
      })
  void whatCannotBeIsRefusedWithItsNameAndTheWayOut(String name, String value, String reason) {
    assertThatThrownBy(() -> RebalanceRequest.parse(Map.of(name, value), 2))
        .isInstanceOf(RequestRefusedException.class)
        .hasMessageContaining(reason);
  }
}
