package io.gamay.cluster.segment;

import io.gamay.segment.schema.Value;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The partitions that the values of one column of a segment fall into, the defaults of missing ones
 * included. It carries its function, so that it stays true whatever the table's config says later.
 *
 * @param ids at most {@link #MOST_IDS}
 */
public record PartitionsSeen(PartitionFunction function, Set<Integer> ids) {

  /** More are not worth a place in metadata: the column does not follow the function. */
  public static final int MOST_IDS = 256;

  public PartitionsSeen {
    ids = Set.copyOf(ids);
  }

  /** False only if no row holds the value. */
  public boolean mightContain(Value value) {
    return mightContain(function.partitionOf(value));
  }

  /**
   * The same of a value's partition, which was found before.
   *
   * @param partition by {@link #function}; empty if the value has none
   */
  public boolean mightContain(OptionalInt partition) {
    return partition.isEmpty() || ids.contains(partition.getAsInt());
  }
}
