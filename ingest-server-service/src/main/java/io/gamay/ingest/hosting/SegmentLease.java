package io.gamay.ingest.hosting;

import java.util.concurrent.atomic.AtomicBoolean;

/** The right to read a segment until it is closed. A second close does nothing. */
public final class SegmentLease implements AutoCloseable {

  private final SegmentHolding holding;
  private final AtomicBoolean closed = new AtomicBoolean();

  SegmentLease(SegmentHolding holding) {
    this.holding = holding;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      holding.endLease();
    }
  }
}
