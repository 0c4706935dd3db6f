package io.gamay.controller.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.instance.InstanceRole;
import io.gamay.controller.assignment.GroupKeeper;
import io.gamay.controller.repair.ClusterInMemory;
import io.gamay.controller.table.LeadingController;
import io.gamay.controller.table.RequestRefusedException;
import io.gamay.controller.table.RequestRefusedException.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Two sealed segments, of which the first is pinned to tier cold; one is on a cold server. */
final class TiersControllerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ClusterInMemory cluster = new ClusterInMemory();
  private final BlockingCalls blocking = new BlockingCalls();
  private final TiersController controller =
      new TiersController(
          cluster::view,
          new GroupKeeper(
              cluster.controller.store,
              cluster.controller.catalog,
              cluster.controller.transactions,
              cluster::view),
          blocking,
          () -> cluster.controller.now);

  @BeforeEach
  void addSegments() {
    cluster.controller.tables.update(
        "trips",
        LeadingController.table("smallest", "")
            .replace(
                "\"metadata\": {}",
                """
                "metadata": {}, "tierConfigs": [
                  {"name": "cold", "segmentSelectorType": "fixed", "segmentList": ["%s"],
                   "storageType": "pinot_server", "serverTag": "cold_OFFLINE"}]
                """
                    .formatted(cluster.name(0, 0))));
    cluster.addServer("Server_1");
    cluster.add("Server_2", InstanceRole.SERVER, "cold_OFFLINE");
    cluster.add(cluster.online(0, 0), "Server_1", "Server_2");
    cluster.add(cluster.online(0, 1), "Server_1");
  }

  @AfterEach
  void stop() {
    blocking.close();
  }

  @Test
  void tierOfEachServerAndWhereTheSegmentBelongs() {
    var tiers = await(controller.all("trips"));
    assertThat(tiers.tableName()).isEqualTo("trips_REALTIME");
    assertThat(tiers.segmentTiers())
        .isEqualTo(
            Map.of(
                cluster.name(0, 0).toString(),
                Map.of("Server_1", "default", "Server_2", "cold", "targetTier", "cold"),
                cluster.name(0, 1).toString(),
                Map.of("Server_1", "default", "targetTier", "default")));
  }

  @Test
  void oneSegmentIsAskedForByName() {
    String name = cluster.name(0, 1).toString();
    assertThat(await(controller.one("trips_REALTIME", name)).segmentTiers()).containsOnlyKeys(name);
  }

  @Test
  void unknownNamesAreNotFound() {
    assertNotFound(() -> await(controller.all("none")), "Table none does not exist");
    assertNotFound(() -> await(controller.one("none", "x")), "Table none does not exist");
    assertNotFound(
        () -> await(controller.one("trips", "x")), "Segment x does not exist in table trips");
  }

  private static void assertNotFound(Runnable request, String reason) {
    assertThatThrownBy(request::run)
        .isInstanceOfSatisfying(
            RequestRefusedException.class,
            refused -> {
              assertThat(refused.kind()).isEqualTo(Kind.NOT_FOUND);
              assertThat(refused).hasMessageContaining(reason);
            });
  }

  private static <T> T await(Mono<T> answer) {
    return Objects.requireNonNull(answer.block(PATIENCE));
  }
}
