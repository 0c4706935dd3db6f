package io.gamay.segment.dictionary;

import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.BlockOutput;
import io.gamay.segment.format.PackedLayout;
import io.gamay.segment.format.SegmentFileWriter;
import io.gamay.segment.forward.NumericKeys;
import io.gamay.segment.forward.PackedWriter;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/**
 * Writes the values that a column really uses as a sorted dictionary, whatever numbers they had
 * before. One thread.
 */
public final class SortedDictionaryWriter {

  private SortedDictionaryWriter() {}

  /**
   * What a dictionary became.
   *
   * @param cardinality distinct values written
   * @param newIds by old dictId; of no meaning for dictIds that no row uses
   * @param min empty when there are no values
   */
  public record Remap(int cardinality, int[] newIds, Optional<Value> min, Optional<Value> max) {

    static final Remap EMPTY = new Remap(0, new int[0], Optional.empty(), Optional.empty());
  }

  /**
   * @param used old dictIds that occur in a row
   */
  public static Remap write(
      DictionaryReader values, BitSet used, SegmentFileWriter file, int column) throws IOException {
    int[] usedIds = used.stream().toArray();
    return values.storedType().isFixedWidth()
        ? writeNumeric(values, usedIds, file, column)
        : writeBytes(values, usedIds, file, column);
  }

  private static Remap writeNumeric(
      DictionaryReader values, int[] usedIds, SegmentFileWriter file, int column)
      throws IOException {
    StoredType type = values.storedType();
    long[] keys = new long[usedIds.length];
    for (int index = 0; index < keys.length; index++) {
      keys[index] = keyAt(values, usedIds[index]);
    }
    Arrays.sort(keys);
    int cardinality = keys.length == 0 ? 0 : dropDuplicates(keys);
    try (BlockOutput out =
        file.startBlock(
            column,
            BlockKind.DICTIONARY_VALUES,
            BlockEncoding.FIXED,
            NumericKeys.bitsPerValue(type),
            cardinality)) {
      for (int index = 0; index < cardinality; index++) {
        NumericKeys.write(type, keys[index], out);
      }
    }
    if (cardinality == 0) {
      return Remap.EMPTY;
    }
    int[] newIds = new int[usedIds[usedIds.length - 1] + 1];
    for (int oldId : usedIds) {
      newIds[oldId] = Arrays.binarySearch(keys, 0, cardinality, keyAt(values, oldId));
    }
    return new Remap(
        cardinality,
        newIds,
        Optional.of(NumericKeys.toValue(type, keys[0])),
        Optional.of(NumericKeys.toValue(type, keys[cardinality - 1])));
  }

  private static long keyAt(DictionaryReader values, int dictId) {
    return switch (values.storedType()) {
      case INT -> values.intAt(dictId);
      case LONG -> values.longAt(dictId);
      case FLOAT -> NumericKeys.ofFloat(values.floatAt(dictId));
      case DOUBLE -> NumericKeys.ofDouble(values.doubleAt(dictId));
      case STRING, BYTES, BIG_DECIMAL ->
          throw new IllegalStateException("not numeric: " + values.storedType());
    };
  }

  /** Moves the distinct ones of sorted keys to the front. */
  private static int dropDuplicates(long[] keys) {
    int distinct = 1;
    for (int index = 1; index < keys.length; index++) {
      if (keys[index] != keys[distinct - 1]) {
        keys[distinct++] = keys[index];
      }
    }
    return distinct;
  }

  private static Remap writeBytes(
      DictionaryReader values, int[] usedIds, SegmentFileWriter file, int column)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      CollectedValues collected = CollectedValues.of(values, usedIds, arena);
      int[] order = collected.sortedOrder();
      writeValues(collected, order, file, column);
      writeEnds(collected, order, file, column);
      if (order.length == 0) {
        return Remap.EMPTY;
      }
      int[] newIds = new int[usedIds[usedIds.length - 1] + 1];
      for (int newId = 0; newId < order.length; newId++) {
        newIds[usedIds[order[newId]]] = newId;
      }
      return new Remap(
          order.length,
          newIds,
          Optional.of(collected.value(order[0])),
          Optional.of(collected.value(order[order.length - 1])));
    }
  }

  private static void writeValues(
      CollectedValues collected, int[] order, SegmentFileWriter file, int column)
      throws IOException {
    byte[] chunk = new byte[1 << 13];
    try (BlockOutput out =
        file.startBlock(
            column, BlockKind.DICTIONARY_VALUES, BlockEncoding.BYTES, 0, order.length)) {
      for (int index : order) {
        MemorySegment value = collected.slice(index);
        for (long from = 0; from < value.byteSize(); from += chunk.length) {
          int length = (int) Math.min(chunk.length, value.byteSize() - from);
          MemorySegment.copy(value, ValueLayout.JAVA_BYTE, from, chunk, 0, length);
          out.putBytes(chunk, 0, length);
        }
      }
    }
  }

  private static void writeEnds(
      CollectedValues collected, int[] order, SegmentFileWriter file, int column)
      throws IOException {
    int bits = PackedLayout.bitsFor(collected.totalBytes());
    if (bits == 0) {
      return;
    }
    try (PackedWriter ends =
        PackedWriter.start(file, column, BlockKind.DICTIONARY_ENDS, bits, order.length)) {
      long end = 0;
      for (int index : order) {
        end += collected.slice(index).byteSize();
        ends.add(end);
      }
    }
  }

  /** The used values of a dictionary, copied out of it, off the heap. */
  private record CollectedValues(StoredType type, MemorySegment bytes, long[] ends) {

    static CollectedValues of(DictionaryReader values, int[] usedIds, Arena arena) {
      BytesBlock block = new BytesBlock();
      long[] ends = new long[usedIds.length];
      long total = 0;
      for (int index = 0; index < usedIds.length; index++) {
        block.clear();
        values.appendBytes(usedIds[index], block);
        total += block.end(0);
        ends[index] = total;
      }
      MemorySegment bytes = arena.allocate(total);
      long position = 0;
      for (int dictId : usedIds) {
        block.clear();
        values.appendBytes(dictId, block);
        MemorySegment.copy(block.bytes(), 0, bytes, ValueLayout.JAVA_BYTE, position, block.end(0));
        position += block.end(0);
      }
      return new CollectedValues(values.storedType(), bytes, ends);
    }

    long totalBytes() {
      return bytes.byteSize();
    }

    MemorySegment slice(int index) {
      long start = index == 0 ? 0 : ends[index - 1];
      return bytes.asSlice(start, ends[index] - start);
    }

    Value value(int index) {
      return StoredBytes.toValue(type, slice(index).toArray(ValueLayout.JAVA_BYTE));
    }

    /**
     * Indexes in the order of their values.
     *
     * @throws IllegalStateException if two values are the same: a dictionary holds each once
     */
    int[] sortedOrder() {
      int[] order = new int[ends.length];
      Arrays.setAll(order, index -> index);
      IndexSorter.sort(order, this::compare);
      for (int position = 1; position < order.length; position++) {
        if (compare(order[position - 1], order[position]) == 0) {
          throw new IllegalStateException(
              "dictionary holds %s twice".formatted(value(order[position])));
        }
      }
      return order;
    }

    private int compare(int a, int b) {
      return StoredBytes.compare(type, slice(a), slice(b));
    }
  }
}
