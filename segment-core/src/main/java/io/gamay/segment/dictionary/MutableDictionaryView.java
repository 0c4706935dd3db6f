package io.gamay.segment.dictionary;

import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.row.ColumnBuffer;

/** The first entries of a {@link MutableDictionary}; does not change. Thread-safe. */
public sealed interface MutableDictionaryView extends DictionaryReader
    permits MutableFixedDictionaryView, MutableBytesDictionaryView {

  /** The dictId of the smallest value, -1 when there is none. */
  int minId();

  /** The dictId of the largest value, -1 when there is none. */
  int maxId();

  /** The first {@code cardinality} of these entries. */
  MutableDictionaryView upTo(int cardinality);

  /** Appends an entry's value to a buffer of the same stored type. */
  void appendTo(int dictId, ColumnBuffer out);

  @Override
  default boolean isSorted() {
    return false;
  }
}
