package io.gamay.query.evaluate;

import io.gamay.query.plan.ResultType;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;

/** Whether any element of a row (a single value is its only element) passes a test. */
final class ListMatchExpression extends BlockExpression {

  private final BlockExpression operand;
  private final ElementMatcher matcher;

  ListMatchExpression(BlockExpression operand, ElementMatcher matcher) {
    super(ResultType.of(DataType.BOOLEAN));
    this.operand = operand;
    this.matcher = matcher;
  }

  @Override
  protected void compute(Block block, Vector out) {
    Vector values = operand.evaluate(block);
    matcher.start(block);
    out.resize(block.count());
    int[] flags = out.ints();
    for (int row = 0; row < block.count(); row++) {
      if (values.isNull(row) || matcher.isUnknown(row)) {
        out.setNull(row);
        continue;
      }
      boolean matched = anyMatches(values, row);
      flags[row] = matched != matcher.negated() ? 1 : 0;
      if (!matched && matcher.unknownUnlessMatched()) {
        out.setNull(row);
      }
    }
  }

  private boolean anyMatches(Vector values, int row) {
    if (!values.isList()) {
      return matcher.matches(values, row, row);
    }
    for (int value = values.listStart(row); value < values.listEnds()[row]; value++) {
      if (matcher.matches(values, value, row)) {
        return true;
      }
    }
    return false;
  }
}
