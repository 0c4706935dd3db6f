package io.gamay.segment.ledger;

/**
 * A record in quarantine.
 *
 * @param detail which field and why, for a person
 * @param sample the first bytes of the record's value, at most {@link #MAX_SAMPLE_BYTES}; owned by
 *     this record
 * @param recordSizeBytes size of the whole value
 */
public record RejectedRecord(
    long offset, RejectionReason reason, String detail, byte[] sample, int recordSizeBytes) {

  public static final int MAX_SAMPLE_BYTES = 4096;

  /** How many samples one segment keeps; counts stay exact beyond. */
  public static final int MAX_SAMPLES_PER_SEGMENT = 1000;
}
