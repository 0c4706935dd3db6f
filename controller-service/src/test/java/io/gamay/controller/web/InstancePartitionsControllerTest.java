package io.gamay.controller.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.controller.assignment.GroupKeeper;
import io.gamay.controller.repair.ClusterInMemory;
import io.gamay.controller.table.LeadingController;
import io.gamay.controller.table.RequestRefusedException;
import io.gamay.controller.table.RequestRefusedException.Kind;
import io.gamay.controller.web.RebalanceAnswers.InstancePartitionsBody;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A table with two replica groups for what it consumes, and four servers. */
final class InstancePartitionsControllerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Optional<String> ANY = Optional.empty();
  private static final Optional<String> CONSUMING = Optional.of("CONSUMING");

  private final ClusterInMemory cluster = new ClusterInMemory();
  private final BlockingCalls blocking = new BlockingCalls();
  private final GroupKeeper groups =
      new GroupKeeper(
          cluster.controller.store,
          cluster.controller.catalog,
          cluster.controller.transactions,
          cluster::view);
  private final InstancePartitionsController controller =
      new InstancePartitionsController(cluster::view, groups, blocking);

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
                    "replicaGroupBased": true, "numInstancesPerReplicaGroup": 1}}}
                """));
    for (int server = 1; server <= 4; server++) {
      cluster.addServer("Server_" + server);
    }
  }

  @AfterEach
  void stop() {
    blocking.close();
  }

  @Test
  void whatIsChosenByHandIsWrittenReadReplacedAndForgotten() {
    assertThat(put(List.of("Server_3"), List.of("Server_1")))
        .isEqualTo(map("Server_3", "Server_1"));
    assertThat(await(controller.get("trips_REALTIME", ANY))).isEqualTo(map("Server_3", "Server_1"));
    assertThat(await(controller.get("trips", CONSUMING))).isEqualTo(map("Server_3", "Server_1"));

    var replaced =
        await(controller.replace("trips", ANY, Optional.of("Server_3"), Optional.of("Server_4")));
    assertThat(replaced).isEqualTo(map("Server_4", "Server_1"));
    assertThat(await(controller.get("trips", ANY))).isEqualTo(map("Server_4", "Server_1"));

    assertThat(await(controller.delete("trips", CONSUMING)).status())
        .contains("CONSUMING", "deleted");
    assertRefused(Kind.NOT_FOUND, () -> await(controller.get("trips", ANY)), "[CONSUMING]");
  }

  @Test
  void choosingAnewTellsOnlyUnlessItIsToldOtherwise() {
    var anew = await(controller.assign("trips", ANY, true));
    assertThat(anew).isEqualTo(map("Server_1", "Server_2"));
    assertThat(groups.read(cluster.tableId)).isEmpty();

    put(List.of("Server_3"), List.of("Server_1"));
    assertThat(await(controller.assign("trips", CONSUMING, false)))
        .as("who is chosen stays")
        .isEqualTo(map("Server_3", "Server_1"));
    assertThat(await(controller.get("trips", ANY))).isEqualTo(map("Server_3", "Server_1"));
  }

  @Test
  void unknownNamesAreRefused() {
    assertRefused(Kind.NOT_FOUND, () -> await(controller.get("none", ANY)), "Table none");
    assertRefused(Kind.NOT_FOUND, () -> await(controller.get("trips", ANY)), "Failed to find");
    put(List.of("Server_3"), List.of("Server_1"));
    assertRefused(
        Kind.NOT_FOUND, () -> await(controller.get("trips", Optional.of("COLD"))), "COLD");
    assertRefused(
        Kind.NOT_FOUND, () -> await(controller.delete("trips", Optional.of("COLD"))), "COLD");
    assertRefused(
        Kind.INVALID, () -> await(controller.assign("trips", Optional.of("COLD"), true)), "COLD");
    assertRefused(
        Kind.NOT_FOUND,
        () ->
            await(
                controller.replace("trips", ANY, Optional.of("Server_9"), Optional.of("Server_4"))),
        "Server_9");
    assertRefused(
        Kind.INVALID,
        () -> await(controller.replace("trips", ANY, Optional.of("Server_3"), ANY)),
        "newInstanceName is missing");
    assertRefused(
        Kind.INVALID,
        () ->
            await(
                controller.replace("trips", ANY, Optional.of("Server_3"), Optional.of("Server_9"))),
        "no server Server_9");
    assertThat(await(controller.get("trips", ANY))).isEqualTo(map("Server_3", "Server_1"));
  }

  @Test
  void badBodiesAreRefusedAndNothingIsWritten() {
    assertRefusedBody("trips_CONSUMING", Map.of(), "expected 0_0, 0_1");
    assertRefusedBody("trips_CONSUMING", Map.of("0", List.of("Server_1")), "'0'");
    assertRefusedBody("trips_CONSUMING", Map.of("0_1", List.of("Server_1")), "without gaps");
    assertRefusedBody("trips_CONSUMING", Map.of("1_0", List.of("Server_1")), "one list");
    assertRefusedBody("other_CONSUMING", Map.of("0_0", List.of("Server_1")), "trips_CONSUMING");
    assertRefusedBody(
        "trips_COLD", Map.of("0_0", List.of("Server_1"), "0_1", List.of("Server_2")), "COLD");
    assertRefusedBody("trips_CONSUMING", Map.of("0_0", List.of("Server_1")), "1 groups");
    assertRefusedBody(
        "trips_CONSUMING",
        Map.of("0_0", List.of("Server_1"), "0_1", List.of("Server_1")),
        "named twice");
    assertRefusedBody(
        "trips_CONSUMING", Map.of("0_0", List.of("Server_1"), "0_1", List.of()), "without servers");
    assertThat(groups.read(cluster.tableId)).isEmpty();
  }

  private void assertRefusedBody(String name, Map<String, List<String>> places, String reason) {
    assertRefused(
        Kind.INVALID,
        () -> await(controller.put("trips", new InstancePartitionsBody(name, places))),
        reason);
  }

  private Map<String, InstancePartitionsBody> put(List<String> first, List<String> second) {
    return await(
        controller.put(
            "trips",
            new InstancePartitionsBody("trips_CONSUMING", Map.of("0_0", first, "0_1", second))));
  }

  private static Map<String, InstancePartitionsBody> map(String first, String second) {
    return Map.of(
        "CONSUMING",
        new InstancePartitionsBody(
            "trips_CONSUMING", Map.of("0_0", List.of(first), "0_1", List.of(second))));
  }

  private static <T> T await(Mono<T> answer) {
    return Objects.requireNonNull(answer.block(PATIENCE));
  }

  private static void assertRefused(Kind kind, Runnable request, String reason) {
    assertThatThrownBy(request::run)
        .isInstanceOfSatisfying(
            RequestRefusedException.class,
            refused -> {
              assertThat(refused.kind()).isEqualTo(kind);
              assertThat(refused).hasMessageContaining(reason);
            });
  }
}
