package io.gamay.query.function;

import io.gamay.segment.schema.DataType;

/** The type of an argument or a result: one value per row, or a list of them. */
public record ArgumentType(DataType element, boolean isArray) {

  public static ArgumentType of(DataType type) {
    return new ArgumentType(type, false);
  }

  public static ArgumentType arrayOf(DataType type) {
    return new ArgumentType(type, true);
  }

  @Override
  public String toString() {
    return isArray ? element + "_ARRAY" : element.toString();
  }
}
