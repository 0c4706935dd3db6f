package io.gamay.cluster.consumption;

import java.time.Instant;

/**
 * Whether a table is consumed, as it was said last.
 *
 * @param comment of whoever said so; may be empty
 * @param since when it was said
 */
public record PauseState(boolean isPaused, ReasonCode reason, String comment, Instant since) {

  /** On whose behalf; named as in Pinot. */
  public enum ReasonCode {
    /** A person asked. */
    ADMINISTRATIVE,
    STORAGE_QUOTA_EXCEEDED,
    RESOURCE_UTILIZATION_LIMIT_EXCEEDED
  }

  /** For a person. */
  public String describe() {
    return comment.isEmpty() ? reason.name() : reason + ", " + comment;
  }
}
