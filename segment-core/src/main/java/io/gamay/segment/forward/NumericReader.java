package io.gamay.segment.forward;

import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;

/**
 * Numbers by index, in whatever form they are stored. Each method fits the stored types that {@link
 * io.gamay.segment.read.ColumnReader} names for it; others throw {@link
 * UnsupportedOperationException}. Immutable and thread-safe; valid while the segment is open.
 */
public sealed interface NumericReader permits FixedReader, IntegerValues, DecimalsReader {

  StoredType type();

  int intAt(int index);

  long longAt(int index);

  float floatAt(int index);

  double doubleAt(int index);

  /** The value as a key of {@link NumericKeys}. */
  long keyAt(int index);

  void readInts(DocIdBlock docs, int[] out);

  void readLongs(DocIdBlock docs, long[] out);

  void readFloats(DocIdBlock docs, float[] out);

  void readDoubles(DocIdBlock docs, double[] out);

  /**
   * Tells which of the values [first, first + count) are in [low, high].
   *
   * @param mask receives one bit per value in its first {@code ceil(count / 64)} words
   */
  void matchLongs(int first, int count, long low, long high, long[] mask);

  /**
   * The same for doubles; -0.0 and 0.0 are equal, NaN is the largest.
   *
   * @param mask as above
   */
  void matchDoubles(int first, int count, double low, double high, long[] mask);

  default Value valueAt(int index) {
    return NumericKeys.toValue(type(), keyAt(index));
  }

  default UnsupportedOperationException unsupported(String as) {
    return new UnsupportedOperationException("%s does not read as %s".formatted(type(), as));
  }
}
