package io.gamay.broker.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.broker.Views;
import io.gamay.broker.route.ServerHealth.Failure;
import io.gamay.broker.route.ServerHealth.Report;
import io.gamay.broker.route.ServerHealth.Standing;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceOrder;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ServerHealthTest {

  private long now;
  private ClusterView view = Views.view(List.of("s1", "s2"), List.of());
  private final ServerHealth health = new ServerHealth(ServerHealth.Settings.DEFAULT, () -> now);

  ServerHealthTest() {
    health.observe(view);
  }

  @Test
  void serverWhoseConnectionFailsIsAvoidedAtOnceAndNamedWithTheReason() {
    health.failed("s1", Failure.BROKEN, "nothing listens");
    assertThat(health.avoided()).containsExactly("s1");
    assertThat(isThere("s1")).isTrue();
    assertThat(report("s1")).isEqualTo(new Report("s1", Standing.OUT, 0, "nothing listens", 0));
    assertThat(health.count(Standing.OUT)).isEqualTo(1);
  }

  @Test
  void serverIsAvoidedWhenItIsLateThreeTimesInARowAndNotBefore() {
    late(2);
    health.answered("s1");
    late(2);
    assertThat(health.avoided()).isEmpty();
    late(1);
    assertThat(health.avoided()).containsExactly("s1");
  }

  @Test
  void probesOfAServerThatIsOutComeLaterAndLaterAndTheFirstAnswerTakesItBack() {
    health.failed("s1", Failure.BROKEN, "x");
    List<Integer> seconds = new ArrayList<>();
    for (int second = 1; second <= 300; second++) {
      pass(Duration.ofSeconds(1));
      if (!due().isEmpty()) {
        seconds.add(second);
        health.probed("s1", false, "nothing listens");
      }
    }
    assertThat(seconds).containsExactly(5, 15, 35, 75, 135, 195, 255);
    assertThat(health.avoided()).containsExactly("s1");
    pass(Duration.ofMinutes(1));
    assertThat(due()).containsExactly("s1");
    assertThat(due()).as("given out once").isEmpty();
    health.probed("s1", true, "");
    assertThat(health.avoided()).isEmpty();
    assertThat(report("s1").standing()).isEqualTo(Standing.IN);
  }

  @Test
  void serverThatFailsRightAfterAProbeIsLeftAloneForLongerUntilItAnswersARequest() {
    health.failed("s1", Failure.BROKEN, "x");
    pass(Duration.ofSeconds(5));
    assertThat(due()).containsExactly("s1");
    health.probed("s1", false, "x");
    pass(Duration.ofSeconds(10));
    assertThat(due()).containsExactly("s1");
    health.probed("s1", true, "");
    health.failed("s1", Failure.BROKEN, "x");
    pass(Duration.ofSeconds(5));
    assertThat(due()).isEmpty();
    pass(Duration.ofSeconds(5));
    assertThat(due()).containsExactly("s1");
    health.probed("s1", true, "");
    health.answered("s1");
    health.failed("s1", Failure.BROKEN, "x");
    pass(Duration.ofSeconds(5));
    assertThat(due()).containsExactly("s1");
  }

  @Test
  void serverThatOnlyItsLiveNodeLeftIsAskedOnAndProbedAtOnce() {
    vanish("s1");
    assertThat(isThere("s1")).isTrue();
    assertThat(health.avoided()).isEmpty();
    assertThat(due()).containsExactly("s1");
    for (int minute = 0; minute < 10; minute++) {
      health.probed("s1", true, "");
      pass(Duration.ofSeconds(5));
      assertThat(due()).containsExactly("s1");
    }
    assertThat(isThere("s1")).isTrue();
    health.probed("s1", false, "nothing listens");
    assertThat(isThere("s1")).isFalse();
    assertThat(report("s1").standing()).isEqualTo(Standing.GONE);
    assertThat(report("s1").reason()).isEqualTo("its probe: nothing listens");
  }

  @Test
  void serverThatSaysThatItStopsIsAvoidedAndNotAskedOnceItsLiveNodeVanishesAndIsBackAtItsReturn() {
    InstanceView staying = Objects.requireNonNull(view.instances().get("s1"));
    see(new InstanceView(staying.config(), true, Optional.of(Instant.EPOCH), InstanceOrder.NONE));
    assertThat(health.avoided()).containsExactly("s1");
    assertThat(isThere("s1")).isTrue();
    see(new InstanceView(staying.config(), false));
    assertThat(isThere("s1")).isFalse();
    see(staying);
    assertThat(isThere("s1")).isTrue();
    assertThat(health.avoided()).isEmpty();
  }

  /** The first server changes. */
  private void see(InstanceView server) {
    Map<String, InstanceView> instances = new HashMap<>(view.instances());
    instances.put(server.config().id(), server);
    view = new ClusterView(1, Optional.empty(), 0, instances, Map.of());
    health.observe(view);
  }

  @Test
  void suspectThatFailsARequestIsAskedNoMore() {
    vanish("s1");
    health.failed("s1", Failure.LATE, "it was late");
    assertThat(isThere("s1")).isFalse();
    assertThat(report("s1").reason()).isEqualTo("its live node vanished, then it was late");
  }

  @Test
  void suspectThatSaysNothingIsAskedUntilTheTimeOfGraceIsOver() {
    vanish("s1");
    assertThat(due()).containsExactly("s1"); // whose probe never ends
    pass(Duration.ofSeconds(10));
    assertThat(due()).isEmpty();
    assertThat(isThere("s1")).isTrue();
    pass(Duration.ofMillis(1));
    assertThat(due()).isEmpty();
    assertThat(isThere("s1")).isFalse();
  }

  @Test
  void goneServerIsAskedAgainWhenItAnswersAProbeOrIsLiveAgain() {
    vanish("s1");
    health.failed("s1", Failure.BROKEN, "x");
    pass(Duration.ofSeconds(5));
    assertThat(due()).containsExactly("s1");
    health.probed("s1", true, "");
    assertThat(isThere("s1")).isTrue();
    assertThat(report("s1").standing()).isEqualTo(Standing.SUSPECT);
    health.probed("s1", false, "x");
    assertThat(isThere("s1")).isFalse();
    view = Views.view(List.of("s1", "s2"), List.of());
    health.observe(view);
    assertThat(report("s1").standing()).isEqualTo(Standing.IN);
    assertThat(isThere("s1")).isTrue();
  }

  @Test
  void oneEventThatTakesAllLiveNodesTakesNoServerThatAnswers() {
    List<String> many = IntStream.range(0, 20).mapToObj(i -> "m" + i).toList();
    health.observe(Views.view(many, List.of()));
    view = Views.view(List.of(), many);
    health.observe(view);
    assertThat(many).allMatch(this::isThere);
    for (String server : due()) {
      health.probed(server, !server.equals("m7"), "silent");
    }
    assertThat(many).filteredOn(server -> !isThere(server)).containsExactly("m7");
  }

  @Test
  void serverThatIsOutWhenItsLiveNodeVanishesIsGone() {
    health.failed("s1", Failure.BROKEN, "x");
    vanish("s1");
    assertThat(isThere("s1")).isFalse();
    assertThat(health.avoided()).isEmpty();
  }

  @Test
  void serverThatWasNeverSeenLiveIsNotAskedBeforeItAnswersAProbe() {
    view = Views.view(List.of("s2"), List.of("s3"));
    health.observe(view);
    assertThat(isThere("s3")).isFalse();
    assertThat(due()).containsExactly("s3");
    health.probed("s3", true, "");
    assertThat(isThere("s3")).isTrue();
    assertThat(health.report()).extracting(Report::instance).containsExactly("s2", "s3");
  }

  private void vanish(String server) {
    view = Views.view(List.of("s2"), List.of(server));
    health.observe(view);
  }

  private void late(int times) {
    for (int i = 0; i < times; i++) {
      health.failed("s1", Failure.LATE, "late");
    }
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private List<String> due() {
    return health.due().stream().map(InstanceConfig::id).sorted().toList();
  }

  private boolean isThere(String server) {
    return health.isThere(Objects.requireNonNull(view.instances().get(server), server));
  }

  private Report report(String server) {
    return health.report().stream()
        .filter(report -> report.instance().equals(server))
        .findFirst()
        .orElseThrow();
  }
}
