package io.gamay.query.plan;

import io.gamay.query.error.QueryException;
import io.gamay.query.plan.TypedExpression.AnyBetween;
import io.gamay.query.plan.TypedExpression.Comparison;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.plan.TypedExpression.InSet;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.query.sql.Expression.Truth;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import io.gamay.segment.schema.Value.BigDecimalValue;
import io.gamay.segment.schema.Value.DoubleValue;
import io.gamay.segment.schema.Value.FloatValue;
import io.gamay.segment.schema.Value.IntValue;
import io.gamay.segment.schema.Value.LongValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Comparisons between operands of different types. Against a constant the operand keeps its type
 * and the constant takes it, exactly: {@code intColumn > 1.5} is {@code intColumn > 1}, a constant
 * beyond the type's range decides for every row. So an index or a dictionary can answer.
 */
final class Comparisons {

  private Comparisons() {}

  static TypedExpression compare(
      ComparisonOperator operator, TypedExpression left, TypedExpression right) {
    if (Constants.isNull(left) || Constants.isNull(right)) {
      return Constants.UNKNOWN;
    }
    if (left.type().isArray() && right.type().isArray()) {
      throw Refusals.invalid("cannot compare two multi-value expressions");
    }
    boolean isReversed =
        right.type().isArray()
            || (left instanceof Constant && !(right instanceof Constant))
            || areTextAndOther(left, right);
    if (isReversed) {
      return compare(mirrored(operator), right, left);
    }
    if (right instanceof Constant(Optional<Value> value, ResultType type) && value.isPresent()) {
      return compareWithConstant(operator, left, value.get(), type.element());
    }
    DataType common = Types.comparable(left.type().element(), right.type().element());
    return Constants.compare(
        operator, Constants.convert(left, common), Constants.convert(right, common));
  }

  /** IS DISTINCT FROM: whether they differ, where NULL is a value like others. Never NULL. */
  static TypedExpression distinct(TypedExpression left, TypedExpression right) {
    TypedExpression equal = compare(ComparisonOperator.EQUAL, left, right);
    TypedExpression bothNull =
        Conditions.and(List.of(Conditions.isNull(left, false), Conditions.isNull(right, false)));
    return Conditions.not(
        Conditions.or(List.of(Conditions.isTruth(equal, Truth.TRUE, false), bothNull)));
  }

  /** Of two constants the one that is not text says what text means. */
  private static boolean areTextAndOther(TypedExpression left, TypedExpression right) {
    return left instanceof Constant
        && right instanceof Constant
        && Types.isText(left.type().element())
        && !Types.isText(right.type().element());
  }

  static TypedExpression between(
      TypedExpression operand, TypedExpression low, TypedExpression high, boolean negated) {
    if (operand.type().isArray()) {
      return anyBetween(operand, low, high, negated);
    }
    TypedExpression between =
        Conditions.and(
            List.of(
                compare(ComparisonOperator.GREATER_OR_EQUAL, operand, low),
                compare(ComparisonOperator.LESS_OR_EQUAL, operand, high)));
    return negated ? Conditions.not(between) : between;
  }

  private static TypedExpression anyBetween(
      TypedExpression operand, TypedExpression low, TypedExpression high, boolean negated) {
    if (low.type().isArray() || high.type().isArray()) {
      throw Refusals.invalid("cannot compare two multi-value expressions");
    }
    if (Constants.isNull(low) || Constants.isNull(high)) {
      return Constants.UNKNOWN;
    }
    DataType type = commonWithBound(commonWithBound(operand.type().element(), low), high);
    return new AnyBetween(
        Constants.convert(operand, type),
        Constants.convert(low, type),
        Constants.convert(high, type),
        negated);
  }

  /** The type itself if a constant bound is as good in it, else one that holds both. */
  private static DataType commonWithBound(DataType type, TypedExpression bound) {
    if (bound instanceof Constant(Optional<Value> value, ResultType boundType)
        && value.isPresent()) {
      Optional<Value> equal = equalValue(type, value.get(), boundType.element());
      if (equal.isPresent()) {
        return type;
      }
    }
    return Types.comparable(type, bound.type().element());
  }

  /** Constants become a set; what is not constant is compared one by one. */
  static TypedExpression in(TypedExpression operand, List<TypedExpression> list, boolean negated) {
    if (Constants.isNull(operand)) {
      return Constants.UNKNOWN;
    }
    Set<Value> values = new LinkedHashSet<>();
    boolean hasNull = false;
    var others = new ArrayList<TypedExpression>();
    for (TypedExpression item : list) {
      if (!(item instanceof Constant(Optional<Value> value, ResultType type))) {
        others.add(compare(ComparisonOperator.EQUAL, operand, item));
      } else if (value.isEmpty()) {
        hasNull = true;
      } else {
        equalValue(operand.type().element(), value.get(), type.element()).ifPresent(values::add);
      }
    }
    if (others.isEmpty()) {
      return inSet(operand, List.copyOf(values), hasNull, negated);
    }
    others.addFirst(inSet(operand, List.copyOf(values), hasNull, false));
    TypedExpression any = Conditions.or(others);
    return negated ? Conditions.not(any) : any;
  }

  private static TypedExpression inSet(
      TypedExpression operand, List<Value> values, boolean hasNull, boolean negated) {
    if (values.isEmpty()) {
      return hasNull ? Constants.UNKNOWN : always(negated, operand);
    }
    if (operand instanceof Constant constant && constant.value().isPresent()) {
      boolean isMember = values.contains(constant.value().get());
      return isMember || !hasNull ? Constants.bool(isMember != negated) : Constants.UNKNOWN;
    }
    if (values.size() == 1 && !hasNull) {
      return new Comparison(
          negated ? ComparisonOperator.NOT_EQUAL : ComparisonOperator.EQUAL,
          operand,
          Constants.of(values.getFirst(), operand.type().element()));
    }
    return new InSet(operand, values, hasNull, negated);
  }

  /** The one value of a type that equals a constant of another, if any does. */
  private static Optional<Value> equalValue(DataType type, Value constant, DataType constantType) {
    TypedExpression probe =
        compareWithConstant(
            ComparisonOperator.EQUAL,
            new TypedExpression.KeyReference(0, ResultType.of(type), false),
            constant,
            constantType);
    return probe instanceof Comparison comparison
            && comparison.right() instanceof Constant equal
            && comparison.right().type().element() == type
        ? equal.value()
        : Optional.empty();
  }

  private static TypedExpression compareWithConstant(
      ComparisonOperator operator, TypedExpression operand, Value value, DataType valueType) {
    DataType type = operand.type().element();
    return switch (type) {
      case INT ->
          integral(operator, operand, value, valueType, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case LONG -> integral(operator, operand, value, valueType, Long.MIN_VALUE, Long.MAX_VALUE);
      case BOOLEAN -> {
        Value flag = value;
        DataType flagType = valueType;
        if (valueType == DataType.STRING) {
          flag = convert(value, valueType, DataType.BOOLEAN);
          flagType = DataType.BOOLEAN;
        }
        yield integral(operator, operand, flag, flagType, 0, 1);
      }
      case TIMESTAMP -> {
        if (valueType == DataType.STRING) {
          yield with(operator, operand, convert(value, valueType, DataType.TIMESTAMP));
        }
        yield integral(operator, operand, value, valueType, Long.MIN_VALUE, Long.MAX_VALUE);
      }
      case FLOAT -> floating(operator, operand, value, valueType);
      case DOUBLE, BIG_DECIMAL -> {
        requireNumber(value, valueType, type);
        yield isFinite(value) || type == DataType.DOUBLE
            ? with(operator, operand, convert(value, valueType, type))
            : inDoubles(operator, operand, value, valueType);
      }
      case STRING, JSON -> {
        if (valueType == DataType.BYTES) {
          throw incomparable(type, valueType);
        }
        yield with(operator, operand, convert(value, valueType, type));
      }
      case BYTES -> {
        if (valueType != DataType.STRING && valueType != DataType.BYTES) {
          throw incomparable(type, valueType);
        }
        yield with(operator, operand, convert(value, valueType, type));
      }
    };
  }

  /** A type of whole numbers in [min, max] against any number. */
  private static TypedExpression integral(
      ComparisonOperator operator,
      TypedExpression operand,
      Value value,
      DataType valueType,
      long min,
      long max) {
    requireNumber(value, valueType, operand.type().element());
    if (!isFinite(value)) {
      return inDoubles(operator, operand, value, valueType);
    }
    BigDecimal exact = exactNumber(value, valueType, operand.type().element());
    if (exact.compareTo(BigDecimal.valueOf(max)) > 0) {
      return beyond(operator, operand, true);
    }
    if (exact.compareTo(BigDecimal.valueOf(min)) < 0) {
      return beyond(operator, operand, false);
    }
    BigDecimal floor = exact.setScale(0, RoundingMode.FLOOR);
    Value bound = whole(floor.longValueExact(), operand.type().element());
    if (floor.compareTo(exact) == 0) {
      return with(operator, operand, bound);
    }
    return switch (operator) {
      case EQUAL -> always(false, operand);
      case NOT_EQUAL -> always(true, operand);
      case LESS, LESS_OR_EQUAL -> with(ComparisonOperator.LESS_OR_EQUAL, operand, bound);
      case GREATER, GREATER_OR_EQUAL -> with(ComparisonOperator.GREATER, operand, bound);
    };
  }

  private static Value whole(long number, DataType type) {
    return switch (type) {
      case LONG, TIMESTAMP -> new LongValue(number);
      default -> new IntValue((int) number);
    };
  }

  /** FLOAT against a number as FLOAT, so that a column's 0.1 equals 0.1. */
  private static TypedExpression floating(
      ComparisonOperator operator, TypedExpression operand, Value value, DataType valueType) {
    requireNumber(value, valueType, DataType.FLOAT);
    FloatValue near = (FloatValue) convert(value, valueType, DataType.FLOAT);
    if (!isFinite(value) || Float.isFinite(near.value())) {
      return with(operator, operand, near);
    }
    boolean isAbove = near.value() > 0;
    Value largest = new FloatValue(isAbove ? Float.MAX_VALUE : -Float.MAX_VALUE);
    return switch (operator) {
      case EQUAL -> always(false, operand);
      case NOT_EQUAL -> always(true, operand);
      case LESS, LESS_OR_EQUAL ->
          with(
              isAbove ? ComparisonOperator.LESS_OR_EQUAL : ComparisonOperator.LESS,
              operand,
              largest);
      case GREATER, GREATER_OR_EQUAL ->
          with(
              isAbove ? ComparisonOperator.GREATER : ComparisonOperator.GREATER_OR_EQUAL,
              operand,
              largest);
    };
  }

  /** Against a constant above or below all values of the type. */
  private static TypedExpression beyond(
      ComparisonOperator operator, TypedExpression operand, boolean isAbove) {
    return switch (operator) {
      case EQUAL -> always(false, operand);
      case NOT_EQUAL -> always(true, operand);
      case LESS, LESS_OR_EQUAL -> always(isAbove, operand);
      case GREATER, GREATER_OR_EQUAL -> always(!isAbove, operand);
    };
  }

  /** The same answer for every value, but unknown for NULL. */
  private static TypedExpression always(boolean answer, TypedExpression operand) {
    if (!operand.isNullable()) {
      return Constants.bool(answer);
    }
    return answer
        ? Conditions.or(List.of(Conditions.isNull(operand, true), Constants.UNKNOWN))
        : Conditions.and(List.of(Conditions.isNull(operand, false), Constants.UNKNOWN));
  }

  private static TypedExpression with(
      ComparisonOperator operator, TypedExpression operand, Value value) {
    return Constants.compare(operator, operand, Constants.of(value, operand.type().element()));
  }

  /** NaN and infinities, that only DOUBLE knows. */
  private static TypedExpression inDoubles(
      ComparisonOperator operator, TypedExpression operand, Value value, DataType valueType) {
    return Constants.compare(
        operator,
        Constants.convert(operand, DataType.DOUBLE),
        Constants.of(convert(value, valueType, DataType.DOUBLE), DataType.DOUBLE));
  }

  private static boolean isFinite(Value value) {
    return switch (value) {
      case DoubleValue(double number) -> Double.isFinite(number);
      case FloatValue(float number) -> Float.isFinite(number);
      default -> true;
    };
  }

  private static void requireNumber(Value value, DataType valueType, DataType type) {
    if (valueType == DataType.BYTES || valueType == DataType.JSON) {
      throw incomparable(type, valueType);
    }
    if (valueType == DataType.STRING) {
      number(value, valueType, type);
    }
  }

  /** The very number: a DOUBLE beyond 2^53 is not the shortest decimal that stands for it. */
  private static BigDecimal exactNumber(Value value, DataType valueType, DataType type) {
    return switch (value) {
      case DoubleValue(double number) -> new BigDecimal(number);
      case FloatValue(float number) -> new BigDecimal(number);
      default -> number(value, valueType, type);
    };
  }

  private static BigDecimal number(Value value, DataType valueType, DataType type) {
    try {
      return ((BigDecimalValue) convert(value, valueType, DataType.BIG_DECIMAL)).value();
    } catch (QueryException e) {
      throw new QueryException(
          e.code(),
          "cannot compare %s with %s '%s'"
              .formatted(type, valueType, ValueConverter.text(value, valueType)),
          e);
    }
  }

  private static Value convert(Value value, DataType from, DataType to) {
    return ValueConverter.convert(value, from, to);
  }

  private static QueryException incomparable(DataType left, DataType right) {
    return Refusals.invalid("cannot compare %s with %s".formatted(left, right));
  }

  private static ComparisonOperator mirrored(ComparisonOperator operator) {
    return switch (operator) {
      case EQUAL, NOT_EQUAL -> operator;
      case LESS -> ComparisonOperator.GREATER;
      case LESS_OR_EQUAL -> ComparisonOperator.GREATER_OR_EQUAL;
      case GREATER -> ComparisonOperator.LESS;
      case GREATER_OR_EQUAL -> ComparisonOperator.LESS_OR_EQUAL;
    };
  }
}
