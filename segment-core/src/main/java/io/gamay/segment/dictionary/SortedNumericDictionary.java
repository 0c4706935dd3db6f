package io.gamay.segment.dictionary;

import io.gamay.segment.forward.NumericKeys;
import io.gamay.segment.forward.NumericReader;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;

/** Distinct INT, LONG, FLOAT or DOUBLE values, ascending. */
public final class SortedNumericDictionary implements SortedDictionary {

  private final StoredType type;
  private final NumericReader values;
  private final int cardinality;

  public SortedNumericDictionary(StoredType type, NumericReader values, int cardinality) {
    this.type = type;
    this.values = values;
    this.cardinality = cardinality;
  }

  @Override
  public StoredType storedType() {
    return type;
  }

  @Override
  public int cardinality() {
    return cardinality;
  }

  @Override
  public int intAt(int dictId) {
    return values.intAt(dictId);
  }

  @Override
  public long longAt(int dictId) {
    return values.longAt(dictId);
  }

  @Override
  public float floatAt(int dictId) {
    return values.floatAt(dictId);
  }

  @Override
  public double doubleAt(int dictId) {
    return values.doubleAt(dictId);
  }

  @Override
  public void appendBytes(int dictId, BytesBlock out) {
    throw new UnsupportedOperationException("%s does not read as bytes".formatted(type));
  }

  @Override
  public Value valueAt(int dictId) {
    return values.valueAt(dictId);
  }

  @Override
  public int indexOf(Value value) {
    if (value.storedType() != type) {
      throw new IllegalArgumentException(
          "cannot look up %s among %s".formatted(value.storedType(), type));
    }
    long key = NumericKeys.ofValue(value);
    int low = 0;
    int high = cardinality - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long found = values.keyAt(middle);
      if (found == key) {
        return middle;
      }
      if (found < key) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -low - 1;
  }
}
