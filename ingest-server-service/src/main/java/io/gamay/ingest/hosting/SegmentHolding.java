package io.gamay.ingest.hosting;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A segment's memory or mapped file under leased care: it lives while it is not retired or a lease
 * on it is open. Thread-safe.
 */
public final class SegmentHolding {

  private static final int OWNER = 1;
  private static final int LEASE = 2;

  private final String segmentName;
  private final LeaseRegistry registry;
  private final Runnable release;

  /** Twice the open leases, and one more until it is retired; 0 is final. */
  private final AtomicInteger holders = new AtomicInteger(OWNER);

  /** Of the counter of {@link LocalRoom}; 0: not since the start of this server. */
  private volatile long lastUse;

  SegmentHolding(String segmentName, LeaseRegistry registry, Runnable release) {
    this.segmentName = segmentName;
    this.registry = registry;
    this.release = release;
  }

  /**
   * The right to read until the lease is closed; empty if it was released already.
   *
   * @throws LeaseRegistry.TooManyLeasesException if the server's bound is reached
   */
  public Optional<SegmentLease> lease() {
    registry.opened(segmentName);
    int before;
    do {
      before = holders.get();
      if (before == 0) {
        registry.closed();
        return Optional.empty();
      }
    } while (!holders.compareAndSet(before, before + LEASE));
    return Optional.of(new SegmentLease(this));
  }

  /** Ends the care of its owner: released now, or when the last lease is closed. Once counts. */
  public void retire() {
    int before = holders.getAndUpdate(now -> now & ~OWNER);
    if (before == OWNER) {
      release.run();
    }
  }

  /** Retires it if nobody has a lease: then it is released when this returns. */
  boolean retireIfIdle() {
    boolean wasIdle = holders.compareAndSet(OWNER, 0);
    if (wasIdle) {
      release.run();
    }
    return wasIdle;
  }

  /** Whether it is in its owner's care and nobody has a lease. */
  boolean isIdle() {
    return holders.get() == OWNER;
  }

  /** Whether it is not released yet. */
  boolean isAlive() {
    return holders.get() != 0;
  }

  long lastUse() {
    return lastUse;
  }

  /**
   * A query reads it. A later use counts; of two at the same time either does.
   *
   * @param use as {@link SegmentHost#nextUse} gave it
   */
  public void noteUse(long use) {
    if (use > lastUse) {
      lastUse = use;
    }
  }

  void endLease() {
    registry.closed();
    int left = holders.addAndGet(-LEASE);
    if (left == 0) {
      release.run();
    } else if (left == OWNER) {
      registry.becameIdle();
    }
  }
}
