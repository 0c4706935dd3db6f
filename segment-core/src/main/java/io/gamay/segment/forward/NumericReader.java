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

  default Value valueAt(int index) {
    return NumericKeys.toValue(type(), keyAt(index));
  }

  default UnsupportedOperationException unsupported(String as) {
    return new UnsupportedOperationException("%s does not read as %s".formatted(type(), as));
  }
}
