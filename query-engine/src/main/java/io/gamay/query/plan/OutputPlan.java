package io.gamay.query.plan;

import java.util.List;
import java.util.Optional;

/**
 * What the broker makes of the merged partial result. Expressions refer to group keys and
 * aggregates ({@link TypedExpression.KeyReference}, {@link TypedExpression.AggregateReference});
 * for {@link ServerWork.Select} a KeyReference is the selected column of that index.
 *
 * @param orderBy empty: rows of a Select come in (partition, offset) order, groups in ascending
 *     order of their keys
 * @param limit rows at most; what is left out by a limit that nobody wrote is flagged
 * @param limitWritten whether the query has a LIMIT, or its dialect has one for it
 * @param distinct of groups whose columns are all equal one is left; the order is by columns then
 */
public record OutputPlan(
    List<OutputColumn> columns,
    Optional<TypedExpression> having,
    List<SortKey> orderBy,
    long offset,
    long limit,
    boolean limitWritten,
    boolean distinct) {

  public OutputPlan {
    columns = List.copyOf(columns);
    orderBy = List.copyOf(orderBy);
  }

  /** Without {@code distinct}. */
  public OutputPlan(
      List<OutputColumn> columns,
      Optional<TypedExpression> having,
      List<SortKey> orderBy,
      long offset,
      long limit,
      boolean limitWritten) {
    this(columns, having, orderBy, offset, limit, limitWritten, false);
  }

  /**
   * @param name as clients see it
   */
  public record OutputColumn(String name, TypedExpression expression) {}
}
