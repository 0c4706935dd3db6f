package io.gamay.query.evaluate;

import io.gamay.query.vector.Vector;
import io.gamay.segment.read.DictionaryReader;

/** Values of a column's dictionary as vectors. */
public final class DictionaryValues {

  private DictionaryValues() {}

  /** One row for each of dictIds [0, count). */
  public static Vector read(DictionaryReader dictionary, int[] dictIds, int count) {
    Vector values = Vector.of(dictionary.storedType());
    values.resize(count);
    ColumnExpression.decode(dictionary, dictIds, count, values);
    return values;
  }

  /**
   * Whether two dictIds may stand for values that are equal to queries: floating-point columns may
   * hold both zeros and several forms of NaN.
   */
  public static boolean mayHoldEqualValues(DictionaryReader dictionary) {
    return switch (dictionary.storedType()) {
      case FLOAT, DOUBLE -> true;
      case INT, LONG, STRING, BYTES, BIG_DECIMAL -> false;
    };
  }
}
