package io.gamay.controller.stream;

import io.gamay.cluster.table.StreamConfig;
import java.util.Map;
import java.util.Set;

/** Asks the stream what its logs hold. Thread-safe; blocks on the network for a bounded time. */
public interface StreamLogs {

  /**
   * The log of each partition as it was at one moment of the call.
   *
   * @throws StreamUnavailableException if the stream cannot be asked about one of them
   */
  Map<Integer, LogBounds> logBounds(StreamConfig stream, Set<Integer> partitions);

  /**
   * @param start the first offset that is held
   * @param stableEnd where the first transaction begins that is still open; the end without one
   * @param end the offset that the next record gets
   */
  record LogBounds(long start, long stableEnd, long end) {
    public LogBounds {
      if (start < 0 || start > end || stableEnd > end) {
        throw new IllegalArgumentException(
            "a log that starts at %d, is stable up to %d and ends at %d"
                .formatted(start, stableEnd, end));
      }
    }
  }
}
