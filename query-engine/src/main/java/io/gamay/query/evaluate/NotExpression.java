package io.gamay.query.evaluate;

import io.gamay.query.plan.ResultType;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;

/** NOT; of NULL it is NULL. */
final class NotExpression extends BlockExpression {

  private final BlockExpression operand;

  NotExpression(BlockExpression operand) {
    super(ResultType.of(DataType.BOOLEAN));
    this.operand = operand;
  }

  @Override
  protected void compute(Block block, Vector out) {
    Vector values = operand.evaluate(block);
    int count = block.count();
    out.resize(count);
    int[] flags = out.ints();
    int[] operands = values.ints();
    for (int row = 0; row < count; row++) {
      flags[row] = operands[row] == 0 ? 1 : 0;
    }
    for (int row = 0; row < count; row++) {
      if (values.isNull(row)) {
        out.setNull(row);
      }
    }
  }
}
