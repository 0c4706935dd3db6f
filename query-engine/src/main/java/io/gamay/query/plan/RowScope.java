package io.gamay.query.plan;

import io.gamay.query.sql.Expression;
import io.gamay.query.sql.Expression.Call;
import java.util.Optional;

/**
 * Where an expression is over one row: names are columns, aggregations have no place.
 *
 * @param place for messages: WHERE, GROUP BY, ...
 */
record RowScope(Planning planning, Aliases aliases, String place) implements Scope {

  @Override
  public Optional<TypedExpression> whole(Expression expression) {
    if (expression instanceof Call call && GroupingSets.isGrouping(call)) {
      throw Refusals.invalid(
          "%s stands beside GROUP BY in SELECT, HAVING and ORDER BY only, not in %s"
              .formatted(call.name(), place));
    }
    return Optional.empty();
  }

  @Override
  public TypedExpression name(Expression.Name name) {
    Optional<Expression> alias = aliases.find(name.name());
    boolean isColumn = !aliases.first() && planning.columns().find(name.name()).isPresent();
    if (alias.isPresent() && !isColumn) {
      return planning.typer(new RowScope(planning, Aliases.NONE, place)).type(alias.get());
    }
    return planning.columns().resolve(name);
  }

  @Override
  public TypedExpression aggregate(Call call, FunctionNames.Aggregate aggregate) {
    throw Refusals.invalid(
        "aggregation %s cannot stand in %s".formatted(ColumnNames.describe(call), place));
  }
}
