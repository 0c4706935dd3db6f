package io.gamay.query.merge;

import io.gamay.query.vector.Vector;

/**
 * Sketches of distinct values, which are hashed: whole numbers as LONG, floating-point numbers as
 * DOUBLE, text as UTF-8, decimals in their canonical bytes.
 */
interface HashedSketchKind<S> extends SketchKind<S> {

  /** Stands for the empty byte string, which the library would leave out. */
  byte[] EMPTY_STRING = {
    (byte) 0xff, 0x65, 0x6d, 0x70, 0x74, 0x79, (byte) 0xfe, 0x73, 0x74, 0x72, 0x69, 0x6e, 0x67
  };

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
        update(sketch, bytes.length == 0 ? EMPTY_STRING : bytes);
      }
    }
  }
}
