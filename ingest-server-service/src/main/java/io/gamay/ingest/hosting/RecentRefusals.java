package io.gamay.ingest.hosting;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** Segments that need not be asked about again for a while. One thread. */
final class RecentRefusals {

  private final InstantSource clock;
  private final Duration memory;
  private final Map<SegmentKey, Instant> refusedAt = new HashMap<>();

  RecentRefusals(InstantSource clock, Duration memory) {
    this.clock = clock;
    this.memory = memory;
  }

  boolean has(SegmentKey key) {
    Instant at = refusedAt.get(key);
    return at != null && !isForgotten(at);
  }

  void note(SegmentKey key) {
    refusedAt.values().removeIf(this::isForgotten);
    refusedAt.put(key, clock.instant());
  }

  private boolean isForgotten(Instant at) {
    return !clock.instant().isBefore(at.plus(memory));
  }
}
