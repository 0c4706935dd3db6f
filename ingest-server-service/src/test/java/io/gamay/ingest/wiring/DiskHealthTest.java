package io.gamay.ingest.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.ingest.hosting.DiskBudget;
import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

class DiskHealthTest {

  private DiskBudget.Usage usage = new DiskBudget.Usage(10, 1000, 2000);
  private Instant now = Instant.EPOCH;
  private final DiskBudget disk =
      new DiskBudget(() -> usage, OptionalLong.of(100), OptionalLong.of(50), () -> now);

  @Test
  void aDiskWithRoomIsUpAndTellsHowMuchIsTaken() {
    assertThat(health().getStatus()).isEqualTo(Status.UP);
    assertThat(health().getDetails())
        .containsEntry("segmentBytes", 10L)
        .doesNotContainKey("reason");
  }

  @Test
  void aFullDiskIsDegradedAndTheReasonNamesTheLimit() {
    usage = new DiskBudget.Usage(100, 1000, 2000);
    assertThat(health().getStatus().getCode()).isEqualTo("DEGRADED");
    assertThat(reason()).contains("gamay.disk.segments-max", "queries are answered");
    usage = new DiskBudget.Usage(10, 49, 2000);
    assertThat(reason()).contains("gamay.disk.free-min");
    usage = new DiskBudget.Usage(10, 1000, 2000);
    assertThat(health().getStatus()).isEqualTo(Status.UP);
  }

  private String reason() {
    return String.valueOf(health().getDetails().get("reason"));
  }

  private Health health() {
    now = now.plusSeconds(2);
    disk.refresh();
    return ServerConfiguration.diskHealth(disk);
  }
}
