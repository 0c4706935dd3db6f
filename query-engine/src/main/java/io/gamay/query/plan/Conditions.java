package io.gamay.query.plan;

import io.gamay.query.plan.TypedExpression.And;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.plan.TypedExpression.IsNull;
import io.gamay.query.plan.TypedExpression.Not;
import io.gamay.query.plan.TypedExpression.Or;
import io.gamay.query.sql.Expression.Truth;
import java.util.ArrayList;
import java.util.List;

/** AND, OR, NOT and IS NULL, without the parts that constants decide. */
final class Conditions {

  private Conditions() {}

  static TypedExpression and(List<TypedExpression> operands) {
    var kept = new ArrayList<TypedExpression>();
    for (TypedExpression operand : operands) {
      if (operand.equals(Constants.FALSE)) {
        return Constants.FALSE;
      }
      if (operand instanceof And and) {
        kept.addAll(and.operands());
      } else if (!operand.equals(Constants.TRUE)) {
        kept.add(operand);
      }
    }
    return switch (kept.size()) {
      case 0 -> Constants.TRUE;
      case 1 -> kept.getFirst();
      default -> new And(kept);
    };
  }

  static TypedExpression or(List<TypedExpression> operands) {
    var kept = new ArrayList<TypedExpression>();
    for (TypedExpression operand : operands) {
      if (operand.equals(Constants.TRUE)) {
        return Constants.TRUE;
      }
      if (operand instanceof Or or) {
        kept.addAll(or.operands());
      } else if (!operand.equals(Constants.FALSE)) {
        kept.add(operand);
      }
    }
    return switch (kept.size()) {
      case 0 -> Constants.FALSE;
      case 1 -> kept.getFirst();
      default -> new Or(kept);
    };
  }

  static TypedExpression not(TypedExpression operand) {
    if (operand instanceof Constant constant) {
      return constant
          .value()
          .<TypedExpression>map(value -> Constants.bool(constant.equals(Constants.FALSE)))
          .orElse(Constants.UNKNOWN);
    }
    return operand instanceof Not not ? not.operand() : new Not(operand);
  }

  static TypedExpression isNull(TypedExpression operand, boolean negated) {
    if (operand instanceof Constant constant) {
      return Constants.bool(constant.value().isEmpty() != negated);
    }
    return operand.isNullable() ? new IsNull(operand, negated) : Constants.bool(negated);
  }

  /** IS [NOT] TRUE, FALSE, UNKNOWN; never NULL itself. */
  static TypedExpression isTruth(TypedExpression condition, Truth truth, boolean negated) {
    TypedExpression test =
        switch (truth) {
          case TRUE -> and(List.of(condition, isNull(condition, true)));
          case FALSE -> and(List.of(not(condition), isNull(condition, true)));
          case UNKNOWN -> isNull(condition, false);
        };
    return negated ? not(test) : test;
  }

  /** The condition where only true counts: unknown is as good as false. */
  static TypedExpression whereTrue(TypedExpression condition) {
    return switch (condition) {
      case And and -> and(and.operands().stream().map(Conditions::whereTrue).toList());
      case Or or -> or(or.operands().stream().map(Conditions::whereTrue).toList());
      case Constant constant when constant.value().isEmpty() -> Constants.FALSE;
      default -> condition;
    };
  }
}
