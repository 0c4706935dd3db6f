package io.gamay.segment.forward;

import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.StoredType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Plain values of 4 or 8 bytes, one behind the other, little-endian. Each method fits the stored
 * types that {@link io.gamay.segment.read.ColumnReader} names for it. Immutable and thread-safe;
 * valid while the segment is open.
 */
public final class FixedReader implements NumericReader {

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final StoredType type;
  private final MemorySegment values;

  private FixedReader(StoredType type, MemorySegment values) {
    this.type = type;
    this.values = values;
  }

  /** Checks the block's sum if this is its first read. */
  public static FixedReader of(StoredType type, MappedBlock block) {
    return new FixedReader(type, block.bytes());
  }

  @Override
  public StoredType type() {
    return type;
  }

  @Override
  public int intAt(int index) {
    return switch (type) {
      case INT -> values.getAtIndex(INT, index);
      case LONG, FLOAT, DOUBLE, STRING, BYTES, BIG_DECIMAL -> throw unsupported("int");
    };
  }

  @Override
  public long longAt(int index) {
    return switch (type) {
      case INT -> values.getAtIndex(INT, index);
      case LONG -> values.getAtIndex(LONG, index);
      case FLOAT, DOUBLE, STRING, BYTES, BIG_DECIMAL -> throw unsupported("long");
    };
  }

  @Override
  public float floatAt(int index) {
    return switch (type) {
      case FLOAT -> values.getAtIndex(FLOAT, index);
      case INT, LONG, DOUBLE, STRING, BYTES, BIG_DECIMAL -> throw unsupported("float");
    };
  }

  @Override
  public double doubleAt(int index) {
    return switch (type) {
      case INT -> values.getAtIndex(INT, index);
      case LONG -> values.getAtIndex(LONG, index);
      case FLOAT -> values.getAtIndex(FLOAT, index);
      case DOUBLE -> values.getAtIndex(DOUBLE, index);
      case STRING, BYTES, BIG_DECIMAL -> throw unsupported("double");
    };
  }

  @Override
  public long keyAt(int index) {
    return switch (type) {
      case INT -> values.getAtIndex(INT, index);
      case LONG -> values.getAtIndex(LONG, index);
      case FLOAT -> NumericKeys.ofFloat(values.getAtIndex(FLOAT, index));
      case DOUBLE -> NumericKeys.ofDouble(values.getAtIndex(DOUBLE, index));
      case STRING, BYTES, BIG_DECIMAL -> throw unsupported("numeric key");
    };
  }

  @Override
  public void readInts(DocIdBlock docs, int[] out) {
    if (type != StoredType.INT) {
      throw unsupported("int");
    }
    if (docs.isRange()) {
      MemorySegment.copy(values, INT, 4L * docs.first(), out, 0, docs.count());
      return;
    }
    for (int index = 0; index < docs.count(); index++) {
      out[index] = values.getAtIndex(INT, docs.docIds()[index]);
    }
  }

  @Override
  public void readLongs(DocIdBlock docs, long[] out) {
    if (type == StoredType.LONG && docs.isRange()) {
      MemorySegment.copy(values, LONG, 8L * docs.first(), out, 0, docs.count());
      return;
    }
    for (int index = 0; index < docs.count(); index++) {
      out[index] = longAt(docs.docId(index));
    }
  }

  @Override
  public void readFloats(DocIdBlock docs, float[] out) {
    if (type != StoredType.FLOAT) {
      throw unsupported("float");
    }
    if (docs.isRange()) {
      MemorySegment.copy(values, FLOAT, 4L * docs.first(), out, 0, docs.count());
      return;
    }
    for (int index = 0; index < docs.count(); index++) {
      out[index] = values.getAtIndex(FLOAT, docs.docIds()[index]);
    }
  }

  @Override
  public void readDoubles(DocIdBlock docs, double[] out) {
    if (type == StoredType.DOUBLE && docs.isRange()) {
      MemorySegment.copy(values, DOUBLE, 8L * docs.first(), out, 0, docs.count());
      return;
    }
    for (int index = 0; index < docs.count(); index++) {
      out[index] = doubleAt(docs.docId(index));
    }
  }
}
