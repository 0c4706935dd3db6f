package io.gamay.query.evaluate;

import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.Value;

/** The same value, or NULL, for every row. */
final class ConstantExpression extends BlockExpression {

  private final Constant constant;

  ConstantExpression(Constant constant) {
    super(constant.type());
    this.constant = constant;
  }

  /** Appends only what earlier, shorter blocks have not filled yet; more rows do no harm. */
  @Override
  protected void compute(Block block, Vector out) {
    if (constant.value().isEmpty()) {
      while (out.rowCount() < block.count()) {
        out.appendNull();
      }
      return;
    }
    Value value = constant.value().get();
    while (out.rowCount() < block.count()) {
      out.append(value);
    }
  }
}
