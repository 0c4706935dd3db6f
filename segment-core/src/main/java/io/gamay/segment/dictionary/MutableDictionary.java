package io.gamay.segment.dictionary;

import io.gamay.segment.memory.MemoryAccount;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.StoredType;

/**
 * The growing dictionary of one column: dictIds are given in order of first arrival. One writer;
 * readers look through a {@link MutableDictionaryView} taken by the writer before a release.
 *
 * <p>Two values are one entry if they are equal as SQL sees them: numbers in their canonical form
 * ({@link CanonicalFloats}), BIG_DECIMAL in its canonical bytes, STRING and BYTES byte by byte.
 */
public sealed interface MutableDictionary permits MutableFixedDictionary, MutableBytesDictionary {

  /** How many values are looked up together. */
  int BATCH = 512;

  static MutableDictionary of(StoredType type, MemoryAccount memory, long hashSeed) {
    return of(type, memory, hashSeed, new EncodeScratch());
  }

  /**
   * @param scratch of the writer; of no meaning between calls
   */
  static MutableDictionary of(
      StoredType type, MemoryAccount memory, long hashSeed, EncodeScratch scratch) {
    return type.isFixedWidth()
        ? new MutableFixedDictionary(type, memory, hashSeed, scratch)
        : new MutableBytesDictionary(type, memory, hashSeed, scratch);
  }

  /**
   * Finds or adds the values [fromValue, toValue) of a buffer and writes their dictIds to {@code
   * out[0, …)}.
   */
  void encode(ColumnBuffer values, int fromValue, int toValue, int[] out);

  int cardinality();

  /** Orders two entries by value, for the writer. */
  int compare(int leftId, int rightId);

  /** The entries so far. */
  MutableDictionaryView view();
}
