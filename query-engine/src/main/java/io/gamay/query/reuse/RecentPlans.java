package io.gamay.query.reuse;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Which plans were asked for lately, roughly: a plan is forgotten when another takes its slot, and
 * one that was never asked for is seldom taken for another. Thread-safe.
 */
final class RecentPlans {

  private static final int SLOTS = 1 << 13;

  private final AtomicIntegerArray hashes = new AtomicIntegerArray(SLOTS);

  /** Notes that a plan is asked for; whether it was before. */
  boolean isRepeated(PlanBytes plan) {
    int hash = plan.hashCode() * 0x9e3779b1;
    int slot = hash >>> Integer.SIZE - Integer.numberOfTrailingZeros(SLOTS);
    return hashes.getAndSet(slot, hash) == hash;
  }
}
