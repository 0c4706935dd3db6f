package io.gamay.ingest.stream;

import org.jspecify.annotations.Nullable;

/**
 * Records of one partition that one poll returned, by index [0, size), offsets ascending but not
 * necessarily dense. Valid until the call that received it returns; read by one thread.
 */
public interface StreamBatch {

  int size();

  /** Kafka offset of a record. */
  long offset(int index);

  /** The record's timestamp in epoch milliseconds, -1 if it has none. */
  long timestampMillis(int index);

  /** The record's value; null for a tombstone. Owned by the batch: not to be changed. */
  byte @Nullable [] value(int index);

  /** The record's key; null if it has none. Owned by the batch: not to be changed. */
  byte @Nullable [] key(int index);

  /**
   * The consumer's position after this poll: the next offset that it will read. It is past control
   * records and offsets that were aborted or compacted away, so it may be beyond the last record's
   * offset + 1, and it may have advanced in a batch without records.
   */
  long nextOffset();
}
