package io.gamay.segment.read;

import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;

/** The distinct values of a column in this view, numbered [0, cardinality). Thread-safe. */
public interface DictionaryReader {

  StoredType storedType();

  int cardinality();

  /**
   * Whether dictIds are in the order of the values. Sealed dictionaries are, mutable ones are not.
   */
  boolean isSorted();

  int intAt(int dictId);

  /** INT or LONG. */
  long longAt(int dictId);

  float floatAt(int dictId);

  /** INT, LONG, FLOAT or DOUBLE. */
  double doubleAt(int dictId);

  /** Appends a STRING, BYTES or BIG_DECIMAL value to {@code out}. */
  void appendBytes(int dictId, BytesBlock out);

  /** Appends the values of neighbours: for some dictionaries much less work than one by one. */
  default void appendBytes(int firstDictId, int count, BytesBlock out) {
    for (int dictId = firstDictId; dictId < firstDictId + count; dictId++) {
      appendBytes(dictId, out);
    }
  }

  Value valueAt(int dictId);

  /**
   * The dictId of a value of the same stored type; else, if sorted, {@code -(insertion point) - 1},
   * if not, -1.
   */
  int indexOf(Value value);

  /**
   * The same object for all views of one dictionary that grows: a dictId that two of them have
   * stands for the same value in both. A dictionary that does not grow gives itself.
   */
  default Object lineage() {
    return this;
  }
}
