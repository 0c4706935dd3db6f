package io.gamay.query.explain;

import io.gamay.query.explain.SegmentExplanation.Extent;
import java.util.List;
import java.util.OptionalLong;

/** The segments of one server, put together with those that run alike. Thread-safe. */
public final class SegmentGroups {

  private final AlikeOperators groups = new AlikeOperators();
  private long emptyFilters;
  private long matchAllFilters;

  public synchronized void add(SegmentExplanation segment) {
    groups.add(segment.root());
    emptyFilters += segment.extent() == Extent.EMPTY ? 1 : 0;
    matchAllFilters += segment.extent() == Extent.ALL ? 1 : 0;
  }

  /**
   * What the server does, above its segments.
   *
   * @param nanos of the whole, from the request to the response
   */
  public synchronized ServerExplanation explanation(
      String name, List<Clause> clauses, Measure measure, long nanos) {
    return new ServerExplanation(
        new Operator(name, clauses, measure, groups.all()),
        emptyFilters,
        matchAllFilters,
        nanos,
        OptionalLong.empty());
  }
}
