package io.gamay.quickstart.load;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Holds a sender to a steady rate. Short delays are made up for; a sender that fell behind by more
 * than a second goes on from where it is, so that a stall is never followed by a flood. One thread.
 */
public final class Pacer {
  private static final Duration LONGEST_CATCH_UP = Duration.ofSeconds(1);

  private final long intervalNanos;
  private final InstantSource clock;
  private Instant due;

  /**
   * @param rowsPerSecond 0 for as fast as it goes
   */
  public Pacer(double rowsPerSecond, InstantSource clock) {
    this.intervalNanos = rowsPerSecond <= 0 ? 0 : Math.max(1, (long) (1e9 / rowsPerSecond));
    this.clock = clock;
    this.due = clock.instant();
  }

  /** Waits until the next row is due, or the thread is interrupted. */
  public void awaitTurn() {
    awaitTurn(() -> false);
  }

  /** The same, ending early too when told to stop and unparked. */
  public void awaitTurn(BooleanSupplier isStopped) {
    if (intervalNanos == 0) {
      return;
    }
    Instant now = clock.instant();
    if (now.isAfter(due.plus(LONGEST_CATCH_UP))) {
      due = now;
    }
    while (now.isBefore(due)
        && !isStopped.getAsBoolean()
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(this, Duration.between(now, due).toNanos());
      now = clock.instant();
    }
    due = due.plusNanos(intervalNanos);
  }
}
