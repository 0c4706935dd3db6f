package io.gamay.ingest.hosting;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a broken feed is started anew: after a pause that doubles while it breaks again and again,
 * and is short again once it has worked for the longest one. One thread writes.
 */
final class RestartPause {

  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private volatile Duration next = FIRST;
  private @Nullable Instant startedAt;
  private volatile @Nullable Instant due;

  /** Whether a feed that is broken may be started now; the first question begins the pause. */
  boolean isOver(Instant now) {
    Instant planned = due;
    if (planned == null) {
      begin(now);
      return false;
    }
    if (now.isBefore(planned)) {
      return false;
    }
    due = null;
    startedAt = now;
    return true;
  }

  /** Lets a feed that is broken be started at once. */
  void skip(Instant now) {
    next = FIRST;
    due = now;
  }

  /** The end of the pause; empty if nothing waits for it. */
  Optional<Instant> due() {
    return Optional.ofNullable(due);
  }

  private void begin(Instant now) {
    Instant last = startedAt;
    if (last != null && !now.isBefore(last.plus(LONGEST))) {
      next = FIRST;
    }
    due = now.plus(next);
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
  }
}
