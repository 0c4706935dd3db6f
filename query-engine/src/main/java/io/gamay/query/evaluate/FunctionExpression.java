package io.gamay.query.evaluate;

import io.gamay.query.function.ScalarBody;
import io.gamay.query.function.ScalarFunction.NullRule;
import io.gamay.query.function.ScalarFunction.Resolution;
import io.gamay.query.plan.FunctionCalls;
import io.gamay.query.plan.TypedExpression.Call;
import io.gamay.query.vector.Vector;
import java.util.List;

/** A scalar function of expressions. What it was given as constants it has read already. */
final class FunctionExpression extends BlockExpression {

  private final List<BlockExpression> arguments;
  private final Vector[] vectors;
  private final boolean[] isReadOnce;
  private final boolean isStrict;
  private final ScalarBody body;
  private final ScalarBody.Watch watch;

  FunctionExpression(Call call, List<BlockExpression> arguments, ScalarBody.Watch watch) {
    super(call.type());
    this.arguments = arguments;
    this.watch = watch;
    Resolution resolution = FunctionCalls.resolution(call);
    body = resolution.bind(FunctionCalls.arguments(call.arguments()));
    isStrict = resolution.function().nullRule() != NullRule.NEVER_NULL;
    vectors = new Vector[arguments.size()];
    isReadOnce = new boolean[arguments.size()];
    for (int index = 0; index < vectors.length; index++) {
      isReadOnce[index] = resolution.isReadOnce(index);
      vectors[index] = Vector.of(call.arguments().get(index).type().element().storedType());
    }
  }

  @Override
  protected void compute(Block block, Vector out) {
    for (int index = 0; index < vectors.length; index++) {
      if (!isReadOnce[index]) {
        vectors[index] = arguments.get(index).evaluate(block);
      }
    }
    out.clear();
    out.resize(block.count());
    if (isStrict) {
      markNulls(block.count(), out);
    }
    body.apply(vectors, block.count(), out, watch);
  }

  private void markNulls(int rows, Vector out) {
    for (int index = 0; index < vectors.length; index++) {
      if (isReadOnce[index] || !vectors[index].hasNulls()) {
        continue;
      }
      for (int row = 0; row < rows; row++) {
        if (vectors[index].isNull(row)) {
          out.setNull(row);
        }
      }
    }
  }
}
