package io.gamay.query.merge;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.vector.Vector;
import java.util.Base64;

/** What kinds of sketches share where they meet users: texts, values that are sketches, limits. */
final class SketchTexts {

  private SketchTexts() {}

  static void appendBase64(byte[] sketch, Vector target) {
    AggregateStates.appendText(Base64.getEncoder().encodeToString(sketch), target);
  }

  /**
   * Takes in a sketch that a column holds.
   *
   * @throws QueryException if it is none
   */
  static void takeIn(String kind, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      // The library of sketches fails in many ways on bytes that are none.
      throw new QueryException(
          QueryErrorCode.QUERY_EXECUTION,
          "a BYTES value is no %s sketch: %s".formatted(kind, e),
          e);
    }
  }

  /**
   * @throws IllegalArgumentException if the value is outside
   */
  static void requireRange(String what, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s %d is not in [%d, %d]".formatted(what, value, min, max));
    }
  }
}
