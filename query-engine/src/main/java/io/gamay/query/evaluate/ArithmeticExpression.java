package io.gamay.query.evaluate;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.plan.ResultType;
import io.gamay.query.sql.Expression.ArithmeticOperator;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.BigDecimalCodec;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Arithmetic on operands of the result's type. Integers: exact; overflow and division by zero fail
 * the query; division truncates, a remainder has the sign of the dividend. FLOAT and DOUBLE: IEEE
 * 754. BIG_DECIMAL: exact, quotients to 34 digits. What stands in rows that are NULL never fails.
 */
final class ArithmeticExpression extends BlockExpression {

  /** Digits that a sum of decimals may need beyond those of its operands. */
  private static final int MAX_SCALE_DISTANCE = 10_000;

  private final ArithmeticOperator operator;
  private final BlockExpression left;
  private final BlockExpression right;

  ArithmeticExpression(
      ArithmeticOperator operator, ResultType type, BlockExpression left, BlockExpression right) {
    super(type);
    this.operator = operator;
    this.left = left;
    this.right = right;
  }

  @Override
  protected void compute(Block block, Vector out) {
    Vector a = left.evaluate(block);
    Vector b = right.evaluate(block);
    int count = block.count();
    out.clear();
    out.resize(count);
    for (int row = 0; row < count; row++) {
      if (a.isNull(row) || b.isNull(row)) {
        out.setNull(row);
      }
    }
    switch (out.type()) {
      case INT -> ints(a.ints(), b.ints(), out, count);
      case LONG -> longs(a.longs(), b.longs(), out, count);
      case FLOAT -> floats(a.floats(), b.floats(), out.floats(), count);
      case DOUBLE -> doubles(a.doubles(), b.doubles(), out.doubles(), count);
      case BIG_DECIMAL -> decimals(a, b, out, count);
      case STRING, BYTES ->
          throw new QueryException(
              QueryErrorCode.QUERY_EXECUTION, "no arithmetic on " + out.type());
    }
  }

  private void ints(int[] a, int[] b, Vector out, int count) {
    int[] result = out.ints();
    switch (operator) {
      case PLUS -> {
        for (int row = 0; row < count; row++) {
          long exact = (long) a[row] + b[row];
          result[row] = (int) exact;
          if (exact != (int) exact) {
            fail(out, row, a[row], b[row]);
          }
        }
      }
      case MINUS -> {
        for (int row = 0; row < count; row++) {
          long exact = (long) a[row] - b[row];
          result[row] = (int) exact;
          if (exact != (int) exact) {
            fail(out, row, a[row], b[row]);
          }
        }
      }
      case TIMES -> {
        for (int row = 0; row < count; row++) {
          long exact = (long) a[row] * b[row];
          result[row] = (int) exact;
          if (exact != (int) exact) {
            fail(out, row, a[row], b[row]);
          }
        }
      }
      case DIVIDE -> {
        for (int row = 0; row < count; row++) {
          boolean fails = b[row] == 0 || (a[row] == Integer.MIN_VALUE && b[row] == -1);
          result[row] = fails ? 0 : a[row] / b[row];
          if (fails) {
            fail(out, row, a[row], b[row]);
          }
        }
      }
      case MODULO -> {
        for (int row = 0; row < count; row++) {
          result[row] = b[row] == 0 ? 0 : a[row] % b[row];
          if (b[row] == 0) {
            fail(out, row, a[row], 0);
          }
        }
      }
    }
  }

  private void longs(long[] a, long[] b, Vector out, int count) {
    long[] result = out.longs();
    switch (operator) {
      case PLUS -> {
        for (int row = 0; row < count; row++) {
          long x = a[row];
          long y = b[row];
          long sum = x + y;
          result[row] = sum;
          if (((x ^ sum) & (y ^ sum)) < 0) {
            fail(out, row, x, y);
          }
        }
      }
      case MINUS -> {
        for (int row = 0; row < count; row++) {
          long x = a[row];
          long y = b[row];
          long difference = x - y;
          result[row] = difference;
          if (((x ^ y) & (x ^ difference)) < 0) {
            fail(out, row, x, y);
          }
        }
      }
      case TIMES -> {
        for (int row = 0; row < count; row++) {
          long low = a[row] * b[row];
          result[row] = low;
          if (Math.multiplyHigh(a[row], b[row]) != low >> 63) {
            fail(out, row, a[row], b[row]);
          }
        }
      }
      case DIVIDE -> {
        for (int row = 0; row < count; row++) {
          boolean fails = b[row] == 0 || (a[row] == Long.MIN_VALUE && b[row] == -1);
          result[row] = fails ? 0 : a[row] / b[row];
          if (fails) {
            fail(out, row, a[row], b[row]);
          }
        }
      }
      case MODULO -> {
        for (int row = 0; row < count; row++) {
          result[row] = b[row] == 0 ? 0 : a[row] % b[row];
          if (b[row] == 0) {
            fail(out, row, a[row], 0);
          }
        }
      }
    }
  }

  private void fail(Vector out, int row, long a, long b) {
    if (out.isNull(row)) {
      return;
    }
    boolean byZero =
        b == 0 && (operator == ArithmeticOperator.DIVIDE || operator == ArithmeticOperator.MODULO);
    throw new QueryException(
        QueryErrorCode.QUERY_EXECUTION,
        byZero
            ? "division by zero: %d %s 0".formatted(a, symbol())
            : "%s overflow: %d %s %d".formatted(out.type(), a, symbol(), b));
  }

  private String symbol() {
    return switch (operator) {
      case PLUS -> "+";
      case MINUS -> "-";
      case TIMES -> "*";
      case DIVIDE -> "/";
      case MODULO -> "%";
    };
  }

  private void floats(float[] a, float[] b, float[] result, int count) {
    for (int row = 0; row < count; row++) {
      result[row] =
          Vector.canonical(
              switch (operator) {
                case PLUS -> a[row] + b[row];
                case MINUS -> a[row] - b[row];
                case TIMES -> a[row] * b[row];
                case DIVIDE -> a[row] / b[row];
                case MODULO -> a[row] % b[row];
              });
    }
  }

  private void doubles(double[] a, double[] b, double[] result, int count) {
    for (int row = 0; row < count; row++) {
      result[row] =
          Vector.canonical(
              switch (operator) {
                case PLUS -> a[row] + b[row];
                case MINUS -> a[row] - b[row];
                case TIMES -> a[row] * b[row];
                case DIVIDE -> a[row] / b[row];
                case MODULO -> a[row] % b[row];
              });
    }
  }

  private void decimals(Vector a, Vector b, Vector out, int count) {
    for (int row = 0; row < count; row++) {
      byte[] encoded =
          out.isNull(row)
              ? new byte[0]
              : BigDecimalCodec.encode(decimal(a.decimalAt(row), b.decimalAt(row)));
      int start = out.bytes().append(encoded.length);
      System.arraycopy(encoded, 0, out.bytes().bytes(), start, encoded.length);
    }
  }

  private BigDecimal decimal(BigDecimal a, BigDecimal b) {
    boolean divides =
        operator == ArithmeticOperator.DIVIDE || operator == ArithmeticOperator.MODULO;
    if (divides && b.signum() == 0) {
      throw new QueryException(
          QueryErrorCode.QUERY_EXECUTION, "division by zero: %s %s 0".formatted(a, symbol()));
    }
    boolean spreads = operator != ArithmeticOperator.TIMES && operator != ArithmeticOperator.DIVIDE;
    if (spreads && Math.abs((long) a.scale() - b.scale()) > MAX_SCALE_DISTANCE) {
      throw new QueryException(
          QueryErrorCode.QUERY_EXECUTION,
          "BIG_DECIMAL operands too far apart: %s %s %s".formatted(a, symbol(), b));
    }
    return switch (operator) {
      case PLUS -> a.add(b);
      case MINUS -> a.subtract(b);
      case TIMES -> a.multiply(b);
      case DIVIDE -> a.divide(b, MathContext.DECIMAL128);
      case MODULO -> a.remainder(b);
    };
  }
}
