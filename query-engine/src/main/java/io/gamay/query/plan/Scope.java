package io.gamay.query.plan;

import io.gamay.query.sql.Expression;
import io.gamay.query.sql.Expression.Call;
import java.util.Optional;

/** What names and aggregations mean at one place of a query. */
interface Scope {

  /** What the whole expression stands for here, before its parts are looked at: a group key. */
  Optional<TypedExpression> whole(Expression expression);

  /** A column or alias; an error if there is none. */
  TypedExpression name(Expression.Name name);

  /** Whether expressions are over rows of a table, which have their places. */
  default boolean hasRows() {
    return true;
  }

  /** An aggregation; an error where none may stand. */
  TypedExpression aggregate(Call call, FunctionNames.Aggregate aggregate);
}
