package io.gamay.controller.assignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceOrder;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.store.InMemoryMetadataStore.LostReply;
import io.gamay.cluster.store.Operation;
import io.gamay.controller.assignment.InstanceOrderDesk.StateChange;
import io.gamay.controller.table.LeadingController;
import io.gamay.controller.table.RequestRefusedException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class InstanceOrderDeskTest {

  private static final String SERVER = "Server_1";
  private static final String BROKER = "Broker_1";

  private final LeadingController controller = new LeadingController();
  private final InstanceOrderDesk desk =
      new InstanceOrderDesk(controller.store, controller.transactions);

  @BeforeEach
  void addInstances() {
    add(SERVER, InstanceRole.SERVER);
    add(BROKER, InstanceRole.BROKER);
    add("Controller_1", InstanceRole.CONTROLLER);
  }

  @Test
  void changesAddUpAndEachUndoesItsOwn() {
    desk.change(SERVER, StateChange.DISABLE);
    desk.change(SERVER, StateChange.QUERIES_DISABLE);
    desk.tag(SERVER, List.of("a_REALTIME", "b_OFFLINE"));
    assertThat(order(SERVER))
        .isEqualTo(
            new InstanceOrder(false, false, Optional.of(List.of("a_REALTIME", "b_OFFLINE"))));
    desk.change(SERVER, StateChange.ENABLE);
    assertThat(order(SERVER).isEnabled()).isTrue();
    assertThat(order(SERVER).takesQueries()).isFalse();
    desk.change(SERVER, StateChange.QUERIES_ENABLE);
    assertThat(order(SERVER).takesQueries()).isTrue();
    assertThat(order(SERVER).tags()).contains(List.of("a_REALTIME", "b_OFFLINE"));
  }

  @ParameterizedTest
  @EnumSource(names = {"APPLIED", "NOT_APPLIED"})
  void lostReplyIsLookedInto(LostReply outcome) {
    controller.store.loseNextReply(outcome);
    desk.change(BROKER, StateChange.QUERIES_DISABLE);
    assertThat(order(BROKER)).isEqualTo(InstanceOrder.NONE.withQueries(false));
  }

  @Test
  void whatIsNotThereOrTakesNoQueriesOrTagsThatDoNotFitAreRefusedInWords() {
    refused("Instance Server_9 not found", () -> desk.change("Server_9", StateChange.ENABLE));
    refused(
        "Controller_1 is a controller: only servers and brokers",
        () -> desk.change("Controller_1", StateChange.DISABLE));
    refused(
        "tags: 'a_BROKER' is no tag of a server; write <tenant>_REALTIME or <tenant>_OFFLINE",
        () -> desk.tag(SERVER, List.of("a_REALTIME", "a_BROKER")));
    refused(
        "tags: '_BROKER' is no tag of a broker; write <tenant>_BROKER",
        () -> desk.tag(BROKER, List.of("_BROKER")));
    refused(
        "Unknown state 'off': parameter state is one of [ENABLE, DISABLE, QUERIES_ENABLE",
        () -> StateChange.parse("off"));
    assertThat(controller.store.get(ClusterPaths.order(SERVER))).isEmpty();
    assertThat(StateChange.parse(" queries_disable")).isEqualTo(StateChange.QUERIES_DISABLE);
  }

  private static void refused(String why, Runnable request) {
    assertThatThrownBy(request::run)
        .isInstanceOf(RequestRefusedException.class)
        .hasMessageContaining(why);
  }

  private InstanceOrder order(String id) {
    return ClusterJson.read(
        controller.store.get(ClusterPaths.order(id)).orElseThrow().data(), InstanceOrder.class);
  }

  private void add(String id, InstanceRole role) {
    controller.store.commit(
        List.of(
            new Operation.Create(
                ClusterPaths.instance(id),
                ClusterJson.write(new InstanceConfig(id, role, "a", 1, List.of())),
                false)));
  }
}
