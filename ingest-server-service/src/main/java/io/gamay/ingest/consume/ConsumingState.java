package io.gamay.ingest.consume;

/** Where a segment stands between its first row and its durable copy, on one server. */
public enum ConsumingState {
  INITIAL_CONSUMING,
  /** A threshold is reached; rows go on coming in until the end is known. */
  HOLDING,
  /** The end is known and lies ahead. */
  CATCHING_UP,
  /** A durable copy exists while this replica has not reached the end. */
  CONSUMING_TO_ONLINE,
  /** Makes the durable copy. */
  COMMITTING,
  /** Has all rows; another makes the durable copy. */
  RETAINING,
  /** ONLINE; the local file is equal to the durable copy. */
  RETAINED,
  /** ONLINE; the durable copy is this server's. */
  COMMITTED,
  /** ONLINE; what is here is not the durable copy, which is being fetched. */
  DISCARDED,
  ERROR;

  /** Nothing is left to do but to serve. */
  public boolean isFinal() {
    return this == RETAINED || this == COMMITTED;
  }
}
