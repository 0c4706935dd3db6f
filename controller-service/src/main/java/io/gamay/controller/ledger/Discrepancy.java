package io.gamay.controller.ledger;

import java.util.Optional;

/**
 * Something that does not agree.
 *
 * @param segment the one concerned, if it is one
 * @param offsets how many are concerned
 * @param reason in a sentence
 */
public record Discrepancy(Kind kind, Optional<String> segment, long offsets, String reason) {

  public enum Kind {
    /** Offsets between two segments that belong to none. */
    GAP,
    /** Offsets that belong to two segments. */
    OVERLAP,
    /** The counts of a segment are not as many as its offsets. */
    OPEN_LEDGER,
    /** The ranges that a segment lists as lost are not as many offsets as it counts as lost. */
    LOSS_MISCOUNTED,
    /** A segment has not as many rows as its ledger counts as indexed. */
    ROWS_MISCOUNTED,
    /** Segments were committed from offsets that the log does not have (any more): it was cut. */
    BEYOND_LOG_END,
    /** A consumer has read offsets that the log does not have (any more). */
    READ_BEYOND_LOG_END
  }
}
