package io.gamay.query.evaluate;

import io.gamay.query.plan.TypedExpression.InSet;
import io.gamay.query.plan.TypedExpression.Like;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.query.vector.ValueNumbering;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;

/** The test that one element of a row must pass for the row to match. One thread. */
abstract class ElementMatcher {

  private final boolean negated;
  private final boolean unknownUnlessMatched;

  /**
   * @param negated whether the predicate is true where no element matches
   * @param unknownUnlessMatched whether NULL was among what an element is compared with
   */
  private ElementMatcher(boolean negated, boolean unknownUnlessMatched) {
    this.negated = negated;
    this.unknownUnlessMatched = unknownUnlessMatched;
  }

  boolean negated() {
    return negated;
  }

  boolean unknownUnlessMatched() {
    return unknownUnlessMatched;
  }

  /** To be called before the elements of a block are matched. */
  void start(Block block) {}

  /** Whether what the row's elements are compared with is NULL. */
  boolean isUnknown(int row) {
    return false;
  }

  /**
   * @param value index of the element
   * @param row index of its row
   */
  abstract boolean matches(Vector elements, int value, int row);

  static ElementMatcher ofComparison(
      ComparisonOperator operator, BlockExpression right, StoredType type) {
    boolean negated = operator == ComparisonOperator.NOT_EQUAL;
    int accepted =
        ComparisonExpression.acceptedSigns(negated ? ComparisonOperator.EQUAL : operator);
    return new ElementMatcher(negated, false) {
      private Vector bounds = Vector.of(type);

      @Override
      void start(Block block) {
        bounds = right.evaluate(block);
      }

      @Override
      boolean isUnknown(int row) {
        return bounds.isNull(row);
      }

      @Override
      boolean matches(Vector elements, int value, int row) {
        return (accepted >> (Vector.compare(elements, value, bounds, row) + 1) & 1) != 0;
      }
    };
  }

  static ElementMatcher ofBetween(
      BlockExpression low, BlockExpression high, StoredType type, boolean negated) {
    return new ElementMatcher(negated, false) {
      private Vector lows = Vector.of(type);
      private Vector highs = Vector.of(type);

      @Override
      void start(Block block) {
        lows = low.evaluate(block);
        highs = high.evaluate(block);
      }

      @Override
      boolean isUnknown(int row) {
        return lows.isNull(row) || highs.isNull(row);
      }

      @Override
      boolean matches(Vector elements, int value, int row) {
        return Vector.compare(elements, value, lows, row) >= 0
            && Vector.compare(elements, value, highs, row) <= 0;
      }
    };
  }

  static ElementMatcher ofSet(InSet set) {
    StoredType type = set.operand().type().element().storedType();
    ValueNumbering members = new ValueNumbering(type);
    Vector values = Vector.of(type);
    for (Value value : set.values()) {
      values.append(value);
      members.number(values, values.rowCount() - 1);
    }
    return new ElementMatcher(set.negated(), set.hasNull()) {
      @Override
      boolean matches(Vector elements, int value, int row) {
        return members.indexOf(elements, value) >= 0;
      }
    };
  }

  static ElementMatcher ofLike(Like like) {
    LikeMatcher matcher = new LikeMatcher(like.pattern(), like.escape(), like.caseInsensitive());
    return new ElementMatcher(like.negated(), false) {
      @Override
      boolean matches(Vector elements, int value, int row) {
        return matcher.matches(
            elements.bytes().bytes(), elements.bytes().start(value), elements.bytes().end(value));
      }
    };
  }
}
