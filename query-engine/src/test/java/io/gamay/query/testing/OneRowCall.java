package io.gamay.query.testing;

import io.gamay.query.error.QueryException;
import io.gamay.query.function.ScalarFunction.NullRule;
import io.gamay.query.function.ScalarFunction.Resolution;
import io.gamay.query.merge.Cell;
import io.gamay.query.plan.FunctionCalls;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.Call;
import io.gamay.query.testing.Oracle.NoAnswer;
import io.gamay.query.vector.Vector;
import java.util.List;

/** A scalar function computed for one row, with a body that has seen no other row. */
final class OneRowCall {

  private OneRowCall() {}

  static Cell evaluate(Call call, List<Cell> arguments) {
    Resolution resolution = FunctionCalls.resolution(call);
    boolean isStrict = resolution.function().nullRule() != NullRule.NEVER_NULL;
    if (isStrict && arguments.stream().anyMatch(Cell.Null.class::isInstance)) {
      return Cell.NULL;
    }
    Vector[] vectors = new Vector[arguments.size()];
    for (int index = 0; index < vectors.length; index++) {
      vectors[index] = vector(call.arguments().get(index), arguments.get(index));
    }
    Vector out = new Vector(call.type().element().storedType(), call.type().isArray());
    out.resize(1);
    try {
      resolution.bind(FunctionCalls.arguments(call.arguments())).apply(vectors, 1, out);
    } catch (QueryException e) {
      throw new NoAnswer(String.valueOf(e.getMessage()));
    }
    if (out.isNull(0)) {
      return Cell.NULL;
    }
    return out.isList() ? new Cell.Many(out.listAt(0)) : new Cell.Single(out.valueAt(0));
  }

  private static Vector vector(TypedExpression argument, Cell cell) {
    Vector vector = new Vector(argument.type().element().storedType(), argument.type().isArray());
    switch (cell) {
      case Cell.Null() -> vector.appendNull();
      case Cell.Single(var value) -> vector.append(value);
      case Cell.Many(var values) -> vector.appendList(values);
    }
    return vector;
  }
}
