package io.gamay.query.plan;

import java.time.Duration;
import java.util.Map;

/**
 * The options that are understood, with their defaults filled in. Unknown ones are ignored, as
 * clients expect.
 *
 * @param timeout of the whole query
 * @param groupLimit groups at most per server (numGroupsLimit)
 * @param minOffsets per partition: answer only with at least these offsets covered (read your
 *     writes)
 */
public record QueryOptions(
    Dialect dialect,
    Duration timeout,
    boolean nullHandling,
    int groupLimit,
    Map<Integer, Long> minOffsets) {

  public QueryOptions {
    minOffsets = Map.copyOf(minOffsets);
  }

  public enum Dialect {
    STANDARD,
    PINOT
  }
}
