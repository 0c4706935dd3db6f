package io.gamay.controller.assignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceOrder;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.LiveNode;
import io.gamay.cluster.store.Operation;
import io.gamay.controller.assignment.TenantDesk.Size;
import io.gamay.controller.table.LeadingController;
import io.gamay.controller.table.RequestRefusedException;
import io.gamay.controller.table.RequestRefusedException.Kind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TenantDeskTest {

  private final LeadingController controller = new LeadingController();
  private final TenantDesk desk =
      new TenantDesk(
          controller.store,
          controller.catalog,
          new InstanceOrderDesk(controller.store, controller.transactions));

  @Test
  void freeOnesAreTakenBeforeThoseOfTheDefaultTenantAndDeadOnesAndOthersNever() {
    add("Server_a", InstanceRole.SERVER, "DefaultTenant_REALTIME", "DefaultTenant_OFFLINE");
    add("Server_b", InstanceRole.SERVER);
    add("Server_c", InstanceRole.SERVER, "other_REALTIME");
    addDead("Server_d", InstanceRole.SERVER);
    add("Broker_a", InstanceRole.BROKER);

    assertThat(desk.create("t", InstanceRole.SERVER, new Size(1, 0, 1)))
        .containsExactly("Server_b");
    assertThat(tags("Server_b")).contains(List.of("t_REALTIME"));
    assertThat(desk.create("u", InstanceRole.SERVER, new Size(1, 0, 1)))
        .containsExactly("Server_a");
    assertRefused(
        Kind.CONFLICT,
        () -> desk.create("v", InstanceRole.SERVER, new Size(1, 0, 1)),
        "1 servers are asked for, 0 are free",
        "Server_c with [other_REALTIME]");
    assertThat(desk.create("v", InstanceRole.BROKER, Size.ofBrokers(1)))
        .containsExactly("Broker_a");
    assertThat(tags("Broker_a")).contains(List.of("v_BROKER"));
  }

  @Test
  void whatTablesOfTheDefaultTenantNeedIsLeftToThem() {
    controller.createTrips("smallest", "");
    add("Server_a", InstanceRole.SERVER, "DefaultTenant_REALTIME");
    assertRefused(
        Kind.CONFLICT,
        () -> desk.create("t", InstanceRole.SERVER, new Size(1, 0, 1)),
        "0 are free");
    add("Server_b", InstanceRole.SERVER, "DefaultTenant_REALTIME");
    assertThat(desk.create("t", InstanceRole.SERVER, new Size(1, 0, 1)))
        .containsExactly("Server_b");
    assertThat(tags("Server_a")).isEmpty();
  }

  @Test
  void offlineAndRealtimeOverlapOnlyWhereThereAreTooFewForBoth() {
    add("Server_a", InstanceRole.SERVER);
    add("Server_b", InstanceRole.SERVER);
    add("Server_c", InstanceRole.SERVER);
    desk.create("t", InstanceRole.SERVER, new Size(3, 2, 2));
    assertThat(tags("Server_a")).contains(List.of("t_OFFLINE"));
    assertThat(tags("Server_b")).contains(List.of("t_OFFLINE", "t_REALTIME"));
    assertThat(tags("Server_c")).contains(List.of("t_REALTIME"));
  }

  @Test
  void tenantGrowsAndDoesNotShrink() {
    add("Server_a", InstanceRole.SERVER);
    add("Server_b", InstanceRole.SERVER);
    desk.create("t", InstanceRole.SERVER, new Size(1, 0, 1));
    assertThat(desk.grow("t", InstanceRole.SERVER, new Size(2, 0, 2)))
        .containsExactly("Server_a", "Server_b");
    assertThat(desk.grow("t", InstanceRole.SERVER, new Size(2, 0, 2)))
        .as("again")
        .containsExactly("Server_a", "Server_b");
    assertRefused(
        Kind.INVALID, () -> desk.grow("t", InstanceRole.SERVER, new Size(1, 0, 1)), "updateTags");
    assertRefused(
        Kind.NOT_FOUND, () -> desk.grow("none", InstanceRole.SERVER, new Size(1, 0, 1)), "none");
    assertRefused(
        Kind.CONFLICT,
        () -> desk.create("t", InstanceRole.SERVER, new Size(1, 0, 1)),
        "Server_a",
        "PUT /tenants");
  }

  @Test
  void membersGetTheTagThatMoreOfThemAreToBear() {
    add("Server_a", InstanceRole.SERVER);
    add("Server_b", InstanceRole.SERVER);
    desk.create("t", InstanceRole.SERVER, new Size(2, 1, 1));
    assertThat(tags("Server_b")).contains(List.of("t_REALTIME"));

    desk.grow("t", InstanceRole.SERVER, new Size(2, 1, 2));

    assertThat(tags("Server_a")).contains(List.of("t_OFFLINE", "t_REALTIME"));
    assertThat(tags("Server_b")).contains(List.of("t_REALTIME"));
    add("Server_c", InstanceRole.SERVER);
    desk.grow("t", InstanceRole.SERVER, new Size(3, 3, 2));
    assertThat(tags("Server_b")).contains(List.of("t_REALTIME", "t_OFFLINE"));
    assertThat(tags("Server_c")).contains(List.of("t_OFFLINE"));
  }

  @Test
  void tenantThatTablesUseIsNotDeletedAndOneThatGoesFreesItsInstances() {
    controller.createTrips("smallest", "");
    add("Server_a", InstanceRole.SERVER, "DefaultTenant_REALTIME");
    add("Server_b", InstanceRole.SERVER);
    assertRefused(
        Kind.CONFLICT, () -> desk.delete("DefaultTenant", InstanceRole.SERVER), "trips_REALTIME");
    desk.create("t", InstanceRole.SERVER, new Size(1, 0, 1));
    assertThat(desk.delete("t", InstanceRole.SERVER)).containsExactly("Server_b");
    assertThat(tags("Server_b")).contains(List.of());
    assertRefused(Kind.NOT_FOUND, () -> desk.delete("t", InstanceRole.SERVER), "tenant t");
    assertThat(desk.create("u", InstanceRole.SERVER, new Size(1, 0, 1)))
        .containsExactly("Server_b");
  }

  @Test
  void numbersAndNamesThatCannotBeAreRefused() {
    assertRefused(Kind.INVALID, () -> new Size(0, 0, 0), "numberOfInstances: 0");
    assertRefused(Kind.INVALID, () -> new Size(3, 1, 1), "1 offlineInstances");
    assertRefused(Kind.INVALID, () -> new Size(1, 2, 0), "2 offlineInstances");
    assertRefused(
        Kind.INVALID,
        () -> desk.create("a b", InstanceRole.SERVER, new Size(1, 0, 1)),
        "tenantName: 'a b'");
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

  private Optional<List<String>> tags(String id) {
    return controller
        .store
        .get(ClusterPaths.order(id))
        .map(node -> ClusterJson.read(node.data(), InstanceOrder.class))
        .flatMap(InstanceOrder::tags);
  }

  private void add(String id, InstanceRole role, String... tags) {
    addDead(id, role, tags);
    create(ClusterPaths.live(id), new LiveNode(1));
  }

  private void addDead(String id, InstanceRole role, String... tags) {
    create(ClusterPaths.instance(id), new InstanceConfig(id, role, "a", 1, List.of(tags)));
  }

  private void create(String path, Object value) {
    controller.store.commit(List.of(new Operation.Create(path, ClusterJson.write(value), false)));
  }
}
