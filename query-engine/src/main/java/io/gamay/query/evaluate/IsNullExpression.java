package io.gamay.query.evaluate;

import io.gamay.query.plan.ResultType;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;

/** IS [NOT] NULL; never NULL itself. */
final class IsNullExpression extends BlockExpression {

  private final BlockExpression operand;
  private final boolean negated;

  IsNullExpression(BlockExpression operand, boolean negated) {
    super(ResultType.of(DataType.BOOLEAN));
    this.operand = operand;
    this.negated = negated;
  }

  @Override
  protected void compute(Block block, Vector out) {
    Vector values = operand.evaluate(block);
    out.resize(block.count());
    int[] flags = out.ints();
    for (int row = 0; row < block.count(); row++) {
      flags[row] = values.isNull(row) != negated ? 1 : 0;
    }
  }
}
