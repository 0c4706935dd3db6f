package io.gamay.segment.dictionary;

import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.DictionaryReader;

/**
 * The dictionary of a sealed column: dictIds follow the order of the values ({@link
 * io.gamay.segment.schema.Value#compareTo}). Immutable and thread-safe; valid while the segment is
 * open.
 */
public sealed interface SortedDictionary extends DictionaryReader
    permits SortedNumericDictionary, SortedBytesDictionary, FrontCodedDictionary {

  @Override
  default boolean isSorted() {
    return true;
  }

  /** Appends the values of {@code dictIds[0, count)}. */
  default void appendBytes(int[] dictIds, int count, BytesBlock out) {
    for (int index = 0; index < count; index++) {
      appendBytes(dictIds[index], out);
    }
  }
}
