package io.gamay.query.merge;

import io.gamay.query.evaluate.Block;
import io.gamay.query.vector.Vector;

/** Copies rows of one vector into another of its type and shape. */
final class VectorRows {

  private VectorRows() {}

  /** A vector of the rows, in their order. */
  static Vector of(Vector source, int[] rows) {
    Vector out = new Vector(source.type(), source.isList());
    copy(source, rows, rows.length, out);
    return out;
  }

  /** Makes {@code out} the rows that a block names by their numbers. */
  static void copy(Vector source, Block block, Vector out) {
    boolean isPlainRun =
        block.docs().isRange()
            && !source.hasNulls()
            && !source.isList()
            && source.type().isFixedWidth();
    if (isPlainRun) {
      copyRun(source, block.docs().first(), block.count(), out);
      return;
    }
    if (!block.docs().isRange()) {
      copy(source, block.list(), block.count(), out);
      return;
    }
    out.clear();
    for (int index = 0; index < block.count(); index++) {
      out.appendRow(source, block.docId(index));
    }
  }

  private static void copyRun(Vector source, int first, int count, Vector out) {
    out.resize(count);
    switch (source.type()) {
      case INT -> System.arraycopy(source.ints(), first, out.ints(), 0, count);
      case LONG -> System.arraycopy(source.longs(), first, out.longs(), 0, count);
      case FLOAT -> System.arraycopy(source.floats(), first, out.floats(), 0, count);
      case DOUBLE -> System.arraycopy(source.doubles(), first, out.doubles(), 0, count);
      case STRING, BYTES, BIG_DECIMAL ->
          throw new IllegalArgumentException("values of varying width: " + source.type());
    }
  }

  private static void copy(Vector source, int[] rows, int count, Vector out) {
    if (source.isList() || !source.type().isFixedWidth()) {
      out.clear();
      for (int index = 0; index < count; index++) {
        out.appendRow(source, rows[index]);
      }
      return;
    }
    out.resize(count);
    copyValues(source, rows, count, out);
    if (source.hasNulls()) {
      for (int index = 0; index < count; index++) {
        if (source.isNull(rows[index])) {
          out.setNull(index);
        }
      }
    }
  }

  private static void copyValues(Vector source, int[] rows, int count, Vector out) {
    switch (source.type()) {
      case INT -> {
        int[] from = source.ints();
        int[] to = out.ints();
        for (int index = 0; index < count; index++) {
          to[index] = from[rows[index]];
        }
      }
      case LONG -> {
        long[] from = source.longs();
        long[] to = out.longs();
        for (int index = 0; index < count; index++) {
          to[index] = from[rows[index]];
        }
      }
      case FLOAT -> {
        float[] from = source.floats();
        float[] to = out.floats();
        for (int index = 0; index < count; index++) {
          to[index] = from[rows[index]];
        }
      }
      case DOUBLE -> {
        double[] from = source.doubles();
        double[] to = out.doubles();
        for (int index = 0; index < count; index++) {
          to[index] = from[rows[index]];
        }
      }
      case STRING, BYTES, BIG_DECIMAL ->
          throw new IllegalArgumentException("values of varying width: " + source.type());
    }
  }
}
