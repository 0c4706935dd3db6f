package io.gamay.query.merge;

import io.gamay.query.vector.Vector;

/**
 * Sketches of distinct values, which are hashed: whole numbers as LONG, floating-point numbers as
 * DOUBLE, text as UTF-8, decimals in their canonical bytes.
 */
interface HashedSketchKind<S> extends SketchKind<S> {

  void update(S sketch, long value);

  void update(S sketch, double value);

  /**
   * @param value not empty
   */
  void update(S sketch, byte[] value);

  @Override
  default void update(S sketch, Vector values, int value, long count, ByteScratch scratch) {
    switch (values.type()) {
      case INT -> update(sketch, (long) values.ints()[value]);
      case LONG -> update(sketch, values.longs()[value]);
      case FLOAT -> update(sketch, (double) values.floats()[value]);
      case DOUBLE -> update(sketch, values.doubles()[value]);
      case STRING, BYTES, BIG_DECIMAL -> {
        byte[] bytes = scratch.of(values.bytes(), value);
        update(sketch, bytes.length == 0 ? ByteScratch.EMPTY_STRING : bytes);
      }
    }
  }
}
