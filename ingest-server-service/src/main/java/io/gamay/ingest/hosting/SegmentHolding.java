package io.gamay.ingest.hosting;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A segment's memory or mapped file under leased care: it lives while it is not retired or a lease
 * on it is open. Thread-safe.
 */
public final class SegmentHolding {

  private final String segmentName;
  private final LeaseRegistry registry;
  private final Runnable release;

  /** Open leases, and one more until it is retired; 0 is final. */
  private final AtomicInteger holders = new AtomicInteger(1);

  private final AtomicBoolean retired = new AtomicBoolean();

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
    } while (!holders.compareAndSet(before, before + 1));
    return Optional.of(new SegmentLease(this));
  }

  /** Ends the care of its owner: released now, or when the last lease is closed. Once counts. */
  public void retire() {
    if (retired.compareAndSet(false, true)) {
      leave();
    }
  }

  void endLease() {
    registry.closed();
    leave();
  }

  private void leave() {
    if (holders.decrementAndGet() == 0) {
      release.run();
    }
  }
}
