package io.gamay.ingest.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.segment.SegmentName;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class RecentRefusalsTest {

  private static final SegmentKey FIRST = key(0);
  private static final SegmentKey SECOND = key(1);

  private Instant now = Instant.EPOCH;
  private final RecentRefusals refusals = new RecentRefusals(() -> now, Duration.ofMinutes(5));

  @Test
  void whatWasRefusedIsKnownForAWhile() {
    refusals.note(FIRST);
    assertThat(refusals.has(FIRST)).isTrue();
    assertThat(refusals.has(SECOND)).isFalse();

    now = now.plus(Duration.ofMinutes(5)).minusMillis(1);
    assertThat(refusals.has(FIRST)).isTrue();
    refusals.note(SECOND);
    now = now.plusMillis(1);
    assertThat(refusals.has(FIRST)).isFalse();
    assertThat(refusals.has(SECOND)).isTrue();
  }

  private static SegmentKey key(int sequence) {
    return new SegmentKey("t-1", new SegmentName("t", 0, sequence, "20260821T1834Z"));
  }
}
