package io.gamay.query.wire;

import io.gamay.query.vector.Vector;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.schema.StoredType;

/**
 * Vectors as bytes: type | is list | row count | has NULLs, then a bit per row | for lists the
 * length of each | values. Integers are zigzag-coded; floating-point numbers fixed; byte strings
 * are all lengths, then all bytes.
 */
final class VectorCodec {

  private VectorCodec() {}

  static void write(WireWriter out, Vector vector) {
    out.code(vector.type());
    out.bool(vector.isList());
    out.count(vector.rowCount());
    out.bool(vector.hasNulls());
    if (vector.hasNulls()) {
      for (int row = 0; row < vector.rowCount(); row += Byte.SIZE) {
        int bits = 0;
        for (int bit = 0; bit < Byte.SIZE && row + bit < vector.rowCount(); bit++) {
          bits |= vector.isNull(row + bit) ? 1 << bit : 0;
        }
        out.tag(bits);
      }
    }
    if (vector.isList()) {
      for (int row = 0; row < vector.rowCount(); row++) {
        out.count(vector.listEnds()[row] - vector.listStart(row));
      }
    }
    writeValues(out, vector);
  }

  private static void writeValues(WireWriter out, Vector vector) {
    int count = vector.valueCount();
    switch (vector.type()) {
      case INT -> {
        for (int value = 0; value < count; value++) {
          out.signed(vector.ints()[value]);
        }
      }
      case LONG -> {
        for (int value = 0; value < count; value++) {
          out.signed(vector.longs()[value]);
        }
      }
      case FLOAT -> {
        for (int value = 0; value < count; value++) {
          out.fixedInt(Float.floatToIntBits(vector.floats()[value]));
        }
      }
      case DOUBLE -> {
        for (int value = 0; value < count; value++) {
          out.real(vector.doubles()[value]);
        }
      }
      case STRING, BYTES, BIG_DECIMAL -> writeStrings(out, vector.bytes());
    }
  }

  static void writeStrings(WireWriter out, BytesBlock strings) {
    int count = strings.count();
    for (int value = 0; value < count; value++) {
      out.count(strings.end(value) - strings.start(value));
    }
    out.raw(strings.bytes(), 0, count == 0 ? 0 : strings.end(count - 1));
  }

  static Vector read(WireReader in) {
    StoredType type = in.code(StoredType.values());
    boolean isList = in.bool();
    // Each row takes a byte at least: of its value, or of its list's length.
    int rows = in.count(1);
    boolean hasNulls = in.bool();
    byte[] nullBits = new byte[hasNulls ? (rows + Byte.SIZE - 1) / Byte.SIZE : 0];
    in.raw(nullBits, 0, nullBits.length);
    Vector vector = new Vector(type, isList);
    vector.resize(rows);
    int values = isList ? readEnds(in, vector, rows) : rows;
    vector.resizeValues(values);
    readValues(in, vector, values);
    for (int row = 0; row < rows && hasNulls; row++) {
      if ((nullBits[row >> 3] >> (row & 7) & 1) != 0) {
        vector.setNull(row);
      }
    }
    if (type == StoredType.BIG_DECIMAL) {
      requireDecimals(vector);
    }
    return vector;
  }

  private static int readEnds(WireReader in, Vector vector, int rows) {
    int end = 0;
    for (int row = 0; row < rows; row++) {
      end = Math.addExact(end, in.count(1));
      vector.listEnds()[row] = end;
    }
    in.requireRest(end);
    return end;
  }

  private static void readValues(WireReader in, Vector vector, int count) {
    switch (vector.type()) {
      case INT -> {
        for (int value = 0; value < count; value++) {
          vector.ints()[value] = in.signedInt();
        }
      }
      case LONG -> {
        for (int value = 0; value < count; value++) {
          vector.longs()[value] = in.signed();
        }
      }
      case FLOAT -> {
        for (int value = 0; value < count; value++) {
          vector.floats()[value] = Vector.canonical(Float.intBitsToFloat(in.fixedInt()));
        }
      }
      case DOUBLE -> {
        for (int value = 0; value < count; value++) {
          vector.doubles()[value] = Vector.canonical(in.real());
        }
      }
      case STRING, BYTES, BIG_DECIMAL -> readStrings(in, vector.bytes(), count);
    }
  }

  /** Appends so many byte strings. */
  static void readStrings(WireReader in, BytesBlock strings, int count) {
    in.requireRest(count);
    int[] lengths = new int[count];
    long total = 0;
    for (int value = 0; value < count; value++) {
      lengths[value] = in.count(1);
      total += lengths[value];
    }
    in.requireRest(total);
    for (int length : lengths) {
      int start = strings.append(length);
      in.raw(strings.bytes(), start, length);
    }
  }

  private static void requireDecimals(Vector vector) {
    for (int row = 0; row < vector.rowCount(); row++) {
      if (!vector.isNull(row)) {
        int from = vector.isList() ? vector.listStart(row) : row;
        int end = vector.isList() ? vector.listEnds()[row] : row + 1;
        for (int value = from; value < end; value++) {
          DecimalBytes.decode(
              vector.bytes().bytes(), vector.bytes().start(value), vector.bytes().end(value));
        }
      }
    }
  }
}
