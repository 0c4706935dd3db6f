package io.gamay.ingest.stream;

import io.gamay.cluster.table.StreamConfig;
import java.util.concurrent.CompletableFuture;

/** Opens partitions of streams and asks for their ends. Thread-safe. */
public interface StreamConnector extends AutoCloseable {

  /**
   * Starts to read a partition at an offset, on a thread of its own. May block while the reader
   * starts.
   *
   * @throws StreamException if the reader cannot be made with these settings, for now at least
   */
  PartitionStream open(
      StreamConfig config, int partition, long startOffset, StreamListener listener);

  /**
   * The partition's end offset as the stream tells it after this call, at the table's isolation
   * level: every record that a producer was told is stored before this call lies below it. Ends
   * exceptionally if the stream does not answer in time.
   */
  CompletableFuture<Long> endOffset(StreamConfig config, int partition);

  /** The first offset that the partition still has. */
  CompletableFuture<Long> startOffset(StreamConfig config, int partition);

  @Override
  void close();
}
