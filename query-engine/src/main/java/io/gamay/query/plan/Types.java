package io.gamay.query.plan;

import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.segment.schema.DataType;
import java.util.Optional;

/** The type in which values of two types meet. */
final class Types {

  private Types() {}

  /** For comparisons: numbers with numbers, TIMESTAMP and BOOLEAN as numbers with numbers. */
  static DataType comparable(DataType left, DataType right) {
    if (left == right) {
      return left;
    }
    if (isText(left) && isText(right)) {
      return DataType.STRING;
    }
    if (isNumberLike(left) && isNumberLike(right)) {
      return wider(asNumber(left), asNumber(right));
    }
    throw Refusals.invalid("cannot compare %s with %s: write a CAST".formatted(left, right));
  }

  /** For the results of CASE: one type for all; empty if there is none. */
  static Optional<DataType> common(DataType left, DataType right) {
    if (left == right) {
      return Optional.of(left);
    }
    if (isText(left) && isText(right)) {
      return Optional.of(DataType.STRING);
    }
    return left.isNumeric() && right.isNumeric()
        ? Optional.of(wider(left, right))
        : Optional.empty();
  }

  /**
   * The type of sums, differences and so on: whole numbers are LONG, in the Pinot dialect DOUBLE.
   */
  static DataType arithmetic(DataType left, DataType right, Dialect dialect) {
    DataType wider = wider(asNumber(left), asNumber(right));
    return switch (wider) {
      case INT, LONG -> dialect == Dialect.PINOT ? DataType.DOUBLE : DataType.LONG;
      case FLOAT -> DataType.DOUBLE;
      default -> wider;
    };
  }

  static boolean isNumberLike(DataType type) {
    return type.isNumeric() || type == DataType.BOOLEAN || type == DataType.TIMESTAMP;
  }

  /** BOOLEAN counts 0 and 1, TIMESTAMP counts milliseconds. */
  static DataType asNumber(DataType type) {
    return switch (type) {
      case BOOLEAN -> DataType.INT;
      case TIMESTAMP -> DataType.LONG;
      default -> type;
    };
  }

  static boolean isText(DataType type) {
    return type == DataType.STRING || type == DataType.JSON;
  }

  /** FLOAT cannot hold all of INT and LONG, so these meet in DOUBLE. */
  private static DataType wider(DataType left, DataType right) {
    if (left == right) {
      return left;
    }
    if (left == DataType.BIG_DECIMAL || right == DataType.BIG_DECIMAL) {
      return DataType.BIG_DECIMAL;
    }
    return isWhole(left) && isWhole(right) ? DataType.LONG : DataType.DOUBLE;
  }

  private static boolean isWhole(DataType type) {
    return type == DataType.INT || type == DataType.LONG;
  }
}
