package io.gamay.query.plan;

import io.gamay.query.plan.OutputPlan.OutputColumn;
import java.util.List;
import java.util.Optional;

/**
 * What is left to do with whole groups before an answer's columns are made of them: keep those that
 * meet HAVING, put them in order, cut them. Expressions refer to group keys and aggregates as in
 * {@link OutputPlan}. A server that alone answers a query does it; else the broker, with the groups
 * of all servers.
 *
 * @param orderBy groups that it does not tell apart come in ascending order of their keys
 * @param distinctBy of groups for which these are all equal only the first counts; empty: all count
 * @param rowLimit LIMIT + OFFSET; for a limit that nobody wrote one more, so that it shows whether
 *     groups are left out
 */
public record FinishPlan(
    Optional<TypedExpression> having,
    List<SortKey> orderBy,
    List<TypedExpression> distinctBy,
    long rowLimit) {

  public FinishPlan {
    orderBy = List.copyOf(orderBy);
    distinctBy = List.copyOf(distinctBy);
  }

  public static FinishPlan of(OutputPlan output) {
    long rows = saturatedSum(output.limit(), output.offset());
    return new FinishPlan(
        output.having(),
        output.orderBy(),
        output.distinct()
            ? output.columns().stream().map(OutputColumn::expression).toList()
            : List.of(),
        output.limitWritten() ? rows : saturatedSum(rows, 1));
  }

  private static long saturatedSum(long left, long right) {
    return left > Long.MAX_VALUE - right ? Long.MAX_VALUE : left + right;
  }
}
