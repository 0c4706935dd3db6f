package io.gamay.query.plan;

import io.gamay.query.sql.Expression;
import io.gamay.query.sql.Expression.Call;
import java.util.Optional;

/** In a query without FROM: there are no columns, and there is nothing to aggregate. */
final class NoTableScope implements Scope {

  @Override
  public Optional<TypedExpression> whole(Expression expression) {
    return Optional.empty();
  }

  @Override
  public TypedExpression name(Expression.Name name) {
    String hint =
        name.quoted()
            ? "; a text is written in single quotes"
            : OtherDatabases.value(name.name()).orElse("");
    throw Refusals.unknownColumn(
        "unknown column %s: the query has no FROM%s".formatted(name.name(), hint));
  }

  @Override
  public boolean hasRows() {
    return false;
  }

  @Override
  public TypedExpression aggregate(Call call, FunctionNames.Aggregate aggregate) {
    throw Refusals.invalid(
        "aggregation %s needs a table: the query has no FROM"
            .formatted(ColumnNames.describe(call)));
  }
}
