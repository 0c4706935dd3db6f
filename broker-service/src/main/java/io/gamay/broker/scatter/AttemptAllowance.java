package io.gamay.broker.scatter;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds second requests to a share of first ones: each first request earns a part of one.
 * Thread-safe.
 */
final class AttemptAllowance {

  private static final long ONE = 1_000_000;

  private final long earned;
  private final long most;
  private final AtomicLong saved = new AtomicLong();

  /**
   * @param share of second requests among first ones, 0 for none
   * @param most that can be saved up
   */
  AttemptAllowance(double share, int most) {
    this.earned = Math.round(share * ONE);
    this.most = most * ONE;
  }

  /** Notes a first request. */
  void earn() {
    if (saved.get() < most) {
      saved.addAndGet(earned);
    }
  }

  /** As many first requests at once. */
  void earn(int times) {
    for (int i = 0; i < times; i++) {
      earn();
    }
  }

  /** Takes one second request, if one was earned. */
  boolean spend() {
    long now = saved.get();
    while (now >= ONE) {
      if (saved.compareAndSet(now, now - ONE)) {
        return true;
      }
      now = saved.get();
    }
    return false;
  }
}
