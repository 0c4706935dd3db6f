package io.gamay.query.plan;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The options that are understood, with their defaults filled in.
 *
 * @param timeout of the whole query (timeoutMs)
 * @param groups how many there may be, and which may be lost
 * @param offsets what the answer is to cover
 * @param resultCache whether partial results that are kept may be used (useResultCache)
 * @param limits what the query wants to be held to
 * @param clientQueryId by which the client may cancel it
 * @param warnings a sentence for each option that nothing is known of
 */
public record QueryOptions(
    Dialect dialect,
    Duration timeout,
    boolean nullHandling,
    GroupOptions groups,
    OffsetOptions offsets,
    boolean resultCache,
    QueryLimits limits,
    Optional<String> clientQueryId,
    List<String> warnings) {

  public QueryOptions {
    warnings = List.copyOf(warnings);
  }

  public enum Dialect {
    STANDARD,
    PINOT
  }
}
