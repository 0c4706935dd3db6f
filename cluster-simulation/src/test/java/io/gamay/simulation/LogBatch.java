package io.gamay.simulation;

import io.gamay.ingest.stream.StreamBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a poll of a {@link PartitionLog} gives. */
final class LogBatch implements StreamBatch {

  private final List<Long> offsets = new ArrayList<>();
  private final List<byte[]> values = new ArrayList<>();
  private long nextOffset;
  private int current = -1;

  /** Up to so many offsets from one on; none: the position alone. */
  LogBatch(PartitionLog log, long from, int maxOffsets) {
    nextOffset = from;
    while (nextOffset < log.end() && nextOffset < from + maxOffsets) {
      Optional<byte[]> record = log.record(nextOffset);
      if (record.isPresent()) {
        offsets.add(nextOffset);
        values.add(record.get());
      }
      nextOffset++;
    }
  }

  @Override
  public int size() {
    return offsets.size();
  }

  @Override
  public void moveTo(int index) {
    current = index;
  }

  @Override
  public long offset() {
    return offsets.get(current);
  }

  @Override
  public long timestampMillis() {
    return offset();
  }

  @Override
  public byte[] value() {
    return values.get(current);
  }

  @Override
  public int valueStart() {
    return 0;
  }

  @Override
  public int valueEnd() {
    return value().length;
  }

  @Override
  public byte @Nullable [] key() {
    return null;
  }

  @Override
  public long nextOffset() {
    return nextOffset;
  }
}
