package io.gamay.segment.ledger;

/** Why a record is not a row. The numbers are part of the segment format. */
public enum RejectionReason {
  /** The bytes are not a record of the declared format. */
  MALFORMED(1),
  /** The record ends too early. */
  TRUNCATED(2),
  /** The record has no bytes. */
  EMPTY(3),
  /** The record has no value (Kafka tombstone). */
  TOMBSTONE(4),
  /** A value does not convert to its column's type without loss. */
  WRONG_TYPE(5),
  /** A value is longer than its column allows. */
  TOO_LONG(6),
  /** A transform failed on the record. */
  TRANSFORM_FAILED(7),
  /** The record's time is outside of what the table accepts. */
  INVALID_TIME(8);

  private final int number;

  RejectionReason(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /**
   * @throws IllegalArgumentException if no reason has this number
   */
  public static RejectionReason ofNumber(int number) {
    for (RejectionReason reason : values()) {
      if (reason.number == number) {
        return reason;
      }
    }
    throw new IllegalArgumentException("unknown rejection reason " + number);
  }
}
