package io.gamay.query.evaluate;

import io.gamay.query.plan.ResultType;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;

/** Comparison of two single values of one type; NULL where one of them is. */
final class ComparisonExpression extends BlockExpression {

  private final int accepted;
  private final BlockExpression left;
  private final BlockExpression right;

  ComparisonExpression(ComparisonOperator operator, BlockExpression left, BlockExpression right) {
    super(ResultType.of(DataType.BOOLEAN));
    this.accepted = acceptedSigns(operator);
    this.left = left;
    this.right = right;
  }

  /** The signs of {@code compare(left, right)} that make an operator true: bit sign + 1. */
  static int acceptedSigns(ComparisonOperator operator) {
    return switch (operator) {
      case EQUAL -> 0b010;
      case NOT_EQUAL -> 0b101;
      case LESS -> 0b001;
      case LESS_OR_EQUAL -> 0b011;
      case GREATER -> 0b100;
      case GREATER_OR_EQUAL -> 0b110;
    };
  }

  @Override
  protected void compute(Block block, Vector out) {
    Vector a = left.evaluate(block);
    Vector b = right.evaluate(block);
    int count = block.count();
    out.resize(count);
    int[] signs = out.ints();
    compare(a, b, count, signs);
    for (int row = 0; row < count; row++) {
      signs[row] = accepted >> (signs[row] + 1) & 1;
    }
    for (int row = 0; row < count; row++) {
      if (a.isNull(row) || b.isNull(row)) {
        out.setNull(row);
      }
    }
  }

  private static void compare(Vector a, Vector b, int count, int[] signs) {
    switch (a.type()) {
      case INT -> {
        int[] x = a.ints();
        int[] y = b.ints();
        for (int row = 0; row < count; row++) {
          signs[row] = Integer.compare(x[row], y[row]);
        }
      }
      case LONG -> {
        long[] x = a.longs();
        long[] y = b.longs();
        for (int row = 0; row < count; row++) {
          signs[row] = Long.compare(x[row], y[row]);
        }
      }
      case FLOAT -> {
        float[] x = a.floats();
        float[] y = b.floats();
        for (int row = 0; row < count; row++) {
          signs[row] = Float.compare(x[row], y[row]);
        }
      }
      case DOUBLE -> {
        double[] x = a.doubles();
        double[] y = b.doubles();
        for (int row = 0; row < count; row++) {
          signs[row] = Double.compare(x[row], y[row]);
        }
      }
      case STRING, BYTES, BIG_DECIMAL -> {
        for (int row = 0; row < count; row++) {
          signs[row] = a.isNull(row) || b.isNull(row) ? 0 : Vector.compare(a, row, b, row);
        }
      }
    }
  }
}
