package io.gamay.query.evaluate;

import io.gamay.query.vector.Vector;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.schema.Value;

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
   * Whether two dictIds stand for values that are equal to queries: for the two zeros of a
   * floating-point column.
   */
  public static boolean hasEqualValues(DictionaryReader dictionary) {
    return switch (dictionary.storedType()) {
      case FLOAT ->
          dictionary.indexOf(new Value.FloatValue(-0.0f)) >= 0
              && dictionary.indexOf(new Value.FloatValue(0.0f)) >= 0;
      case DOUBLE ->
          dictionary.indexOf(new Value.DoubleValue(-0.0)) >= 0
              && dictionary.indexOf(new Value.DoubleValue(0.0)) >= 0;
      case INT, LONG, STRING, BYTES, BIG_DECIMAL -> false;
    };
  }
}
