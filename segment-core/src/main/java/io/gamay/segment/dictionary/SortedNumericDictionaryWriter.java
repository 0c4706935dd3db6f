package io.gamay.segment.dictionary;

import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.SegmentFileWriter;
import io.gamay.segment.forward.NumericForm;
import io.gamay.segment.forward.NumericKeys;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.schema.StoredType;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/** INT, LONG, FLOAT and DOUBLE values. */
final class SortedNumericDictionaryWriter extends SortedDictionaryWriter {

  private final StoredType type;

  /** Keys of {@link NumericKeys}, ascending. */
  private final long[] keys;

  private SortedNumericDictionaryWriter(StoredType type, long[] keys, Remap remap) {
    super(remap);
    this.type = type;
    this.keys = keys;
  }

  static SortedNumericDictionaryWriter sorted(DictionaryReader values, int[] usedIds) {
    StoredType type = values.storedType();
    if (usedIds.length == 0) {
      return new SortedNumericDictionaryWriter(type, new long[0], Remap.EMPTY);
    }
    long[] keys = keysOf(values, usedIds);
    int[] newIds = new int[usedIds[usedIds.length - 1] + 1];
    long[] distinct = number(keys, usedIds, newIds);
    return new SortedNumericDictionaryWriter(
        type,
        distinct,
        new Remap(
            distinct.length,
            newIds,
            Optional.of(NumericKeys.toValue(type, distinct[0])),
            Optional.of(NumericKeys.toValue(type, distinct[distinct.length - 1]))));
  }

  @Override
  public void write(SegmentFileWriter file, int column, int formatVersion) throws IOException {
    NumericForm form = formatVersion == 1 ? NumericForm.plain(type, keys.length) : form();
    form.write(
        action -> action.accept(keys, keys.length), file, column, BlockKind.DICTIONARY_VALUES);
  }

  @Override
  public Optional<int[]> lengths() {
    return Optional.empty();
  }

  @Override
  public long sizeBytes() throws IOException {
    return form().lengthBytes();
  }

  private NumericForm form() throws IOException {
    long[] sample = keys;
    if (keys.length > NumericForm.SAMPLE_VALUES) {
      sample = new long[NumericForm.SAMPLE_VALUES];
      for (int index = 0; index < sample.length; index++) {
        sample[index] = keys[(int) ((long) index * keys.length / sample.length)];
      }
    }
    return NumericForm.choose(
        type, keys.length, sample, action -> action.accept(keys, keys.length));
  }

  private static long[] keysOf(DictionaryReader values, int[] dictIds) {
    long[] keys = new long[dictIds.length];
    switch (values.storedType()) {
      case INT -> {
        for (int index = 0; index < keys.length; index++) {
          keys[index] = values.intAt(dictIds[index]);
        }
      }
      case LONG -> {
        for (int index = 0; index < keys.length; index++) {
          keys[index] = values.longAt(dictIds[index]);
        }
      }
      case FLOAT -> {
        for (int index = 0; index < keys.length; index++) {
          keys[index] = NumericKeys.ofFloat(values.floatAt(dictIds[index]));
        }
      }
      case DOUBLE -> {
        for (int index = 0; index < keys.length; index++) {
          keys[index] = NumericKeys.ofDouble(values.doubleAt(dictIds[index]));
        }
      }
      case STRING, BYTES, BIG_DECIMAL ->
          throw new IllegalStateException("not numeric: " + values.storedType());
    }
    return keys;
  }

  /**
   * Sorts and drops duplicates.
   *
   * @param newIds receives, by old dictId, the number of its key
   * @return the distinct keys, ascending
   */
  private static long[] number(long[] keys, int[] usedIds, int[] newIds) {
    long min = Arrays.stream(keys).min().orElseThrow();
    long max = Arrays.stream(keys).max().orElseThrow();
    int indexBits = Integer.SIZE - Integer.numberOfLeadingZeros(keys.length - 1);
    boolean fitOneLong = (max - min) >>> (Long.SIZE - 1 - indexBits) == 0;
    return fitOneLong
        ? numberTogether(keys, min, indexBits, usedIds, newIds)
        : numberBySearch(keys, usedIds, newIds);
  }

  /** Key and index share a long: one sort gives the order too. */
  private static long[] numberTogether(
      long[] keys, long min, int indexBits, int[] usedIds, int[] newIds) {
    long[] sorted = new long[keys.length];
    for (int index = 0; index < keys.length; index++) {
      sorted[index] = keys[index] - min << indexBits | index;
    }
    Arrays.sort(sorted);
    int indexMask = (1 << indexBits) - 1;
    long[] distinct = new long[keys.length];
    int count = 0;
    for (long entry : sorted) {
      long key = (entry >>> indexBits) + min;
      if (count == 0 || distinct[count - 1] != key) {
        distinct[count++] = key;
      }
      newIds[usedIds[(int) entry & indexMask]] = count - 1;
    }
    return count == keys.length ? distinct : Arrays.copyOf(distinct, count);
  }

  private static long[] numberBySearch(long[] keys, int[] usedIds, int[] newIds) {
    long[] sorted = keys.clone();
    Arrays.sort(sorted);
    int count = 1;
    for (int index = 1; index < sorted.length; index++) {
      if (sorted[index] != sorted[count - 1]) {
        sorted[count++] = sorted[index];
      }
    }
    for (int index = 0; index < keys.length; index++) {
      newIds[usedIds[index]] = Arrays.binarySearch(sorted, 0, count, keys[index]);
    }
    return count == sorted.length ? sorted : Arrays.copyOf(sorted, count);
  }
}
