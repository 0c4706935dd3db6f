package io.gamay.segment.forward;

import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.StoredType;

/**
 * INT or LONG values in the form of {@link io.gamay.segment.format.IntegerLayout}.
 *
 * @param type INT or LONG
 */
public record IntegerValues(StoredType type, IntegersReader integers) implements NumericReader {

  @Override
  public int intAt(int index) {
    requireInt();
    return (int) integers.longAt(index);
  }

  @Override
  public long longAt(int index) {
    return integers.longAt(index);
  }

  @Override
  public float floatAt(int index) {
    throw unsupported("float");
  }

  @Override
  public double doubleAt(int index) {
    return integers.longAt(index);
  }

  @Override
  public long keyAt(int index) {
    return integers.longAt(index);
  }

  @Override
  public void readInts(DocIdBlock docs, int[] out) {
    requireInt();
    if (docs.isRange()) {
      integers.readInts(docs.first(), docs.count(), out, 0);
      return;
    }
    for (int index = 0; index < docs.count(); index++) {
      out[index] = (int) integers.longAt(docs.docIds()[index]);
    }
  }

  @Override
  public void readLongs(DocIdBlock docs, long[] out) {
    if (docs.isRange()) {
      integers.readLongs(docs.first(), docs.count(), out, 0);
      return;
    }
    for (int index = 0; index < docs.count(); index++) {
      out[index] = integers.longAt(docs.docIds()[index]);
    }
  }

  @Override
  public void readFloats(DocIdBlock docs, float[] out) {
    throw unsupported("float");
  }

  @Override
  public void readDoubles(DocIdBlock docs, double[] out) {
    if (docs.isRange()) {
      long[] values = new long[docs.count()];
      integers.readLongs(docs.first(), docs.count(), values, 0);
      for (int index = 0; index < values.length; index++) {
        out[index] = values[index];
      }
      return;
    }
    for (int index = 0; index < docs.count(); index++) {
      out[index] = integers.longAt(docs.docIds()[index]);
    }
  }

  @Override
  public void matchLongs(int first, int count, long low, long high, long[] mask) {
    integers.matchLongs(first, count, low, high, mask);
  }

  @Override
  public void matchDoubles(int first, int count, double low, double high, long[] mask) {
    DecodedBounds.matchRounded(this, first, count, low, high, mask);
  }

  private void requireInt() {
    if (type != StoredType.INT) {
      throw unsupported("int");
    }
  }
}
