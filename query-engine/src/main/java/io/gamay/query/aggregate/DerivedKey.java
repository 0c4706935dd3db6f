package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.explain.Amount;
import io.gamay.query.explain.Clause;
import io.gamay.query.merge.GroupKey;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.vector.ValueNumbering;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.DocIdBlock;
import java.util.List;
import java.util.Optional;

/**
 * An expression over columns with dictionaries, evaluated once for each combination of their
 * values: its digits number what came out, 0 is NULL.
 */
final class DerivedKey implements DenseKey {

  private final Combinations combinations;

  /** Per combination the digit of the expression's value. */
  private final int[] digitOf;

  private final ValueNumbering values;
  private final int[] digits = new int[DocIdBlock.MAX_DOCS];

  private DerivedKey(Combinations combinations, int[] digitOf, ValueNumbering values) {
    this.combinations = combinations;
    this.digitOf = digitOf;
    this.values = values;
  }

  /** Empty for lists, and where there are many combinations or one may fail. */
  static Optional<DenseKey> of(
      TypedExpression expression, SegmentLeaves leaves, DenseColumns columns) {
    if (expression.type().isArray()) {
      return Optional.empty();
    }
    return Combinations.of(List.of(expression), leaves, columns)
        .map(combinations -> of(expression, combinations));
  }

  private static DenseKey of(TypedExpression expression, Combinations combinations) {
    Vector all = combinations.evaluate(expression);
    ValueNumbering values = new ValueNumbering(all.type());
    int[] digitOf = new int[all.rowCount()];
    for (int row = 0; row < digitOf.length; row++) {
      digitOf[row] = all.isNull(row) ? 0 : 1 + values.number(all, row);
    }
    return new DerivedKey(combinations, digitOf, values);
  }

  @Override
  public int digits() {
    return values.count() + 1;
  }

  @Override
  public int[] of(Block block) {
    int[] combination = combinations.of(block);
    int count = block.count();
    for (int row = 0; row < count; row++) {
      digits[row] = digitOf[combination[row]];
    }
    return digits;
  }

  @Override
  public GroupKey key(int[] groupDigits) {
    return new GroupKey.Values(values(values, groupDigits));
  }

  /** The values of digits, 0 being NULL. */
  static Vector values(ValueNumbering numbering, int[] digits) {
    Vector found = Vector.of(numbering.type());
    for (int digit : digits) {
      if (digit == 0) {
        found.appendNull();
      } else {
        numbering.appendTo(found, digit - 1);
      }
    }
    return found;
  }

  @Override
  public long sizeBytes() {
    return 4L * (digitOf.length + digits.length) + values.sizeBytes();
  }

  @Override
  public Clause how() {
    return Clause.of(
        "key computed once for each of {} combinations of dictIds", Amount.each(digitOf.length));
  }
}
