package io.gamay.segment.dictionary;

import io.gamay.segment.forward.VariableReader;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.lang.foreign.MemorySegment;

/** Distinct STRING, BYTES or BIG_DECIMAL values, ascending, one behind the other. */
public final class SortedBytesDictionary implements SortedDictionary {

  private final StoredType type;
  private final VariableReader values;
  private final int cardinality;

  public SortedBytesDictionary(StoredType type, VariableReader values, int cardinality) {
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
    throw notNumeric();
  }

  @Override
  public long longAt(int dictId) {
    throw notNumeric();
  }

  @Override
  public float floatAt(int dictId) {
    throw notNumeric();
  }

  @Override
  public double doubleAt(int dictId) {
    throw notNumeric();
  }

  @Override
  public void appendBytes(int dictId, BytesBlock out) {
    values.append(dictId, out);
  }

  @Override
  public Value valueAt(int dictId) {
    return StoredBytes.toValue(type, values.get(dictId));
  }

  @Override
  public int indexOf(Value value) {
    if (value.storedType() != type) {
      throw new IllegalArgumentException(
          "cannot look up %s among %s".formatted(value.storedType(), type));
    }
    MemorySegment sought = MemorySegment.ofArray(StoredBytes.ofValue(value));
    int low = 0;
    int high = cardinality - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = StoredBytes.compare(type, values.slice(middle), sought);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -low - 1;
  }

  private UnsupportedOperationException notNumeric() {
    return new UnsupportedOperationException("%s does not read as a number".formatted(type));
  }
}
