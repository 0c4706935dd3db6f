package io.gamay.query.plan;

import io.gamay.query.error.QueryException;
import io.gamay.query.plan.TypedExpression.Arithmetic;
import io.gamay.query.plan.TypedExpression.Comparison;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.sql.Expression.ArithmeticOperator;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import io.gamay.segment.schema.Value.BigDecimalValue;
import io.gamay.segment.schema.Value.DoubleValue;
import io.gamay.segment.schema.Value.IntValue;
import io.gamay.segment.schema.Value.LongValue;
import java.util.Optional;

/**
 * Constants, and expressions of constants alone computed while planning. What would fail is left as
 * it is: it may stand where no row comes by.
 */
final class Constants {

  static final Constant TRUE = bool(true);
  static final Constant FALSE = bool(false);

  /** NULL as a condition. */
  static final Constant UNKNOWN = ofNull(ResultType.of(DataType.BOOLEAN));

  private Constants() {}

  static Constant of(Value value, DataType type) {
    return new Constant(Optional.of(value), ResultType.of(type));
  }

  static Constant ofNull(ResultType type) {
    return new Constant(Optional.empty(), type);
  }

  static Constant bool(boolean value) {
    return of(new IntValue(value ? 1 : 0), DataType.BOOLEAN);
  }

  static boolean isNull(TypedExpression expression) {
    return expression instanceof Constant constant && constant.value().isEmpty();
  }

  /** The expression in another type; a constant at once. */
  static TypedExpression convert(TypedExpression expression, DataType target) {
    if (expression.type().element() == target) {
      return expression;
    }
    if (isNull(expression)) {
      return ofNull(ResultType.of(target));
    }
    if (expression instanceof Constant constant && constant.value().isPresent()) {
      try {
        return of(
            ValueConverter.convert(constant.value().get(), constant.type().element(), target),
            target);
      } catch (QueryException _) {
        return new TypedExpression.Convert(expression, target);
      }
    }
    return new TypedExpression.Convert(expression, target);
  }

  /** Comparison of two single values of one type. */
  static TypedExpression compare(
      ComparisonOperator operator, TypedExpression left, TypedExpression right) {
    if (left instanceof Constant(Optional<Value> a, ResultType _)
        && right instanceof Constant(Optional<Value> b, ResultType _)) {
      return a.isPresent() && b.isPresent()
          ? bool(holds(operator, compareValues(a.get(), b.get())))
          : UNKNOWN;
    }
    return new Comparison(operator, left, right);
  }

  /** 0.0 and -0.0 are one number. */
  private static int compareValues(Value left, Value right) {
    if (left instanceof DoubleValue(double a) && right instanceof DoubleValue(double b) && a == b) {
      return 0;
    }
    return left.compareTo(right);
  }

  private static boolean holds(ComparisonOperator operator, int order) {
    return switch (operator) {
      case EQUAL -> order == 0;
      case NOT_EQUAL -> order != 0;
      case LESS -> order < 0;
      case LESS_OR_EQUAL -> order <= 0;
      case GREATER -> order > 0;
      case GREATER_OR_EQUAL -> order >= 0;
    };
  }

  /** Arithmetic over two operands of the result's type. */
  static TypedExpression arithmetic(
      ArithmeticOperator operator, TypedExpression left, TypedExpression right, DataType type) {
    if (isNull(left) || isNull(right)) {
      return ofNull(ResultType.of(type));
    }
    if (left instanceof Constant(Optional<Value> a, ResultType _)
        && right instanceof Constant(Optional<Value> b, ResultType _)
        && a.isPresent()
        && b.isPresent()) {
      Optional<Value> folded = fold(operator, a.get(), b.get());
      if (folded.isPresent()) {
        return of(folded.get(), type);
      }
    }
    return new Arithmetic(operator, left, right, ResultType.of(type));
  }

  private static Optional<Value> fold(ArithmeticOperator operator, Value left, Value right) {
    try {
      if (left instanceof LongValue(long a) && right instanceof LongValue(long b)) {
        return Optional.of(new LongValue(foldLongs(operator, a, b)));
      }
      if (left instanceof DoubleValue(double a) && right instanceof DoubleValue(double b)) {
        return Optional.of(new DoubleValue(foldDoubles(operator, a, b)));
      }
      if (left instanceof BigDecimalValue a && right instanceof BigDecimalValue b) {
        return foldDecimals(operator, a, b);
      }
      return Optional.empty();
    } catch (ArithmeticException _) {
      return Optional.empty();
    }
  }

  private static long foldLongs(ArithmeticOperator operator, long left, long right) {
    return switch (operator) {
      case PLUS -> Math.addExact(left, right);
      case MINUS -> Math.subtractExact(left, right);
      case TIMES -> Math.multiplyExact(left, right);
      case DIVIDE -> Math.divideExact(left, right);
      case MODULO -> left % right;
    };
  }

  private static double foldDoubles(ArithmeticOperator operator, double left, double right) {
    return switch (operator) {
      case PLUS -> left + right;
      case MINUS -> left - right;
      case TIMES -> left * right;
      case DIVIDE -> left / right;
      case MODULO -> left % right;
    };
  }

  /** Division of decimals needs a scale and is left to the one place that chooses it. */
  private static Optional<Value> foldDecimals(
      ArithmeticOperator operator, BigDecimalValue left, BigDecimalValue right) {
    return switch (operator) {
      case PLUS -> Optional.of(new BigDecimalValue(left.value().add(right.value())));
      case MINUS -> Optional.of(new BigDecimalValue(left.value().subtract(right.value())));
      case TIMES -> Optional.of(new BigDecimalValue(left.value().multiply(right.value())));
      case DIVIDE, MODULO -> Optional.empty();
    };
  }
}
