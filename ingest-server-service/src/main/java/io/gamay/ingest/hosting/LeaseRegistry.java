package io.gamay.ingest.hosting;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the leases of this server and bounds them. Thread-safe. */
public final class LeaseRegistry {

  private final int maxLeases;
  private final AtomicInteger open = new AtomicInteger();
  private volatile Runnable onIdle = () -> {};

  public LeaseRegistry(int maxLeases) {
    this.maxLeases = maxLeases;
  }

  /**
   * Takes memory or a mapped file into leased care.
   *
   * @param release frees it; called once, after the holding is retired and its last lease is over
   */
  public SegmentHolding hold(String segmentName, Runnable release) {
    return new SegmentHolding(segmentName, this, release);
  }

  /** Whom to tell, on the thread that closes it, that the last lease of a holding is closed. */
  void onIdle(Runnable action) {
    onIdle = action;
  }

  void becameIdle() {
    onIdle.run();
  }

  public int openLeases() {
    return open.get();
  }

  /**
   * @throws TooManyLeasesException if the bound is reached
   */
  void opened(String segmentName) {
    if (open.incrementAndGet() > maxLeases) {
      open.decrementAndGet();
      throw new TooManyLeasesException(
          "cannot lease segment %s: %d leases are open".formatted(segmentName, maxLeases));
    }
  }

  void closed() {
    open.decrementAndGet();
  }

  /** The bound on leases is reached: refuse the work that wants more. */
  public static final class TooManyLeasesException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TooManyLeasesException(String message) {
      super(message);
    }
  }
}
