package io.gamay.quickstart.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class PacerTest {
  private Instant now = Instant.parse("2026-04-01T00:00:00Z");
  private boolean isStepping;

  /** Moves on by a millisecond at each look while a turn is awaited. */
  private final InstantSource clock =
      () -> {
        if (isStepping) {
          now = now.plusMillis(1);
        }
        return now;
      };

  @Test
  void rowsGoAtTheirRateAndNotSooner() {
    var pacer = new Pacer(500, clock);
    isStepping = true;
    Instant start = now;
    for (int i = 0; i < 50; i++) {
      pacer.awaitTurn();
    }
    assertThat(Duration.between(start, now))
        .isBetween(Duration.ofMillis(98), Duration.ofMillis(108));
  }

  @Test
  void aStallIsNotFollowedByAFlood() {
    var pacer = new Pacer(500, clock);
    pacer.awaitTurn();
    now = now.plus(Duration.ofHours(1));
    isStepping = true;
    Instant start = now;
    for (int i = 0; i < 50; i++) {
      pacer.awaitTurn();
    }
    assertThat(Duration.between(start, now)).isGreaterThan(Duration.ofMillis(96));
  }

  @Test
  void withoutARateNothingWaits() {
    var pacer = new Pacer(0, clock);
    Instant start = now;
    for (int i = 0; i < 1_000; i++) {
      pacer.awaitTurn();
    }
    assertThat(now).isEqualTo(start);
  }
}
