package io.gamay.cluster.commit;

import io.gamay.cluster.segment.SegmentName;

/**
 * The controller's answer to a report. Answers other than HOLD and NOT_LEADER speak of metadata
 * that is written. A server ignores an answer with a lower epoch than it has seen, or with a lower
 * attempt for that segment.
 *
 * @param endOffset of the segment, -1 when it is not decided
 * @param attempt the current one, 0 when there is none
 * @param epoch of the leader that answers
 */
public record CommitAnswer(
    Kind kind, SegmentName segment, long endOffset, int attempt, long epoch) {

  public enum Kind {
    /** Go on, report again. */
    HOLD,
    /** Consume up to the end offset. */
    CATCH_UP,
    /** Seal, upload under this attempt's name, report. */
    COMMIT,
    /** Your copy is good, or will be judged when the segment is ONLINE. */
    KEEP,
    /** Your copy differs: fetch the named one. */
    DISCARD,
    /** Ask the leader. */
    NOT_LEADER
  }
}
