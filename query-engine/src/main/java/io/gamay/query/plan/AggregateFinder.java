package io.gamay.query.plan;

import io.gamay.query.sql.Expression;
import java.util.List;
import java.util.stream.Stream;

/** Whether there is an aggregation in an expression. */
final class AggregateFinder {

  private AggregateFinder() {}

  static boolean isIn(Expression expression) {
    return switch (expression) {
      case Expression.Name _,
          Expression.IntegerLiteral _,
          Expression.DecimalLiteral _,
          Expression.DoubleLiteral _,
          Expression.StringLiteral _,
          Expression.BooleanLiteral _,
          Expression.BytesLiteral _,
          Expression.NullLiteral _,
          Expression.Star _ ->
          false;
      case Expression.Arithmetic e -> isIn(e.left()) || isIn(e.right());
      case Expression.Negate e -> isIn(e.operand());
      case Expression.Comparison e -> isIn(e.left()) || isIn(e.right());
      case Expression.And e -> isInAny(e.operands());
      case Expression.Or e -> isInAny(e.operands());
      case Expression.Not e -> isIn(e.operand());
      case Expression.In e -> isIn(e.operand()) || isInAny(e.values());
      case Expression.Between e -> isInAny(List.of(e.operand(), e.low(), e.high()));
      case Expression.Like e -> isIn(e.operand()) || isIn(e.pattern());
      case Expression.IsNull e -> isIn(e.operand());
      case Expression.IsTruth e -> isIn(e.operand());
      case Expression.IsDistinct e -> isIn(e.left()) || isIn(e.right());
      case Expression.Case e ->
          e.otherwise().filter(AggregateFinder::isIn).isPresent()
              || e.branches().stream()
                  .flatMap(branch -> Stream.of(branch.condition(), branch.result()))
                  .anyMatch(AggregateFinder::isIn);
      case Expression.Cast e -> isIn(e.operand());
      case Expression.Call e ->
          FunctionNames.aggregate(e.name()).isPresent() || isInAny(e.arguments());
    };
  }

  private static boolean isInAny(List<Expression> expressions) {
    return expressions.stream().anyMatch(AggregateFinder::isIn);
  }
}
