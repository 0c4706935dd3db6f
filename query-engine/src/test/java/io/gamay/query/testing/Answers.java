package io.gamay.query.testing;

import io.gamay.query.merge.Cell;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.util.List;

/** Compares answers. */
public final class Answers {

  private Answers() {}

  /**
   * Fails unless both answers have the same rows in the same order.
   *
   * @param tolerance relative, for floating-point cells
   */
  public static void requireEqual(
      String what, List<List<Cell>> expected, List<List<Cell>> actual, double tolerance) {
    if (expected.size() != actual.size()) {
      throw new AssertionError(
          "%s: expected %d rows, found %d%nexpected %s%nfound    %s"
              .formatted(what, expected.size(), actual.size(), head(expected), head(actual)));
    }
    for (int row = 0; row < expected.size(); row++) {
      for (int column = 0; column < expected.get(row).size(); column++) {
        Cell wanted = expected.get(row).get(column);
        Cell found = actual.get(row).get(column);
        if (!isEqual(wanted, found, tolerance)) {
          throw new AssertionError(
              "%s: row %d column %d: expected %s, found %s%nexpected row %s%nfound    row %s"
                  .formatted(what, row, column, wanted, found, expected.get(row), actual.get(row)));
        }
      }
    }
  }

  private static List<List<Cell>> head(List<List<Cell>> rows) {
    return rows.subList(0, Math.min(5, rows.size()));
  }

  private static boolean isEqual(Cell expected, Cell actual, double tolerance) {
    if (expected.equals(actual)) {
      return true;
    }
    if (!(expected instanceof Cell.Single(Value a)) || !(actual instanceof Cell.Single(Value b))) {
      return false;
    }
    return switch (a) {
      case Value.DoubleValue(double x) when b instanceof Value.DoubleValue(double y) ->
          isNear(x, y, tolerance);
      case Value.FloatValue(float x) when b instanceof Value.FloatValue(float y) ->
          isNear(x, y, tolerance);
      case Value.BigDecimalValue(BigDecimal x) when b instanceof Value.BigDecimalValue(var y) ->
          tolerance > 1e-12 && isNear(x.doubleValue(), y.doubleValue(), tolerance);
      case Value _ -> false;
    };
  }

  private static boolean isNear(double x, double y, double tolerance) {
    return Math.abs(x - y) <= tolerance * Math.max(1e-3, Math.max(Math.abs(x), Math.abs(y)));
  }
}
