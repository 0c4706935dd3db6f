package io.gamay.ingest.consume;

import io.gamay.cluster.table.StreamConfig;
import io.gamay.ingest.stream.PartitionStream;
import io.gamay.ingest.stream.StreamBatch;
import io.gamay.ingest.stream.StreamConnector;
import io.gamay.ingest.stream.StreamFailure;
import io.gamay.ingest.stream.StreamListener;
import io.gamay.segment.ledger.OffsetRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A log of one partition in memory, with absent offsets and a moving start. A reader is driven by
 * {@link Reader#poll}: whoever calls it is the partition's thread.
 */
final class InMemoryStream implements StreamConnector {

  private final NavigableMap<Long, byte[]> records = new TreeMap<>();
  private long start;
  private long end;
  private final List<Reader> readers = new ArrayList<>();

  synchronized void append(Optional<String> value) {
    value.ifPresent(text -> records.put(end, text.getBytes(StandardCharsets.UTF_8)));
    end++;
  }

  synchronized long end() {
    return end;
  }

  synchronized long start() {
    return start;
  }

  /** Kafka's retention. */
  synchronized void deleteBefore(long offset) {
    start = Math.max(start, Math.min(offset, end));
  }

  synchronized Reader reader() {
    return readers.getLast();
  }

  synchronized boolean hasReader() {
    return !readers.isEmpty();
  }

  @Override
  public synchronized PartitionStream open(
      StreamConfig config, int partition, long startOffset, StreamListener listener) {
    Reader reader = new Reader(startOffset, listener);
    readers.add(reader);
    return reader;
  }

  @Override
  public synchronized CompletableFuture<Long> endOffset(StreamConfig config, int partition) {
    return CompletableFuture.completedFuture(end);
  }

  @Override
  public synchronized CompletableFuture<Long> startOffset(StreamConfig config, int partition) {
    return CompletableFuture.completedFuture(start);
  }

  @Override
  public void close() {}

  private synchronized Batch read(long from, int max) {
    List<Long> offsets = new ArrayList<>();
    List<byte[]> values = new ArrayList<>();
    long next = from;
    while (next < end && offsets.size() < max) {
      byte[] value = records.get(next);
      if (value != null) {
        offsets.add(next);
        values.add(value);
      }
      next++;
    }
    return new Batch(offsets, values, next);
  }

  /** Each value in an array of its own. */
  static final class Batch implements StreamBatch {
    private final List<Long> offsets;
    private final List<byte[]> values;
    private final long nextOffset;
    private int current = -1;

    Batch(List<Long> offsets, List<byte[]> values, long nextOffset) {
      this.offsets = offsets;
      this.values = values;
      this.nextOffset = nextOffset;
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
      return offsets.get(current);
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

  /** One consumer of the log. */
  final class Reader implements PartitionStream {
    private final StreamListener listener;
    private long position;
    private boolean isPaused;
    private boolean hasFailed;
    private boolean isDead;
    private boolean isClosed;

    Reader(long position, StreamListener listener) {
      this.position = position;
      this.listener = listener;
    }

    void poll(int max) {
      if (isClosed || isDead) {
        return;
      }
      if (!isPaused && position < start()) {
        OffsetRange gone = new OffsetRange(position, start());
        position = gone.end();
        listener.onOffsetsGone(gone);
      }
      Batch batch = read(position, isPaused ? 0 : max);
      if (isPaused) {
        batch = new Batch(List.of(), List.of(), position);
      }
      position = batch.nextOffset();
      listener.onBatch(batch);
    }

    /** As when the listener threw: no more records, idle polls go on. */
    void fail(StreamFailure failure) {
      if (!isClosed && !hasFailed) {
        hasFailed = true;
        isPaused = true;
        listener.onFailure(failure);
      }
    }

    /** The thread ends without a word. */
    void die() {
      isDead = true;
    }

    boolean isPaused() {
      return isPaused;
    }

    @Override
    public void pause() {
      isPaused = true;
    }

    @Override
    public void resume() {
      isPaused = hasFailed;
    }

    @Override
    public void seek(long offset) {
      position = offset;
    }

    @Override
    public OptionalLong knownEnd() {
      return OptionalLong.of(end());
    }

    @Override
    public boolean isRunning() {
      return !isClosed && !isDead;
    }

    @Override
    public String trouble() {
      return "";
    }

    @Override
    public void close() {
      isClosed = true;
    }
  }
}
