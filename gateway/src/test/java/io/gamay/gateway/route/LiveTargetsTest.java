package io.gamay.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceOrder;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.gateway.route.LiveTargets.Target;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LiveTargetsTest {

  @Test
  void brokersTakeTurnsAndDeadOnesAreLeftOut() {
    LiveTargets targets =
        new LiveTargets(
            () -> view(null, broker("b1", true), broker("b2", false), broker("b3", true)));
    Set<String> picked = new HashSet<>();
    for (int i = 0; i < 4; i++) {
      picked.add(targets.pick(Target.BROKER).orElseThrow().id());
    }
    assertThat(picked).containsExactlyInAnyOrder("b1", "b3");
  }

  @Test
  void brokerThatStopsOrDidNotAnswerIsLeftOut() {
    LiveTargets targets =
        new LiveTargets(() -> view(null, broker("b1", true), stopping("b2"), broker("b3", true)));
    for (int i = 0; i < 4; i++) {
      assertThat(targets.pick(Target.BROKER, Set.of("b1")).orElseThrow().id()).isEqualTo("b3");
    }
    assertThat(targets.pick(Target.BROKER, Set.of("b1", "b3")).orElseThrow().id()).isEqualTo("b2");
    assertThat(targets.pick(Target.BROKER, Set.of("b1", "b2", "b3"))).isEmpty();
  }

  @Test
  void leaderThatStopsIsReplacedByAnotherController() {
    LiveTargets targets =
        new LiveTargets(
            () -> view("c2", controller("c1", true), stopping("c2", InstanceRole.CONTROLLER)));
    assertThat(targets.pick(Target.CONTROLLER).orElseThrow().id()).isEqualTo("c1");
  }

  @Test
  void controllerRequestsGoToTheLeader() {
    LiveTargets targets =
        new LiveTargets(() -> view("c2", controller("c1", true), controller("c2", true)));
    for (int i = 0; i < 3; i++) {
      assertThat(targets.pick(Target.CONTROLLER).orElseThrow().id()).isEqualTo("c2");
    }
  }

  @Test
  void deadLeaderIsReplacedByAnyLiveController() {
    LiveTargets targets =
        new LiveTargets(() -> view("c2", controller("c1", true), controller("c2", false)));
    assertThat(targets.pick(Target.CONTROLLER).orElseThrow().id()).isEqualTo("c1");
  }

  @Test
  void nobodyAliveIsSaidSo() {
    LiveTargets targets = new LiveTargets(() -> ClusterView.EMPTY);
    assertThat(targets.pick(Target.BROKER)).isEmpty();
    assertThat(targets.pick(Target.CONTROLLER)).isEmpty();
  }

  private static InstanceView broker(String id, boolean isLive) {
    return instance(id, InstanceRole.BROKER, isLive);
  }

  private static InstanceView stopping(String id) {
    return stopping(id, InstanceRole.BROKER);
  }

  private static InstanceView stopping(String id, InstanceRole role) {
    return new InstanceView(
        new InstanceConfig(id, role, "127.0.0.1", 1, List.of()),
        true,
        Optional.of(Instant.EPOCH),
        InstanceOrder.NONE);
  }

  private static InstanceView controller(String id, boolean isLive) {
    return instance(id, InstanceRole.CONTROLLER, isLive);
  }

  private static InstanceView instance(String id, InstanceRole role, boolean isLive) {
    return new InstanceView(new InstanceConfig(id, role, "127.0.0.1", 1, List.of()), isLive);
  }

  private static ClusterView view(
      @org.jspecify.annotations.Nullable String leader, InstanceView... instances) {
    Map<String, InstanceView> byId = new HashMap<>();
    for (InstanceView instance : instances) {
      byId.put(instance.config().id(), instance);
    }
    return new ClusterView(1, Optional.ofNullable(leader), 1, byId, Map.of());
  }
}
