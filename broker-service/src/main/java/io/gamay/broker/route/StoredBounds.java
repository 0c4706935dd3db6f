package io.gamay.broker.route;

import io.gamay.cluster.segment.PartitionsSeen;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.query.prune.ColumnBounds;
import io.gamay.query.prune.PruneReason;
import io.gamay.segment.schema.Value;
import java.util.Optional;

/**
 * What metadata knows of a segment's values: bounds, and the partitions that they fall into.
 *
 * @param partitions of the query's values
 */
record StoredBounds(StoredCopy copy, PartitionIds partitions) implements ColumnBounds {

  @Override
  public Optional<Bounds> bounds(String column) {
    return Optional.ofNullable(copy.bounds().get(column))
        .map(bounds -> new Bounds(bounds.min(), bounds.max()));
  }

  @Override
  public boolean mightContain(String column, Value value) {
    PartitionsSeen seen = copy.partitions().get(column);
    return seen == null || seen.mightContain(partitions.of(seen.function(), value));
  }

  @Override
  public PruneReason.Kind exclusion() {
    return PruneReason.Kind.PARTITION;
  }
}
