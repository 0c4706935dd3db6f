package io.gamay.ingest.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

class SegmentsHealthTest {

  @Test
  void aServerThatPausesIsUpAndSaysWhy() {
    Health health =
        ServerConfiguration.segmentsHealth(List.of(), List.of("segment x: paused"), List.of());
    assertThat(health.getStatus()).isEqualTo(Status.UP);
    assertThat(health.getDetails()).isEqualTo(Map.of("paused", List.of("segment x: paused")));
    assertThat(ServerConfiguration.segmentsHealth(List.of(), List.of(), List.of()).getDetails())
        .isEmpty();
  }

  @Test
  void aTroubleIsDownAlsoBesideAPause() {
    Health health =
        ServerConfiguration.segmentsHealth(List.of("corrupt"), List.of("paused"), List.of());
    assertThat(health.getStatus()).isEqualTo(Status.DOWN);
    assertThat(health.getDetails()).containsOnlyKeys("troubles", "paused");
  }

  @Test
  void aReloadThatDoesNotSucceedYetTakesNothingFromWhatIsServed() {
    Health health =
        ServerConfiguration.segmentsHealth(List.of(), List.of(), List.of("segment x: away"));
    assertThat(health.getStatus()).isEqualTo(Status.UP);
    assertThat(health.getDetails()).isEqualTo(Map.of("reloads", List.of("segment x: away")));
  }
}
