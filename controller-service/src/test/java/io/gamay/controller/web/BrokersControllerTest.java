package io.gamay.controller.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.instance.InstanceRole;
import io.gamay.controller.repair.ClusterInMemory;
import io.gamay.controller.table.RequestRefusedException;
import io.gamay.controller.table.RequestRefusedException.Kind;
import io.gamay.controller.web.BrokersController.InstancesOfType;
import io.gamay.controller.web.ClusterController.BrokerAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Table trips of the default tenant, with two brokers of which one is away, and another tenant. */
final class BrokersControllerTest {

  private static final String ONLINE = "ONLINE";

  private final ClusterInMemory cluster = new ClusterInMemory();
  private final BrokersController controller = new BrokersController(cluster::view);

  @BeforeEach
  void addBrokers() {
    cluster.add("Broker_a", InstanceRole.BROKER, "DefaultTenant_BROKER");
    cluster.add("Broker_b", InstanceRole.BROKER, "DefaultTenant_BROKER");
    cluster.add("Broker_c", InstanceRole.BROKER, "other_BROKER");
    cluster.stopServer("Broker_b");
  }

  @Test
  void brokersAreNamedByTenantAndByTable() {
    assertThat(controller.byTenant(ONLINE))
        .isEqualTo(Map.of("DefaultTenant", List.of("Broker_a"), "other", List.of("Broker_c")));
    assertThat(controller.byTable(ONLINE)).isEqualTo(Map.of("trips", List.of("Broker_a")));
    assertThat(controller.ofTenant("other", ONLINE)).containsExactly("Broker_c");
    assertThat(controller.ofTable("trips_REALTIME", ONLINE)).containsExactly("Broker_a");
  }

  @Test
  void thoseThatAreAwayAreOffline() {
    assertThat(controller.byTenant("offline"))
        .isEqualTo(Map.of("DefaultTenant", List.of("Broker_b"), "other", List.of()));
    assertThat(controller.ofTable("trips", "OFFLINE")).containsExactly("Broker_b");
  }

  @Test
  void addressesAreThoseThatBrokersRegistered() {
    BrokerAddress address = new BrokerAddress("Broker_a", "127.0.0.1", 1, -1);
    assertThat(controller.addressesOfTable("trips", ONLINE)).containsExactly(address);
    assertThat(controller.addressesByTable(ONLINE)).isEqualTo(Map.of("trips", List.of(address)));
    assertThat(controller.addressesByTenant(ONLINE))
        .containsEntry("DefaultTenant", List.of(address));
  }

  @Test
  void instancesOfATableAreItsBrokersAndTheServersThatHaveSegments() {
    cluster.addServer("Server_1");
    cluster.addServer("Server_2");
    cluster.addPartition(0, 0, 1, "Server_1");
    var instances = controller.instances("trips");
    assertThat(instances.tableName()).isEqualTo("trips");
    assertThat(instances.brokers())
        .containsExactly(new InstancesOfType("REALTIME", List.of("Broker_a")));
    assertThat(instances.server())
        .containsExactly(new InstancesOfType("REALTIME", List.of("Server_1")));
  }

  @Test
  void unknownNamesAndStatesAreRefused() {
    assertRefused(
        Kind.NOT_FOUND, () -> controller.ofTenant("none", ONLINE), "none_BROKER", "[DefaultTenant");
    assertRefused(Kind.NOT_FOUND, () -> controller.ofTable("none", ONLINE), "Table none");
    assertRefused(Kind.NOT_FOUND, () -> controller.addressesOfTable("none", ONLINE), "Table none");
    assertRefused(Kind.NOT_FOUND, () -> controller.instances("none"), "Table none");
    assertRefused(
        Kind.INVALID, () -> controller.byTable("up"), "state: 'up', expected ONLINE or OFFLINE");
    assertRefused(Kind.INVALID, () -> controller.byTenant("up"), "state: 'up'");
  }

  private static void assertRefused(Kind kind, Runnable request, String... reasons) {
    assertThatThrownBy(request::run)
        .isInstanceOfSatisfying(
            RequestRefusedException.class,
            refused -> {
              assertThat(refused.kind()).isEqualTo(kind);
              assertThat(refused.getMessage()).contains(reasons);
            });
  }
}
