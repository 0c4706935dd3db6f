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

  /** Bytes of a STRING, BYTES or BIG_DECIMAL entry. */
  int byteLength(int dictId);

  /** Bytes of the shortest STRING, BYTES or BIG_DECIMAL entry; 0 when there is none. */
  int shortestBytes();

  /** Bytes of the longest STRING, BYTES or BIG_DECIMAL entry; 0 when there is none. */
  int longestBytes();

  /** The first {@code cardinality} of these entries. */
  MutableDictionaryView upTo(int cardinality);

  /** Appends an entry's value to a buffer of the same stored type. */
  void appendTo(int dictId, ColumnBuffer out);

  @Override
  default boolean isSorted() {
    return false;
  }
}
