package io.gamay.ingest.stream;

/** Why a stream does not go on by itself. */
public record StreamFailure(Kind kind, String message) {

  public enum Kind {
    /** Kafka has less than we read already. */
    POSITION_BEYOND_END,
    /** Kafka lost records that we read. */
    LOG_TRUNCATED,
    /** The topic was deleted and made again: its offsets mean other records. */
    TOPIC_RECREATED,
    /** The listener threw: a fault of ours. */
    LISTENER_FAILED
  }
}
