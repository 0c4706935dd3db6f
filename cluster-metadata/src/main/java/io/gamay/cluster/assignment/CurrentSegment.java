package io.gamay.cluster.assignment;

/**
 * What an instance really does with a segment.
 *
 * @param reason why it is in ERROR, or what it waits for; empty when there is nothing to say
 */
public record CurrentSegment(ServingState state, String reason) {

  public enum ServingState {
    /** Answers for its tail. */
    CONSUMING,
    /** Serves it by name with the named CRC. */
    ONLINE,
    /** Assigned and being fetched, replayed or verified. */
    LOADING,
    ERROR
  }
}
