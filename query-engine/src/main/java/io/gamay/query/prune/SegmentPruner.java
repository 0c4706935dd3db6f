package io.gamay.query.prune;

import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.And;
import io.gamay.query.plan.TypedExpression.AnyBetween;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.Comparison;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.plan.TypedExpression.InSet;
import io.gamay.query.plan.TypedExpression.Not;
import io.gamay.query.plan.TypedExpression.Or;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import io.gamay.query.prune.ColumnBounds.Bounds;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import java.util.List;
import java.util.Optional;

/**
 * Tells from bounds alone what a filter can be for the rows behind them. Bounds that are wider than
 * the values make it know less, never wrong.
 */
public final class SegmentPruner {

  /** What a filter can be for some row; all three when nothing is known. */
  public record Possible(boolean isTrue, boolean isFalse, boolean isNull) {

    private static final Possible ANYTHING = new Possible(true, true, true);

    /** Whether every row passes. */
    public boolean onlyTrue() {
      return isTrue && !isFalse && !isNull;
    }
  }

  private SegmentPruner() {}

  /** Whether a row can pass the filter. */
  public static boolean canMatch(Optional<TypedExpression> filter, ColumnBounds bounds) {
    return filter.isEmpty() || possible(filter.get(), bounds).isTrue();
  }

  /**
   * Why no row passes a filter: its first condition that none can meet. Empty if one can pass.
   *
   * @param schema tells what columns are for
   */
  public static Optional<PruneReason> whyNot(
      TypedExpression filter, ColumnBounds bounds, TableSchema schema) {
    if (filter instanceof And and) {
      return and.operands().stream()
          .map(operand -> whyNot(operand, bounds, schema))
          .flatMap(Optional::stream)
          .findFirst();
    }
    AskedBounds asked = new AskedBounds(bounds, schema);
    return possible(filter, asked).isTrue()
        ? Optional.empty()
        : Optional.of(new PruneReason(filter, asked.kind(), asked.only()));
  }

  /** What a boolean expression can be. */
  public static Possible possible(TypedExpression expression, ColumnBounds bounds) {
    return switch (expression) {
      case And and -> all(and.operands(), bounds);
      case Or or -> any(or.operands(), bounds);
      case Not not -> {
        Possible operand = possible(not.operand(), bounds);
        yield new Possible(operand.isFalse(), operand.isTrue(), operand.isNull());
      }
      case Comparison comparison -> comparison(comparison, bounds);
      case InSet set -> set(set, bounds);
      case AnyBetween between -> between(between, bounds);
      case Constant constant -> constant(constant);
      case TypedExpression _ -> Possible.ANYTHING;
    };
  }

  private static Possible all(List<TypedExpression> operands, ColumnBounds bounds) {
    boolean isTrue = true;
    boolean isFalse = false;
    boolean isNull = false;
    for (TypedExpression operand : operands) {
      Possible possible = possible(operand, bounds);
      isTrue &= possible.isTrue();
      isFalse |= possible.isFalse();
      isNull |= possible.isNull();
    }
    return new Possible(isTrue, isFalse, isNull);
  }

  private static Possible any(List<TypedExpression> operands, ColumnBounds bounds) {
    boolean isTrue = false;
    boolean isFalse = true;
    boolean isNull = false;
    for (TypedExpression operand : operands) {
      Possible possible = possible(operand, bounds);
      if (possible.onlyTrue()) {
        return possible;
      }
      isTrue |= possible.isTrue();
      isFalse &= possible.isFalse();
      isNull |= possible.isNull();
    }
    return new Possible(isTrue, isFalse, isNull);
  }

  private static Possible constant(Constant constant) {
    if (constant.value().isEmpty()) {
      return new Possible(false, false, true);
    }
    boolean isTrue = constant.value().get() instanceof Value.IntValue(int flag) && flag != 0;
    return new Possible(isTrue, !isTrue, false);
  }

  private static Possible comparison(Comparison comparison, ColumnBounds bounds) {
    if (comparison.right() instanceof Constant(Optional<Value> value, var _)) {
      return comparison(comparison.operator(), comparison.left(), value, bounds);
    }
    if (comparison.left() instanceof Constant(Optional<Value> value, var _)) {
      return comparison(mirrored(comparison.operator()), comparison.right(), value, bounds);
    }
    return Possible.ANYTHING;
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

  private static Possible comparison(
      ComparisonOperator operator,
      TypedExpression operand,
      Optional<Value> constant,
      ColumnBounds bounds) {
    if (constant.isEmpty()) {
      return new Possible(false, false, true);
    }
    Value value = Vector.canonical(constant.get());
    Optional<Bounds> known = boundsOf(operand, value, bounds);
    if (known.isEmpty()) {
      return Possible.ANYTHING;
    }
    int min = known.get().min().compareTo(value);
    int max = known.get().max().compareTo(value);
    boolean isNull = operand.isNullable();
    boolean isAbsent =
        isEquality(operator) && min <= 0 && max >= 0 && isAbsent(operand, value, bounds);
    if (isAbsent) {
      return new Possible(
          operator == ComparisonOperator.NOT_EQUAL, operator == ComparisonOperator.EQUAL, isNull);
    }
    return switch (operator) {
      case EQUAL -> new Possible(min <= 0 && max >= 0, min != 0 || max != 0, isNull);
      case NOT_EQUAL -> new Possible(min != 0 || max != 0, min <= 0 && max >= 0, isNull);
      case LESS -> new Possible(min < 0, max >= 0, isNull);
      case LESS_OR_EQUAL -> new Possible(min <= 0, max > 0, isNull);
      case GREATER -> new Possible(max > 0, min <= 0, isNull);
      case GREATER_OR_EQUAL -> new Possible(max >= 0, min < 0, isNull);
    };
  }

  private static boolean isEquality(ComparisonOperator operator) {
    return operator == ComparisonOperator.EQUAL || operator == ComparisonOperator.NOT_EQUAL;
  }

  /** Whether no row holds a value, though it lies within the bounds. */
  private static boolean isAbsent(TypedExpression operand, Value value, ColumnBounds bounds) {
    return operand instanceof ColumnReference column
        && !bounds.mightContain(column.column(), value);
  }

  private static Possible set(InSet set, ColumnBounds bounds) {
    boolean matches = false;
    boolean misses = true;
    for (Value value : set.values()) {
      Possible equal =
          comparison(ComparisonOperator.EQUAL, set.operand(), Optional.of(value), bounds);
      matches |= equal.isTrue();
      misses &= equal.isFalse();
    }
    boolean isNull = set.isNullable();
    boolean notMatched = misses && !set.hasNull();
    return set.negated()
        ? new Possible(notMatched, matches, isNull)
        : new Possible(matches, notMatched, isNull);
  }

  private static Possible between(AnyBetween between, ColumnBounds bounds) {
    Possible aboveLow =
        comparison(
            new Comparison(ComparisonOperator.GREATER_OR_EQUAL, between.operand(), between.low()),
            bounds);
    Possible belowHigh =
        comparison(
            new Comparison(ComparisonOperator.LESS_OR_EQUAL, between.operand(), between.high()),
            bounds);
    boolean matches = aboveLow.isTrue() && belowHigh.isTrue();
    boolean misses = aboveLow.isFalse() || belowHigh.isFalse();
    return between.negated()
        ? new Possible(misses, matches, between.isNullable())
        : new Possible(matches, misses, between.isNullable());
  }

  /** Bounds of a bare column, in canonical form; none if they are of another type than a value. */
  private static Optional<Bounds> boundsOf(
      TypedExpression operand, Value value, ColumnBounds bounds) {
    Optional<Bounds> known =
        switch (operand) {
          case ColumnReference column -> bounds.bounds(column.column());
          case VirtualColumn column -> bounds.bounds(column.kind().columnName());
          case TypedExpression _ -> Optional.empty();
        };
    return known
        .map(b -> new Bounds(Vector.canonical(b.min()), Vector.canonical(b.max())))
        .filter(b -> b.min().storedType() == value.storedType());
  }
}
