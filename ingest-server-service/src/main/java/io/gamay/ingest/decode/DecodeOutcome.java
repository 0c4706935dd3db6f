package io.gamay.ingest.decode;

import io.gamay.segment.ledger.RejectionReason;

/** What became of one record. */
public sealed interface DecodeOutcome {

  DecodeOutcome DECODED = new Decoded();

  /** Every field of the record that somebody asked for is in its column. */
  record Decoded() implements DecodeOutcome {}

  /**
   * The record is not a row; its columns may hold a part of it, to be taken back.
   *
   * @param detail where and why, for a person
   */
  record DecodeFailure(RejectionReason reason, String detail) implements DecodeOutcome {}
}
