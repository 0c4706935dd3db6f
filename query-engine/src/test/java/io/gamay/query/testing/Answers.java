package io.gamay.query.testing;

import io.gamay.query.merge.Cell;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Compares answers. */
public final class Answers {

  /** Of sums of absolute amounts: what rounding each of them may come to. */
  private static final double SCALE_TOLERANCE = 1e-12;

  private Answers() {}

  /**
   * Fails unless both answers have the same rows in the same order.
   *
   * @param tolerance relative, for floating-point cells
   */
  public static void requireEqual(
      String what, List<List<Cell>> expected, List<List<Cell>> actual, double tolerance) {
    requireEqual(() -> what, expected, actual, tolerance);
  }

  /** As the other, where saying what was compared takes time. */
  public static void requireEqual(
      Supplier<String> what, List<List<Cell>> expected, List<List<Cell>> actual, double tolerance) {
    requireEqual(what, expected, actual, tolerance, List.of());
  }

  /**
   * As the others.
   *
   * @param scales what floating-point cells may also be away from each other by, times 1e-12;
   *     empty: nothing
   */
  public static void requireEqual(
      Supplier<String> what,
      List<List<Cell>> expected,
      List<List<Cell>> actual,
      double tolerance,
      List<List<Cell>> scales) {
    if (expected.size() != actual.size()) {
      throw new AssertionError(
          "%s: expected %d rows, found %d%nexpected %s%nfound    %s%nonly expected %s%nonly found    %s"
              .formatted(
                  what.get(),
                  expected.size(),
                  actual.size(),
                  head(expected),
                  head(actual),
                  head(without(expected, actual)),
                  head(without(actual, expected))));
    }
    for (int row = 0; row < expected.size(); row++) {
      for (int column = 0; column < expected.get(row).size(); column++) {
        Cell wanted = expected.get(row).get(column);
        Cell found = actual.get(row).get(column);
        if (!isEqual(wanted, found, tolerance)
            && (scales.isEmpty() || !isNear(wanted, found, scales.get(row).get(column)))) {
          throw new AssertionError(
              "%s: row %d column %d: expected %s, found %s%nexpected row %s%nfound    row %s"
                  .formatted(
                      what.get(), row, column, wanted, found, expected.get(row), actual.get(row)));
        }
      }
    }
  }

  private static boolean isNear(Cell expected, Cell actual, Cell scale) {
    return expected instanceof Cell.Single(Value.DoubleValue(double x))
        && actual instanceof Cell.Single(Value.DoubleValue(double y))
        && scale instanceof Cell.Single(Value.DoubleValue(double by))
        && Math.abs(x - y) <= SCALE_TOLERANCE * Math.abs(by);
  }

  private static List<List<Cell>> without(List<List<Cell>> rows, List<List<Cell>> others) {
    Map<List<Cell>, Integer> there = new HashMap<>();
    others.forEach(row -> there.merge(row, 1, Integer::sum));
    return rows.stream().filter(row -> there.merge(row, -1, Integer::sum) < 0).toList();
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
