package io.gamay.segment.dictionary;

import io.gamay.segment.read.DictionaryReader;

/**
 * The dictionary of a sealed column: dictIds follow the order of the values ({@link
 * io.gamay.segment.schema.Value#compareTo}). Immutable and thread-safe; valid while the segment is
 * open.
 */
public sealed interface SortedDictionary extends DictionaryReader
    permits SortedNumericDictionary, SortedBytesDictionary {

  @Override
  default boolean isSorted() {
    return true;
  }
}
