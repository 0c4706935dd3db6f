package io.gamay.broker.route;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The highest offset up to which this broker has answered, per partition, and who answered: counts
 * never go backwards as long as no answer covers less. Thread-safe.
 */
public final class HighWaterMarks {

  private final Map<Key, Mark> marks = new ConcurrentHashMap<>();

  /**
   * @param high end of the highest range answered
   * @param instance the replica that answered last
   */
  public record Mark(long high, String instance) {}

  private record Key(String tableId, int partition) {}

  public Optional<Mark> mark(String tableId, int partition) {
    return Optional.ofNullable(marks.get(new Key(tableId, partition)));
  }

  /** Notes an answer that was not flagged. The mark never falls. */
  public void raise(String tableId, int partition, long high, String instance) {
    marks.merge(
        new Key(tableId, partition),
        new Mark(high, instance),
        (old, fresh) -> new Mark(Math.max(old.high(), fresh.high()), fresh.instance()));
  }

  /**
   * Notes up to where an answer covered a partition that was not asked for more: who gave it may
   * have more, or not. A mark may rise by it, and none is made.
   */
  public void raise(String tableId, int partition, long high) {
    marks.computeIfPresent(
        new Key(tableId, partition),
        (_, mark) -> new Mark(Math.max(mark.high(), high), mark.instance()));
  }

  /** Forgets tables that exist no more. */
  public void retainTables(Set<String> tableIds) {
    marks.keySet().removeIf(key -> !tableIds.contains(key.tableId()));
  }
}
