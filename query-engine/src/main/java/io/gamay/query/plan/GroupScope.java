package io.gamay.query.plan;

import io.gamay.query.error.QueryException;
import io.gamay.query.plan.TypedExpression.AggregateReference;
import io.gamay.query.plan.TypedExpression.KeyReference;
import io.gamay.query.sql.Expression;
import io.gamay.query.sql.Expression.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where an expression is over groups: group keys, aggregations, and what is computed from them.
 * Each aggregation that it meets gets an index; equal ones share it.
 */
final class GroupScope implements Scope {

  private final Planning planning;
  private final List<TypedExpression> keys;
  private final GroupingSets sets;
  private final List<AggregateCall> aggregates;
  private final Aliases aliases;
  private final String missingKey;

  /**
   * @param missingKey what is wrong with a column that is not a key
   */
  GroupScope(
      Planning planning,
      List<TypedExpression> keys,
      GroupingSets sets,
      Aliases aliases,
      String missingKey) {
    this(planning, keys, sets, new ArrayList<>(), aliases, missingKey);
  }

  private GroupScope(
      Planning planning,
      List<TypedExpression> keys,
      GroupingSets sets,
      List<AggregateCall> aggregates,
      Aliases aliases,
      String missingKey) {
    this.planning = planning;
    this.keys = keys;
    this.sets = sets;
    this.aggregates = aggregates;
    this.aliases = aliases;
    this.missingKey = missingKey;
  }

  /** The aggregations met so far. */
  List<AggregateCall> aggregates() {
    return aggregates;
  }

  GroupScope withoutAliases() {
    return new GroupScope(planning, keys, sets, aggregates, Aliases.NONE, missingKey);
  }

  @Override
  public Optional<TypedExpression> whole(Expression expression) {
    if (expression instanceof Call call && GroupingSets.isGrouping(call)) {
      return Optional.of(grouping(call));
    }
    boolean isAlias =
        aliases.first()
            && expression instanceof Expression.Name(String name, boolean _)
            && aliases.find(name).isPresent();
    if (keys.isEmpty() || isAlias || AggregateFinder.isIn(expression)) {
      return Optional.empty();
    }
    TypedExpression typed;
    try {
      typed = overRow(expression);
    } catch (QueryException _) {
      // Not a key; if it is wrong, its parts will say so.
      return Optional.empty();
    }
    int index = keys.indexOf(typed);
    return index < 0 ? Optional.empty() : Optional.of(key(index));
  }

  private TypedExpression overRow(Expression expression) {
    return planning.typer(new RowScope(planning, Aliases.NONE, "a group key")).type(expression);
  }

  /** GROUPING(a, b) and GROUPING_ID(a, b). */
  private TypedExpression grouping(Call call) {
    if (call.distinct() || call.filter().isPresent()) {
      throw Refusals.invalid("%s takes no DISTINCT and no FILTER".formatted(call.name()));
    }
    var indexes = new ArrayList<Integer>();
    for (Expression argument : call.arguments()) {
      Expression meant =
          argument instanceof Expression.Name(String name, boolean _)
              ? aliases.find(name).orElse(argument)
              : argument;
      int index = keys.indexOf(overRow(meant));
      if (index < 0) {
        throw Refusals.invalid(
            "%s takes keys of GROUP BY, %s is none"
                .formatted(call.name(), ColumnNames.describe(argument)));
      }
      indexes.add(index);
    }
    return sets.grouping(indexes);
  }

  /** A reference to a key: one element where the key is a multi-value column. */
  KeyReference key(int index) {
    TypedExpression key = keys.get(index);
    return new KeyReference(
        index, ResultType.of(key.type().element()), key.isNullable() || sets.mayLack(index));
  }

  @Override
  public TypedExpression name(Expression.Name name) {
    Optional<Expression> alias = aliases.find(name.name());
    if (alias.isPresent()) {
      return planning.typer(withoutAliases()).type(alias.get());
    }
    planning.columns().resolve(name);
    throw Refusals.invalid(missingKey.formatted(name.name()));
  }

  @Override
  public TypedExpression aggregate(Call call, FunctionNames.Aggregate aggregate) {
    AggregateCall planned = new AggregatePlanner(planning).plan(call, aggregate);
    int index = aggregates.indexOf(planned);
    if (index < 0) {
      index = aggregates.size();
      aggregates.add(planned);
    }
    return new AggregateReference(index, planned.type(), planned.isNullable());
  }
}
