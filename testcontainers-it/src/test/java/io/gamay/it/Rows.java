package io.gamay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Compares a broker's rows with those of another database. */
final class Rows {
  private static final double RELATIVE = 1e-12;

  private Rows() {}

  /** Fails unless both have the same rows in the same order; doubles may differ by rounding. */
  static void requireEqual(List<List<JsonNode>> found, List<List<Object>> expected) {
    assertThat(found).as("rows of %s", expected).hasSameSizeAs(expected);
    for (int row = 0; row < expected.size(); row++) {
      assertThat(found.get(row)).hasSameSizeAs(expected.get(row));
      for (int column = 0; column < expected.get(row).size(); column++) {
        requireEqual(
            found.get(row).get(column),
            expected.get(row).get(column),
            "row %d, column %d of %s against %s".formatted(row, column, found, expected));
      }
    }
  }

  private static void requireEqual(JsonNode found, Object expected, String place) {
    switch (expected) {
      case Double real ->
          assertThat(found.asDouble()).as(place).isCloseTo(real, within(Math.abs(real) * RELATIVE));
      case Number exact ->
          assertThat(new BigDecimal(found.asString()))
              .as(place)
              .isEqualByComparingTo(new BigDecimal(exact.toString()));
      default -> assertThat(found.asString()).as(place).isEqualTo(expected.toString());
    }
  }
}
