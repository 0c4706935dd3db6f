package io.gamay.query.plan;

import io.gamay.query.plan.TypedExpression.AggregateReference;
import io.gamay.query.plan.TypedExpression.And;
import io.gamay.query.plan.TypedExpression.AnyBetween;
import io.gamay.query.plan.TypedExpression.Arithmetic;
import io.gamay.query.plan.TypedExpression.Call;
import io.gamay.query.plan.TypedExpression.Case;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.Comparison;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.plan.TypedExpression.Convert;
import io.gamay.query.plan.TypedExpression.InSet;
import io.gamay.query.plan.TypedExpression.IsNull;
import io.gamay.query.plan.TypedExpression.KeyReference;
import io.gamay.query.plan.TypedExpression.Like;
import io.gamay.query.plan.TypedExpression.Not;
import io.gamay.query.plan.TypedExpression.Or;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What expressions are made of. */
public final class Operands {

  private Operands() {}

  /** The expressions that an expression is made of, itself left out. */
  public static List<TypedExpression> of(TypedExpression expression) {
    return switch (expression) {
      case ColumnReference _, VirtualColumn _, Constant _, KeyReference _, AggregateReference _ ->
          List.of();
      case Convert convert -> List.of(convert.operand());
      case Arithmetic arithmetic -> List.of(arithmetic.left(), arithmetic.right());
      case Comparison comparison -> List.of(comparison.left(), comparison.right());
      case AnyBetween between -> List.of(between.operand(), between.low(), between.high());
      case InSet set -> List.of(set.operand());
      case Like like -> List.of(like.operand());
      case IsNull isNull -> List.of(isNull.operand());
      case And and -> and.operands();
      case Or or -> or.operands();
      case Not not -> List.of(not.operand());
      case Call call -> call.arguments();
      case Case cases -> {
        List<TypedExpression> all = new ArrayList<>();
        cases
            .branches()
            .forEach(branch -> all.addAll(List.of(branch.condition(), branch.result())));
        cases.otherwise().ifPresent(all::add);
        yield all;
      }
    };
  }

  /** The columns that expressions read; empty if one reads something else from its rows. */
  public static Optional<List<ColumnReference>> columns(
      Collection<? extends TypedExpression> expressions) {
    Map<String, ColumnReference> columns = new LinkedHashMap<>();
    for (TypedExpression expression : expressions) {
      if (!collect(expression, columns)) {
        return Optional.empty();
      }
    }
    return Optional.of(List.copyOf(columns.values()));
  }

  private static boolean collect(TypedExpression expression, Map<String, ColumnReference> columns) {
    if (expression instanceof ColumnReference column) {
      columns.put(column.column(), column);
      return true;
    }
    if (expression instanceof VirtualColumn
        || expression instanceof KeyReference
        || expression instanceof AggregateReference) {
      return false;
    }
    for (TypedExpression operand : of(expression)) {
      if (!collect(operand, columns)) {
        return false;
      }
    }
    return true;
  }
}
