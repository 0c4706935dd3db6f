package io.gamay.simulation;

import java.time.Duration;
import java.time.InstantSource;

/**
 * One life of a process. What it has planned ends with it; its clock may be wrong. The world itself
 * is a node that never ends.
 */
final class Node {

  private final String id;
  private final Timeline timeline;
  private boolean isAlive = true;
  private boolean isStanding;
  private Duration clockError = Duration.ZERO;

  Node(String id, Timeline timeline) {
    this.id = id;
    this.timeline = timeline;
  }

  String id() {
    return id;
  }

  Timeline timeline() {
    return timeline;
  }

  boolean isAlive() {
    return isAlive;
  }

  void die() {
    isAlive = false;
  }

  /** Whether it makes no step now, as in a long collection of garbage. */
  boolean isStanding() {
    return isStanding;
  }

  void setStanding(boolean stands) {
    isStanding = stands;
  }

  InstantSource clock() {
    return () -> timeline.now().plus(clockError);
  }

  void setClockError(Duration error) {
    clockError = error;
  }

  long nanoTime() {
    return timeline.nowNanos();
  }
}
