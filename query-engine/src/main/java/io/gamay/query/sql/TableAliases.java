package io.gamay.query.sql;

import io.gamay.query.sql.Expression.Name;
import io.gamay.query.sql.Query.OrderItem;
import io.gamay.query.sql.Query.SelectItem;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Takes the alias of the table off the names that are qualified with it. */
final class TableAliases {

  private TableAliases() {}

  static Query resolve(Optional<String> alias, Query query) {
    if (alias.isEmpty()) {
      return query;
    }
    String prefix = alias.get() + ".";
    UnaryOperator<Expression> resolve = expression -> unqualified(expression, prefix);
    return new Query(
        query.options(),
        query.explain(),
        query.distinct(),
        query.select().stream()
            .map(item -> new SelectItem(resolve.apply(item.expression()), item.alias()))
            .toList(),
        query.table(),
        query.where().map(resolve),
        each(query.groupBy(), resolve),
        query.groupingSets(),
        query.having().map(resolve),
        query.orderBy().stream()
            .map(
                item ->
                    new OrderItem(
                        resolve.apply(item.expression()), item.descending(), item.nullsFirst()))
            .toList(),
        query.limit(),
        query.offset());
  }

  private static Expression unqualified(Expression expression, String prefix) {
    UnaryOperator<Expression> resolve = operand -> unqualified(operand, prefix);
    return switch (expression) {
      case Name(String name, boolean quoted) ->
          name.regionMatches(true, 0, prefix, 0, prefix.length())
              ? new Name(name.substring(prefix.length()), quoted)
              : expression;
      case Expression.IntegerLiteral _,
          Expression.DecimalLiteral _,
          Expression.DoubleLiteral _,
          Expression.StringLiteral _,
          Expression.BooleanLiteral _,
          Expression.BytesLiteral _,
          Expression.NullLiteral _,
          Expression.Star _ ->
          expression;
      case Expression.Arithmetic e ->
          new Expression.Arithmetic(
              e.operator(), resolve.apply(e.left()), resolve.apply(e.right()));
      case Expression.Negate e -> new Expression.Negate(resolve.apply(e.operand()));
      case Expression.Comparison e ->
          new Expression.Comparison(
              e.operator(), resolve.apply(e.left()), resolve.apply(e.right()));
      case Expression.And e -> new Expression.And(each(e.operands(), resolve));
      case Expression.Or e -> new Expression.Or(each(e.operands(), resolve));
      case Expression.Not e -> new Expression.Not(resolve.apply(e.operand()));
      case Expression.In e ->
          new Expression.In(resolve.apply(e.operand()), each(e.values(), resolve), e.negated());
      case Expression.Between e ->
          new Expression.Between(
              resolve.apply(e.operand()),
              resolve.apply(e.low()),
              resolve.apply(e.high()),
              e.negated());
      case Expression.Like e ->
          new Expression.Like(
              resolve.apply(e.operand()), resolve.apply(e.pattern()), e.escape(), e.negated());
      case Expression.IsNull e -> new Expression.IsNull(resolve.apply(e.operand()), e.negated());
      case Expression.IsTruth e ->
          new Expression.IsTruth(resolve.apply(e.operand()), e.truth(), e.negated());
      case Expression.IsDistinct e ->
          new Expression.IsDistinct(resolve.apply(e.left()), resolve.apply(e.right()), e.negated());
      case Expression.Case e ->
          new Expression.Case(
              e.branches().stream()
                  .map(
                      branch ->
                          new Expression.Branch(
                              resolve.apply(branch.condition()), resolve.apply(branch.result())))
                  .toList(),
              e.otherwise().map(resolve));
      case Expression.Cast e -> new Expression.Cast(resolve.apply(e.operand()), e.type(), e.size());
      case Expression.Call e ->
          new Expression.Call(
              e.name(), each(e.arguments(), resolve), e.distinct(), e.filter().map(resolve));
    };
  }

  private static List<Expression> each(
      List<Expression> expressions, UnaryOperator<Expression> resolve) {
    return expressions.stream().map(resolve).toList();
  }
}
