package io.gamay.query.offset;

import io.gamay.segment.ledger.OffsetRange;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Offset ranges of one table, by partition.
 *
 * @param tableId unique id of the table's creation
 */
public record TableOffsets(String tableId, NavigableMap<Integer, OffsetRange> ranges) {

  public TableOffsets {
    ranges = Collections.unmodifiableNavigableMap(new TreeMap<>(ranges));
  }

  public TableOffsets(String tableId, Map<Integer, OffsetRange> ranges) {
    this(tableId, new TreeMap<>(ranges));
  }

  /** Of each partition the range that ends last; of two that end alike, this one's. */
  public TableOffsets furthest(TableOffsets other) {
    NavigableMap<Integer, OffsetRange> furthest = new TreeMap<>(ranges);
    other.ranges.forEach(
        (partition, range) ->
            furthest.merge(partition, range, (own, its) -> its.end() > own.end() ? its : own));
    return new TableOffsets(tableId, furthest);
  }
}
