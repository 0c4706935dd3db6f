package io.gamay.broker.route;

import io.gamay.cluster.segment.PartitionFunction;
import io.gamay.segment.schema.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BiFunction;

/**
 * The partitions that a query's values fall into, each found once for all segments that name the
 * same function: as many as the query has values. For one query and one thread at a time.
 */
final class PartitionIds {

  private final BiFunction<PartitionFunction, Value, OptionalInt> find;
  private final Map<PartitionFunction, Map<Value, OptionalInt>> found = new HashMap<>();

  PartitionIds() {
    this(PartitionFunction::partitionOf);
  }

  /**
   * @param find what is to be remembered
   */
  PartitionIds(BiFunction<PartitionFunction, Value, OptionalInt> find) {
    this.find = find;
  }

  /** Empty if values like this have no partition. */
  OptionalInt of(PartitionFunction function, Value value) {
    return found
        .computeIfAbsent(function, _ -> new HashMap<>())
        .computeIfAbsent(value, unknown -> find.apply(function, unknown));
  }
}
