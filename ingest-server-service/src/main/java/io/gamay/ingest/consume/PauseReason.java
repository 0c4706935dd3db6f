package io.gamay.ingest.consume;

/** What a partition waits for that could be read on. */
public enum PauseReason {
  MEMORY,
  DISK,
  /** The table's consumption is paused for the whole cluster. */
  TABLE
}
