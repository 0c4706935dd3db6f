package io.gamay.query.plan;

import io.gamay.segment.schema.DataType;

/** The type of an expression's values: one of a {@link DataType}, or a list of them. */
public record ResultType(DataType element, boolean isArray) {

  public static ResultType of(DataType type) {
    return new ResultType(type, false);
  }

  public static ResultType arrayOf(DataType type) {
    return new ResultType(type, true);
  }

  /** The name in an answer's {@code columnDataTypes}: LONG, STRING_ARRAY, ... */
  public String displayName() {
    return isArray ? element.name() + "_ARRAY" : element.name();
  }
}
