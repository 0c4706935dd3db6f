package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.BlockExpression;
import io.gamay.query.evaluate.ExpressionCompiler;
import io.gamay.query.explain.Amount;
import io.gamay.query.explain.Clause;
import io.gamay.query.merge.GroupKey;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.vector.ValueNumbering;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.DocIdBlock;
import java.util.Optional;

/**
 * An expression of few distinct values, which it is hoped to be: digits number them as they are
 * met, 0 is NULL. Rows with the value of the row before, as where time is cut into hours, are found
 * without a look into the numbers.
 */
final class NumberedKey implements DenseKey {

  private static final int MOST = 4096;

  private final BlockExpression expression;
  private final ValueNumbering values;
  private final int[] digits = new int[DocIdBlock.MAX_DOCS];

  private NumberedKey(BlockExpression expression, ValueNumbering values) {
    this.expression = expression;
    this.values = values;
  }

  static Optional<DenseKey> of(TypedExpression expression, ExpressionCompiler compiler) {
    if (expression.type().isArray()) {
      return Optional.empty();
    }
    return Optional.of(
        new NumberedKey(
            compiler.compile(expression),
            new ValueNumbering(expression.type().element().storedType())));
  }

  @Override
  public int digits() {
    return MOST;
  }

  @Override
  public int[] of(Block block) {
    Vector found = expression.evaluate(block);
    int count = block.count();
    switch (found.type()) {
      case LONG -> {
        if (found.hasNulls()) {
          number(found, count);
        } else {
          numberLongs(found, count);
        }
      }
      case INT, FLOAT, DOUBLE, STRING, BYTES, BIG_DECIMAL -> number(found, count);
    }
    if (values.count() >= MOST) {
      throw new DenseOverflow();
    }
    return digits;
  }

  private void number(Vector found, int count) {
    for (int row = 0; row < count; row++) {
      digits[row] = found.isNull(row) ? 0 : 1 + values.number(found, row);
    }
  }

  private void numberLongs(Vector found, int count) {
    long[] longs = found.longs();
    long last = 0;
    int digit = 0;
    for (int row = 0; row < count; row++) {
      if (digit == 0 || longs[row] != last) {
        last = longs[row];
        digit = 1 + values.number(found, row);
      }
      digits[row] = digit;
    }
  }

  @Override
  public GroupKey key(int[] groupDigits) {
    return new GroupKey.Values(DerivedKey.values(values, groupDigits));
  }

  @Override
  public long sizeBytes() {
    return 4L * digits.length + values.sizeBytes();
  }

  @Override
  public Clause how() {
    return Clause.of(
        "key computed for each row, its values numbered as they are met: room for {}",
        Amount.each(MOST));
  }
}
