package io.gamay.ingest.stream;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Polled records where they lie: in the arrays that they were fetched or decompressed into. They
 * are looked at in blocks, ahead of the cursor, so that the misses of the cache on the way from a
 * record to its bytes overlap.
 */
final class KafkaBatch implements StreamBatch {

  private static final int BLOCK = 128;

  private final List<ConsumerRecord<ByteBuffer, ByteBuffer>> records;
  private final long nextOffset;

  /** The block holds the records [blockFrom, blockTo). */
  private int blockFrom;

  private int blockTo;
  private final byte[] @Nullable [] values;
  private final int[] starts;
  private final int[] ends;
  private final long[] offsets;

  /** The cursor's place in the block; -1 before a record is chosen. */
  private int at = -1;

  KafkaBatch(List<ConsumerRecord<ByteBuffer, ByteBuffer>> records, long nextOffset) {
    this.records = records;
    this.nextOffset = nextOffset;
    int block = Math.min(BLOCK, records.size());
    this.values = new byte[block][];
    this.starts = new int[block];
    this.ends = new int[block];
    this.offsets = new long[block];
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
    Objects.checkIndex(index, records.size());
    if (index < blockFrom || index >= blockTo) {
      loadBlock(index);
    }
    at = index - blockFrom;
  }

  private void loadBlock(int from) {
    blockFrom = from;
    blockTo = Math.min(from + BLOCK, records.size());
    for (int index = from; index < blockTo; index++) {
      load(records.get(index), index - from);
    }
  }

  private void load(ConsumerRecord<ByteBuffer, ByteBuffer> record, int slot) {
    offsets[slot] = record.offset();
    @Nullable ByteBuffer bytes = record.value();
    if (bytes == null) {
      values[slot] = null;
      starts[slot] = 0;
      ends[slot] = 0;
    } else if (bytes.hasArray()) {
      values[slot] = bytes.array();
      starts[slot] = bytes.arrayOffset() + bytes.position();
      ends[slot] = starts[slot] + bytes.remaining();
    } else {
      values[slot] = copyOf(bytes);
      starts[slot] = 0;
      ends[slot] = bytes.remaining();
    }
  }

  @Override
  public long offset() {
    return offsets[at];
  }

  @Override
  public long timestampMillis() {
    return record().timestamp();
  }

  @Override
  public byte @Nullable [] value() {
    return values[at];
  }

  @Override
  public int valueStart() {
    return starts[at];
  }

  @Override
  public int valueEnd() {
    return ends[at];
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
    return records.get(blockFrom + at);
  }

  private static byte[] copyOf(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(bytes.position(), copy);
    return copy;
  }
}
