package io.gamay.broker.scatter;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.broker.Views;
import io.gamay.broker.route.ServerHealth;
import io.gamay.broker.route.ServerHealth.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

class ServerProberTest {

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final ServerHealth health =
      new ServerHealth(ServerHealth.Settings.DEFAULT, () -> time.now(TimeUnit.NANOSECONDS));
  private final List<String> probed = new ArrayList<>();
  private Mono<String> outcome = Mono.just("");
  private final ServerProber prober =
      ServerProber.start(
          health,
          server -> {
            probed.add(server.id());
            return outcome;
          },
          time);

  ServerProberTest() {
    health.observe(Views.view(List.of("s1", "s2"), List.of()));
  }

  @AfterEach
  void stop() {
    prober.close();
  }

  @Test
  void serverThatAnswersItsProbeIsTakenBack() {
    health.failed("s1", Failure.BROKEN, "x");
    time.advanceTimeBy(Duration.ofMillis(4_900));
    assertThat(probed).isEmpty();
    time.advanceTimeBy(Duration.ofSeconds(1));
    assertThat(probed).containsExactly("s1");
    assertThat(health.avoided()).isEmpty();
    time.advanceTimeBy(Duration.ofHours(1));
    assertThat(probed).hasSize(1);
  }

  @Test
  void probeThatFailsInAnUnknownWayEndsNeitherTheOthersNorTheLoop() {
    outcome = Mono.error(new IllegalStateException("unknown"));
    health.failed("s1", Failure.BROKEN, "x");
    time.advanceTimeBy(Duration.ofSeconds(6));
    assertThat(probed).containsExactly("s1");
    outcome = Mono.just("");
    health.failed("s2", Failure.BROKEN, "x");
    time.advanceTimeBy(Duration.ofSeconds(6));
    assertThat(health.avoided()).containsExactly("s1");
    time.advanceTimeBy(Duration.ofMinutes(2));
    assertThat(health.avoided()).as("asked again when its probe is long overdue").isEmpty();
  }
}
