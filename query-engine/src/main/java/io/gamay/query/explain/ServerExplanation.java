package io.gamay.query.explain;

import java.util.OptionalLong;

/**
 * How a server runs, or ran, its part of a query.
 *
 * @param root what it does with what its segments give; under it one operator for each group of
 *     segments that run alike
 * @param emptyFilterSegments segments not pruned of which no row passes, as is known without
 *     looking
 * @param matchAllFilterSegments segments of which every row passes
 * @param nanos from the request's coming to the response's going
 * @param receivedBytes of the response; known to whoever received it
 */
public record ServerExplanation(
    Operator root,
    long emptyFilterSegments,
    long matchAllFilterSegments,
    long nanos,
    OptionalLong receivedBytes) {

  public ServerExplanation withReceivedBytes(long bytes) {
    return new ServerExplanation(
        root, emptyFilterSegments, matchAllFilterSegments, nanos, OptionalLong.of(bytes));
  }
}
