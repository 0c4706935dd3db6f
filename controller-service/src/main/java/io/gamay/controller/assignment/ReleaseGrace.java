package io.gamay.controller.assignment;

import io.gamay.cluster.segment.SegmentName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * How long a leaving member stays after nobody needs it any more: brokers may still route by a view
 * as old as their slowest timer, and queries run up to their deadline. One thread.
 */
final class ReleaseGrace {

  static final Duration USUAL = Duration.ofMinutes(2);

  private final InstantSource clock;
  private final Duration grace;
  private final Map<SegmentName, Instant> servedSince = new HashMap<>();
  private Instant lastLook = Instant.EPOCH;

  ReleaseGrace(InstantSource clock) {
    this(clock, USUAL);
  }

  ReleaseGrace(InstantSource clock, Duration grace) {
    this.clock = clock;
    this.grace = grace;
  }

  /**
   * To be told at each pass: after a long time without one, as between two terms, it begins anew.
   */
  void look() {
    Instant now = clock.instant();
    if (now.isAfter(lastLook.plus(grace.multipliedBy(2)))) {
      servedSince.clear();
    }
    lastLook = now;
  }

  /** Nobody is leaving it. */
  void forget(SegmentName segment) {
    servedSince.remove(segment);
  }

  /**
   * @param isServed whether every assigned member serves the segment now
   */
  boolean hasPassed(SegmentName segment, boolean isServed) {
    if (!isServed) {
      servedSince.remove(segment);
      return false;
    }
    Instant now = clock.instant();
    Instant since = servedSince.computeIfAbsent(segment, name -> now);
    boolean hasPassed = !now.isBefore(since.plus(grace));
    if (hasPassed) {
      servedSince.remove(segment);
    }
    return hasPassed;
  }
}
