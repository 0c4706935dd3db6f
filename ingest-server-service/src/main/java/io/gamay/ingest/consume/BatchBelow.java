package io.gamay.ingest.consume;

import io.gamay.ingest.stream.StreamBatch;
import org.jspecify.annotations.Nullable;

/** The records of a batch below an offset, to which the position is to move. */
final class BatchBelow implements StreamBatch {

  private final StreamBatch batch;
  private final long end;
  private final int size;

  /**
   * @param end less than the batch's next offset
   */
  BatchBelow(StreamBatch batch, long end) {
    this.batch = batch;
    this.end = end;
    int below = 0;
    for (int i = 0; i < batch.size(); i++) {
      batch.moveTo(i);
      if (batch.offset() >= end) {
        break;
      }
      below++;
    }
    this.size = below;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void moveTo(int index) {
    batch.moveTo(index);
  }

  @Override
  public long offset() {
    return batch.offset();
  }

  @Override
  public long timestampMillis() {
    return batch.timestampMillis();
  }

  @Override
  public byte @Nullable [] value() {
    return batch.value();
  }

  @Override
  public int valueStart() {
    return batch.valueStart();
  }

  @Override
  public int valueEnd() {
    return batch.valueEnd();
  }

  @Override
  public byte @Nullable [] key() {
    return batch.key();
  }

  @Override
  public long nextOffset() {
    return end;
  }
}
