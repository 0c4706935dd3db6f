package io.gamay.segment.dictionary;

import io.gamay.segment.format.SegmentFileWriter;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.schema.Value;
import java.io.IOException;
import java.util.BitSet;
import java.util.Optional;

/**
 * The values that a column really uses as a sorted dictionary, whatever numbers they had before.
 * Holds their order, and writes them when asked. One thread.
 */
public abstract sealed class SortedDictionaryWriter
    permits SortedNumericDictionaryWriter, SortedBytesDictionaryWriter {

  private final Remap remap;

  SortedDictionaryWriter(Remap remap) {
    this.remap = remap;
  }

  /**
   * What a dictionary became.
   *
   * @param cardinality distinct values
   * @param newIds by old dictId; of no meaning for dictIds that no row uses
   * @param min empty when there are no values
   */
  public record Remap(int cardinality, int[] newIds, Optional<Value> min, Optional<Value> max) {

    static final Remap EMPTY = new Remap(0, new int[0], Optional.empty(), Optional.empty());
  }

  /**
   * Sorts.
   *
   * @param used old dictIds that occur in a row
   */
  public static SortedDictionaryWriter of(DictionaryReader values, BitSet used) {
    int[] usedIds = new int[used.cardinality()];
    for (int index = 0, dictId = used.nextSetBit(0); dictId >= 0; index++) {
      usedIds[index] = dictId;
      dictId = used.nextSetBit(dictId + 1);
    }
    return values.storedType().isFixedWidth()
        ? SortedNumericDictionaryWriter.sorted(values, usedIds)
        : SortedBytesDictionaryWriter.sorted(values, usedIds);
  }

  public Remap remap() {
    return remap;
  }

  /** Writes the dictionary's blocks as a format version has them. */
  public abstract void write(SegmentFileWriter file, int column, int formatVersion)
      throws IOException;

  /** Bytes of the values by new dictId; empty for values of fixed width. */
  public abstract Optional<int[]> lengths();

  /** About as many bytes as {@link #write} writes in the newest format version. */
  public abstract long sizeBytes() throws IOException;
}
