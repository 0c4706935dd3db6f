package io.gamay.ingest.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.ingest.hosting.HostingReports.Evicted;
import io.gamay.ingest.hosting.LocalRoom;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

class EvictionHealthTest {

  private final LocalRoom room = new LocalRoom(OptionalLong.of(100));

  @Test
  void whatIsEvictedAndTheLimitAreTold() {
    Health health = ServerConfiguration.evictionHealth(room, new Evicted(2, 70, List.of()));
    assertThat(health.getStatus()).isEqualTo(Status.UP);
    assertThat(health.getDetails())
        .containsEntry("sealedBytes", 0L)
        .containsEntry("limitBytes", 100L)
        .containsEntry("evictedSegments", 2)
        .containsEntry("evictedBytes", 70L)
        .doesNotContainKey("reason");
    assertThat(
            ServerConfiguration.evictionHealth(
                    new LocalRoom(OptionalLong.empty()), new Evicted(0, 0, List.of()))
                .getDetails())
        .doesNotContainKey("limitBytes");
  }

  @Test
  void aLimitBelowASegmentIsDegradedAndTheReasonNamesTheSetting() {
    List<String> names = IntStream.range(0, 30).mapToObj(i -> "segment-" + i).toList();
    Health health = ServerConfiguration.evictionHealth(room, new Evicted(40, 9000, names));
    assertThat(health.getStatus().getCode()).isEqualTo("DEGRADED");
    assertThat(String.valueOf(health.getDetails().get("reason")))
        .contains("30 segments", "gamay.disk.evict-above", "100 bytes", "raise it");
    assertThat(health.getDetails()).containsEntry("tooLarge", names.subList(0, 10));
  }
}
