package io.gamay.ingest.stream;

import org.jspecify.annotations.Nullable;

/**
 * Records of one partition that one poll returned, by index [0, size), offsets ascending but not
 * necessarily dense, and a cursor over them: {@link #moveTo} chooses the record that the others
 * tell of; before it they tell of none. Valid until the call that received it returns; read by one
 * thread.
 */
public interface StreamBatch {

  int size();

  /** Chooses a record. */
  void moveTo(int index);

  /** Kafka offset of the record. */
  long offset();

  /** The record's timestamp in epoch milliseconds, -1 if it has none. */
  long timestampMillis();

  /**
   * The array that the record's value lies in, as {@code value()[valueStart(), valueEnd())}, with
   * other bytes around it; null for a tombstone. Owned by the batch: not to be changed.
   */
  byte @Nullable [] value();

  /** Where in {@link #value()} the value begins; 0 for a tombstone. */
  int valueStart();

  /** Where in {@link #value()} the value ends; 0 for a tombstone. */
  int valueEnd();

  /** A copy of the record's key; null if it has none. */
  byte @Nullable [] key();

  /**
   * The consumer's position after this poll: the next offset that it will read. It is past control
   * records and offsets that were aborted or compacted away, so it may be beyond the last record's
   * offset + 1, and it may have advanced in a batch without records.
   */
  long nextOffset();
}
