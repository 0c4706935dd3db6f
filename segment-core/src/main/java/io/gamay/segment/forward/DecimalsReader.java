package io.gamay.segment.forward;

import io.gamay.segment.format.DecimalLayout;
import io.gamay.segment.format.IntegerLayout;
import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.StoredType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.function.LongToDoubleFunction;

/** FLOAT or DOUBLE values in the form of {@link DecimalLayout}. */
public final class DecimalsReader implements NumericReader {

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final StoredType type;
  private final DecimalScale scale;
  private final IntegersReader integers;
  private final MemorySegment indexes;
  private final MemorySegment bits;
  private final int exceptions;
  private final LongToDoubleFunction decode = this::decoded;

  private DecimalsReader(
      DecimalScale scale, IntegersReader integers, MemorySegment tail, int exceptions) {
    this.type = scale.type();
    this.scale = scale;
    this.integers = integers;
    this.exceptions = exceptions;
    this.indexes = tail.asSlice(0, (long) exceptions * Integer.BYTES);
    long bitsLength = (long) exceptions * Long.BYTES;
    this.bits = tail.asSlice(tail.byteSize() - bitsLength, bitsLength);
  }

  /**
   * Checks the block's sum if this is its first read, and all that its values are read by.
   *
   * @param type FLOAT or DOUBLE
   * @throws SegmentCorruptException if the block is not of its form
   */
  public static DecimalsReader of(StoredType type, MappedBlock block) {
    MemorySegment bytes = block.bytes();
    long trailer = bytes.byteSize() - DecimalLayout.TRAILER_BYTES;
    int scale = bytes.get(INT, trailer);
    int exceptions = bytes.get(INT, trailer + Integer.BYTES);
    long count = block.entry().count();
    if (scale < -DecimalLayout.MAX_SCALE || scale > DecimalLayout.MAX_SCALE) {
      throw block.malformed(trailer, "scale " + scale);
    }
    long tail = trailer - DecimalLayout.exceptionBytes(Math.max(0, exceptions));
    if (exceptions < 0 || exceptions > count || tail < IntegerLayout.fixedBytes(count)) {
      throw block.malformed(trailer, exceptions + " exceptions");
    }
    DecimalsReader reader =
        new DecimalsReader(
            new DecimalScale(type, scale),
            IntegersReader.of(block, bytes.asSlice(0, tail), count),
            bytes.asSlice(tail, trailer - tail),
            exceptions);
    int last = -1;
    for (int exception = 0; exception < exceptions; exception++) {
      int index = reader.index(exception);
      if (index <= last || index >= count) {
        throw block.malformed(tail, "exception %d at index %d".formatted(exception, index));
      }
      last = index;
    }
    return reader;
  }

  /** Digits behind the point of the values that are no exceptions. */
  public int scale() {
    return scale.scale();
  }

  @Override
  public StoredType type() {
    return type;
  }

  @Override
  public int intAt(int index) {
    throw unsupported("int");
  }

  @Override
  public long longAt(int index) {
    throw unsupported("long");
  }

  @Override
  public float floatAt(int index) {
    if (type != StoredType.FLOAT) {
      throw unsupported("float");
    }
    return (float) doubleAt(index);
  }

  @Override
  public double doubleAt(int index) {
    long integer = integers.longAt(index);
    if (exceptions > 0) {
      int exception = firstFrom(index);
      if (exception < exceptions && index(exception) == index) {
        return valueOf(exception);
      }
    }
    return decoded(integer);
  }

  @Override
  public long keyAt(int index) {
    double value = doubleAt(index);
    return type == StoredType.FLOAT
        ? NumericKeys.ofFloat((float) value)
        : NumericKeys.ofDouble(value);
  }

  @Override
  public void readInts(DocIdBlock docs, int[] out) {
    throw unsupported("int");
  }

  @Override
  public void readLongs(DocIdBlock docs, long[] out) {
    throw unsupported("long");
  }

  @Override
  public void readFloats(DocIdBlock docs, float[] out) {
    if (type != StoredType.FLOAT) {
      throw unsupported("float");
    }
    double[] values = new double[docs.count()];
    readDoubles(docs, values);
    for (int index = 0; index < values.length; index++) {
      out[index] = (float) values[index];
    }
  }

  @Override
  public void readDoubles(DocIdBlock docs, double[] out) {
    if (!docs.isRange()) {
      for (int index = 0; index < docs.count(); index++) {
        out[index] = doubleAt(docs.docIds()[index]);
      }
      return;
    }
    int first = docs.first();
    int count = docs.count();
    long[] values = new long[count];
    integers.readLongs(first, count, values, 0);
    if (scale.scale() >= 0) {
      double divisor = DecimalLayout.power(scale.scale());
      for (int index = 0; index < count; index++) {
        out[index] = values[index] / divisor;
      }
    } else {
      double factor = DecimalLayout.power(-scale.scale());
      for (int index = 0; index < count; index++) {
        out[index] = values[index] * factor;
      }
    }
    if (type == StoredType.FLOAT) {
      for (int index = 0; index < count; index++) {
        out[index] = (float) out[index];
      }
    }
    for (int exception = firstFrom(first); exception < exceptions; exception++) {
      int index = index(exception);
      if (index >= first + count) {
        return;
      }
      out[index - first] = valueOf(exception);
    }
  }

  @Override
  public void matchLongs(int first, int count, long low, long high, long[] mask) {
    throw unsupported("long");
  }

  @Override
  public void matchDoubles(int first, int count, double low, double high, long[] mask) {
    if (DecodedBounds.isEmpty(decode, low, high)) {
      integers.matchLongs(first, count, 1, 0, mask);
    } else {
      long least = DecodedBounds.least(decode, low, scale.near(low));
      long greatest = DecodedBounds.greatest(decode, high, scale.near(high));
      integers.matchLongs(first, count, least, greatest, mask);
    }
    for (int exception = firstFrom(first); exception < exceptions; exception++) {
      int index = index(exception);
      if (index >= first + count) {
        return;
      }
      double value = valueOf(exception);
      boolean isInside =
          DecodedBounds.compare(value, low) >= 0 && DecodedBounds.compare(value, high) <= 0;
      RowBits.put(mask, index - first, isInside);
    }
  }

  private double decoded(long integer) {
    double decoded = scale.decode(integer);
    return type == StoredType.FLOAT ? (float) decoded : decoded;
  }

  private int index(int exception) {
    return indexes.get(INT, (long) exception * Integer.BYTES);
  }

  private double valueOf(int exception) {
    long stored = bits.get(LONG, (long) exception * Long.BYTES);
    return type == StoredType.FLOAT
        ? Float.intBitsToFloat((int) stored)
        : Double.longBitsToDouble(stored);
  }

  /** The first exception at an index or behind it. */
  private int firstFrom(int index) {
    int low = 0;
    int high = exceptions;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (index(middle) < index) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
