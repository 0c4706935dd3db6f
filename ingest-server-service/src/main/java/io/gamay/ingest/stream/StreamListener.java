package io.gamay.ingest.stream;

import io.gamay.segment.ledger.OffsetRange;

/**
 * What a partition's reader is told, always on the partition's own thread and one call at a time.
 * Calls return soon after the work on the batch is done; a thrown exception ends in {@link
 * #onFailure}.
 */
public interface StreamListener {

  /** After every poll, also one that returned nothing (then with the position alone). */
  void onBatch(StreamBatch batch);

  /** Kafka's retention was faster than we: these offsets are gone, the next batch starts behind. */
  void onOffsetsGone(OffsetRange gone);

  /** The stream cannot go on and delivers no more records; idle polls go on. */
  void onFailure(StreamFailure failure);
}
