package io.gamay.query.merge;

import io.gamay.query.vector.Vector;

/** Numbers of any type as DOUBLE. */
final class Reals {

  private Reals() {}

  /** The number at a value index. */
  static double at(Vector values, int value) {
    return switch (values.type()) {
      case INT -> values.ints()[value];
      case LONG -> (double) values.longs()[value];
      case FLOAT -> values.floats()[value];
      case DOUBLE -> values.doubles()[value];
      case BIG_DECIMAL -> values.decimalAt(value).doubleValue();
      case STRING, BYTES -> throw new IllegalStateException("number of " + values.type());
    };
  }
}
