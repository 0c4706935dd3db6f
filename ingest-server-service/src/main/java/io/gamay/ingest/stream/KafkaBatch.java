package io.gamay.ingest.stream;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Polled records where they lie: in the arrays that they were fetched or decompressed into. */
final class KafkaBatch implements StreamBatch {

  private final List<ConsumerRecord<ByteBuffer, ByteBuffer>> records;
  private final long nextOffset;

  private @Nullable ConsumerRecord<ByteBuffer, ByteBuffer> current;
  private byte @Nullable [] value;
  private int valueStart;
  private int valueEnd;

  KafkaBatch(List<ConsumerRecord<ByteBuffer, ByteBuffer>> records, long nextOffset) {
    this.records = records;
    this.nextOffset = nextOffset;
  }

  static KafkaBatch idle(long position) {
    return new KafkaBatch(List.of(), position);
  }

  @Override
  public int size() {
    return records.size();
  }

  @Override
  public void moveTo(int index) {
    ConsumerRecord<ByteBuffer, ByteBuffer> record = records.get(index);
    current = record;
    @Nullable ByteBuffer bytes = record.value();
    if (bytes == null) {
      value = null;
      valueStart = 0;
      valueEnd = 0;
    } else if (bytes.hasArray()) {
      value = bytes.array();
      valueStart = bytes.arrayOffset() + bytes.position();
      valueEnd = valueStart + bytes.remaining();
    } else {
      value = copyOf(bytes);
      valueStart = 0;
      valueEnd = bytes.remaining();
    }
  }

  @Override
  public long offset() {
    return record().offset();
  }

  @Override
  public long timestampMillis() {
    return record().timestamp();
  }

  @Override
  public byte @Nullable [] value() {
    return value;
  }

  @Override
  public int valueStart() {
    return valueStart;
  }

  @Override
  public int valueEnd() {
    return valueEnd;
  }

  @Override
  public byte @Nullable [] key() {
    @Nullable ByteBuffer key = record().key();
    return key == null ? null : copyOf(key);
  }

  @Override
  public long nextOffset() {
    return nextOffset;
  }

  private ConsumerRecord<ByteBuffer, ByteBuffer> record() {
    return requireNonNull(current, "no record was chosen");
  }

  private static byte[] copyOf(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(bytes.position(), copy);
    return copy;
  }
}
