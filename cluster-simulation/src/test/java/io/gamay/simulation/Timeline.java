package io.gamay.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Virtual time: what is to happen, by its moment, and of one moment in the order in which it was
 * planned. Nothing happens but through {@link #runNext}.
 */
final class Timeline {

  /** Where every run begins. */
  private static final Instant BEGINNING = Instant.parse("2026-08-21T18:34:00Z");

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final List<Event> heldBack = new ArrayList<>();
  private long nowNanos;
  private long planned;
  private long happened;

  private record Event(long atNanos, long number, Node node, Runnable action)
      implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  long nowNanos() {
    return nowNanos;
  }

  Instant now() {
    return BEGINNING.plusNanos(nowNanos);
  }

  /** How many events have happened. */
  long happened() {
    return happened;
  }

  /**
   * @param node whose event it is: it does not happen if that life is over by then
   */
  void plan(Node node, Duration delay, Runnable action) {
    planAt(node, nowNanos + delay.toNanos(), action);
  }

  void planAt(Node node, long atNanos, Runnable action) {
    events.add(new Event(Math.max(nowNanos, atNanos), planned++, node, action));
  }

  boolean hasNextBefore(long nanos) {
    Event next = events.peek();
    return next != null && next.atNanos() < nanos;
  }

  /** Lets the next event happen; those of a node that stands still wait until it goes on. */
  void runNext() {
    Event next = events.remove();
    nowNanos = Math.max(nowNanos, next.atNanos());
    if (!next.node().isAlive()) {
      return;
    }
    if (next.node().isStanding()) {
      heldBack.add(next);
      return;
    }
    happened++;
    next.action().run();
  }

  /** Lets time pass in which nothing happens. */
  void passTo(long nanos) {
    nowNanos = Math.max(nowNanos, nanos);
  }

  /** What waited for a node that stood still happens now, in its order. */
  void release() {
    events.addAll(heldBack);
    heldBack.clear();
  }
}
