package io.gamay.query.function;

import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A value that a filter within a text is asked about. */
interface FilterValue {

  /** What literals are compared as. */
  enum Domain {
    /** String, by code points. */
    TEXT,
    /** BigDecimal. */
    NUMBER,
    /** Double in canonical form; NaN is the greatest. */
    REAL;

    int compare(Object left, Object right) {
      return switch (this) {
        case TEXT -> compareTexts((String) left, (String) right);
        case NUMBER -> ((BigDecimal) left).compareTo((BigDecimal) right);
        case REAL -> Double.compare((Double) left, (Double) right);
      };
    }

    private static int compareTexts(String left, String right) {
      return Arrays.compareUnsigned(
          left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The value in a domain, of that domain's class; Java null: it has none there. */
  @Nullable Object in(Domain domain);

  String text();

  /**
   * A literal as it is compared.
   *
   * @param value of the domain's class
   */
  record Literal(Domain domain, Object value) {}

  /** Reads literals for values of one kind. */
  @FunctionalInterface
  interface LiteralReader {
    /**
     * @param literal INT, LONG, DOUBLE, BIG_DECIMAL, STRING or BYTES; BOOLEAN as the text true or
     *     false
     */
    Literal read(Value literal);
  }
}
