package io.gamay.query.plan;

import io.gamay.query.plan.TypedExpression.VirtualColumnKind;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The part of a plan that servers run; it travels on the wire. NOW() and other literals of the
 * moment are resolved already.
 *
 * @param table raw table name
 * @param schemaVersion the version against which names and types were resolved; a segment of an
 *     older version answers a column that it lacks with the column's default
 */
public record ServerPlan(
    String table, int schemaVersion, Optional<TypedExpression> filter, ServerWork work) {

  /**
   * The plan for the rows whose offsets are in a range. Whoever answers from counts, bounds or
   * dictionaries of all rows has to look at the filter, and so at the range, as for any other
   * condition.
   *
   * @param from 0: no bound
   * @param end {@link Long#MAX_VALUE}: no bound
   */
  public ServerPlan within(long from, long end) {
    List<TypedExpression> conditions = new ArrayList<>();
    if (from > 0) {
      conditions.add(offset(ComparisonOperator.GREATER_OR_EQUAL, from));
    }
    if (end < Long.MAX_VALUE) {
      conditions.add(offset(ComparisonOperator.LESS, end));
    }
    if (conditions.isEmpty()) {
      return this;
    }
    filter.ifPresent(conditions::add);
    TypedExpression all =
        conditions.size() == 1 ? conditions.getFirst() : new TypedExpression.And(conditions);
    return new ServerPlan(table, schemaVersion, Optional.of(all), work);
  }

  private static TypedExpression offset(ComparisonOperator operator, long offset) {
    return new TypedExpression.Comparison(
        operator,
        new TypedExpression.VirtualColumn(VirtualColumnKind.OFFSET),
        new TypedExpression.Constant(
            Optional.of(new Value.LongValue(offset)), ResultType.of(DataType.LONG)));
  }
}
