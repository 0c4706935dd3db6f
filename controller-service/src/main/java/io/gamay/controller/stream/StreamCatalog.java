package io.gamay.controller.stream;

import io.gamay.cluster.table.StreamConfig;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
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
   * As {@link #partitionCount} of many topics, in about the time of one.
   *
   * @return without those that could not be asked in that time
   */
  default Map<StreamConfig, Integer> partitionCounts(Collection<StreamConfig> streams) {
    Map<StreamConfig, Integer> counts = new HashMap<>();
    for (StreamConfig stream : streams) {
      try {
        counts.put(stream, partitionCount(stream));
      } catch (StreamUnavailableException away) {
        counts.remove(stream);
      }
    }
    return counts;
  }

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
