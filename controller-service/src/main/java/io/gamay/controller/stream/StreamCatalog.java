package io.gamay.controller.stream;

import io.gamay.cluster.table.StreamConfig;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/** Asks the stream about topics. Thread-safe; blocks on the network for a bounded time. */
public interface StreamCatalog extends AutoCloseable {

  /**
   * How many partitions the topic has, numbered from 0; 0 if there is no such topic.
   *
   * @throws StreamUnavailableException if the stream cannot be asked
   */
  int partitionCount(StreamConfig stream);

  /**
   * The offset at which each partition begins for a table.
   *
   * @param start where; a number comes out whatever it is
   * @param reference the moment from which a {@link StreamConfig.StartOffset.Back} counts back
   * @throws StreamUnavailableException if the stream cannot be asked
   */
  Map<Integer, Long> startOffsets(
      StreamConfig stream,
      StreamConfig.StartOffset start,
      Set<Integer> partitions,
      Instant reference);

  @Override
  void close();
}
