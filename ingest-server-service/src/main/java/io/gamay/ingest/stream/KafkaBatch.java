package io.gamay.ingest.stream;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Polled records as they are. */
record KafkaBatch(List<ConsumerRecord<byte[], byte[]>> records, long nextOffset)
    implements StreamBatch {

  static KafkaBatch idle(long position) {
    return new KafkaBatch(List.of(), position);
  }

  @Override
  public int size() {
    return records.size();
  }

  @Override
  public long offset(int index) {
    return records.get(index).offset();
  }

  @Override
  public long timestampMillis(int index) {
    return records.get(index).timestamp();
  }

  @Override
  public byte @Nullable [] value(int index) {
    return records.get(index).value();
  }

  @Override
  public byte @Nullable [] key(int index) {
    return records.get(index).key();
  }
}
