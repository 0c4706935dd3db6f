package io.gamay.cluster.assignment;

/** What an instance is to do with a segment. */
public enum WantedState {
  CONSUMING,
  ONLINE
}
