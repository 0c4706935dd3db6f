package io.gamay.query.function;

import io.gamay.segment.schema.DataType;
import java.util.Optional;

/** The one type that holds the values of two. */
final class CommonType {

  private CommonType() {}

  /** Empty if there is none. FLOAT cannot hold all of INT and LONG, so these meet in DOUBLE. */
  static Optional<DataType> of(DataType left, DataType right) {
    if (left == right) {
      return Optional.of(left);
    }
    if (isText(left) && isText(right)) {
      return Optional.of(DataType.STRING);
    }
    if (!left.isNumeric() || !right.isNumeric()) {
      return Optional.empty();
    }
    if (left == DataType.BIG_DECIMAL || right == DataType.BIG_DECIMAL) {
      return Optional.of(DataType.BIG_DECIMAL);
    }
    return Optional.of(isWhole(left) && isWhole(right) ? DataType.LONG : DataType.DOUBLE);
  }

  private static boolean isText(DataType type) {
    return type == DataType.STRING || type == DataType.JSON;
  }

  private static boolean isWhole(DataType type) {
    return type == DataType.INT || type == DataType.LONG;
  }
}
