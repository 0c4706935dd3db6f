package io.gamay.segment.forward;

import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.StoredType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

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
  public void matchLongs(int first, int count, long low, long high, long[] mask) {
    checkRun(first, count);
    switch (type) {
      case INT -> matchInts(first, count, low, high, mask);
      case LONG -> matchLongsOnly(first, count, low, high, mask);
      case FLOAT, DOUBLE, STRING, BYTES, BIG_DECIMAL -> throw unsupported("long");
    }
  }

  @Override
  public void matchDoubles(int first, int count, double low, double high, long[] mask) {
    checkRun(first, count);
    long lowKey = NumericKeys.ofDouble(low);
    long highKey = NumericKeys.ofDouble(high);
    switch (type) {
      case INT, LONG -> DecodedBounds.matchRounded(this, first, count, low, high, mask);
      case FLOAT -> matchFloats(first, count, lowKey, highKey, mask);
      case DOUBLE -> matchDoublesOnly(first, count, lowKey, highKey, mask);
      case STRING, BYTES, BIG_DECIMAL -> throw unsupported("double");
    }
  }

  private void matchInts(int first, int count, long low, long high, long[] mask) {
    for (int done = 0; done < count; done += Long.SIZE) {
      int end = Math.min(done + Long.SIZE, count);
      long word = 0;
      for (int row = done; row < end; row++) {
        word |= isInside(values.getAtIndex(INT, first + row), low, high) << row;
      }
      mask[done >>> 6] = word;
    }
  }

  private void matchLongsOnly(int first, int count, long low, long high, long[] mask) {
    for (int done = 0; done < count; done += Long.SIZE) {
      int end = Math.min(done + Long.SIZE, count);
      long word = 0;
      for (int row = done; row < end; row++) {
        word |= isInside(values.getAtIndex(LONG, first + row), low, high) << row;
      }
      mask[done >>> 6] = word;
    }
  }

  /** Bounds are keys of doubles. */
  private void matchFloats(int first, int count, long low, long high, long[] mask) {
    for (int done = 0; done < count; done += Long.SIZE) {
      int end = Math.min(done + Long.SIZE, count);
      long word = 0;
      for (int row = done; row < end; row++) {
        long key = NumericKeys.ofDouble(values.getAtIndex(FLOAT, first + row));
        word |= isInside(key, low, high) << row;
      }
      mask[done >>> 6] = word;
    }
  }

  /** Bounds are keys. */
  private void matchDoublesOnly(int first, int count, long low, long high, long[] mask) {
    for (int done = 0; done < count; done += Long.SIZE) {
      int end = Math.min(done + Long.SIZE, count);
      long word = 0;
      for (int row = done; row < end; row++) {
        long key = NumericKeys.ofDouble(values.getAtIndex(DOUBLE, first + row));
        word |= isInside(key, low, high) << row;
      }
      mask[done >>> 6] = word;
    }
  }

  /** 1 or 0. */
  private static long isInside(long value, long low, long high) {
    return (value >= low ? 1L : 0L) & (value <= high ? 1L : 0L);
  }

  private void checkRun(int first, int count) {
    Objects.checkFromIndexSize(first, count, values.byteSize() / type.widthBytes());
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
