package io.gamay.ingest.stream;

import io.gamay.segment.ledger.OffsetRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps what a stream delivered. */
final class RecordingListener implements StreamListener {

  record Seen(long offset, byte @Nullable [] value, byte @Nullable [] key, long timestamp) {}

  private final List<Seen> records = new ArrayList<>();
  private final List<OffsetRange> gone = new ArrayList<>();
  private final List<StreamFailure> failures = new ArrayList<>();
  private long position = -1;
  private int idlePolls;
  private Consumer<StreamBatch> onBatch = _ -> {};

  synchronized void onBatchDo(Consumer<StreamBatch> action) {
    onBatch = action;
  }

  @Override
  public void onBatch(StreamBatch batch) {
    Consumer<StreamBatch> action;
    synchronized (this) {
      for (int i = 0; i < batch.size(); i++) {
        batch.moveTo(i);
        byte[] source = batch.value();
        byte[] value =
            source == null
                ? null
                : Arrays.copyOfRange(source, batch.valueStart(), batch.valueEnd());
        records.add(new Seen(batch.offset(), value, batch.key(), batch.timestampMillis()));
      }
      position = batch.nextOffset();
      idlePolls += batch.size() == 0 ? 1 : 0;
      action = onBatch;
    }
    action.accept(batch);
  }

  @Override
  public synchronized void onOffsetsGone(OffsetRange range) {
    gone.add(range);
  }

  @Override
  public synchronized void onFailure(StreamFailure failure) {
    failures.add(failure);
  }

  synchronized List<Long> offsets() {
    return records.stream().map(Seen::offset).toList();
  }

  synchronized List<Seen> records() {
    return List.copyOf(records);
  }

  synchronized List<OffsetRange> gone() {
    return List.copyOf(gone);
  }

  synchronized List<StreamFailure> failures() {
    return List.copyOf(failures);
  }

  synchronized long position() {
    return position;
  }

  synchronized int idlePolls() {
    return idlePolls;
  }
}
