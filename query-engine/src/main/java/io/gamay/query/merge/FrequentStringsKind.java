package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.vector.Vector;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.datasketches.common.ArrayOfStringsSerDe;
import org.apache.datasketches.frequencies.FrequentItemsSketch;
import org.jspecify.annotations.Nullable;

/**
 * Sketches of frequent texts of DataSketches.
 *
 * @param logSize log2 of the slots of their table
 */
record FrequentStringsKind(int logSize) implements SketchKind<FrequentItemsSketch<String>> {

  static final String NAME = "FREQUENT_STRINGS";

  private static final int OBJECT_BYTES = 200;
  private static final int MAX_SIZE_BYTE = 3;
  private static final int ITEM_COUNT_AT = 8;
  private static final long BYTES_PER_ITEM = (long) Long.BYTES + Integer.BYTES;

  FrequentStringsKind {
    SketchTexts.requireRange("frequent items sketch of log2 size", logSize, 3, 16);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Integer> parameters() {
    return List.of(logSize);
  }

  @Override
  public FrequentItemsSketch<String> create() {
    return new FrequentItemsSketch<>(1 << logSize);
  }

  @Override
  public void update(
      FrequentItemsSketch<String> sketch,
      Vector values,
      int value,
      long count,
      ByteScratch scratch) {
    sketch.update(values.stringAt(value), count);
  }

  @Override
  public FrequentItemsSketch<String> merge(
      FrequentItemsSketch<String> target, FrequentItemsSketch<String> other) {
    return target.merge(other);
  }

  @Override
  public byte[] write(FrequentItemsSketch<String> sketch) {
    return sketch.toByteArray(new ArrayOfStringsSerDe());
  }

  @Override
  public FrequentItemsSketch<String> read(byte[] bytes) {
    if (bytes.length <= MAX_SIZE_BYTE + 1
        || bytes[MAX_SIZE_BYTE] != logSize
        || bytes[MAX_SIZE_BYTE + 1] < 0
        || bytes[MAX_SIZE_BYTE + 1] > logSize) {
      throw new IllegalArgumentException("frequent items sketch not of log2 size " + logSize);
    }
    requireItems(bytes);
    return FrequentItemsSketch.getInstance(MemorySegment.ofArray(bytes), new ArrayOfStringsSerDe());
  }

  /** The library makes room for as many items as the bytes say, before it looks for them. */
  private static void requireItems(byte[] bytes) {
    if (bytes.length >= ITEM_COUNT_AT + Integer.BYTES) {
      int items = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(ITEM_COUNT_AT);
      if (items < 0 || items * BYTES_PER_ITEM > bytes.length) {
        throw new IllegalArgumentException(
            "%d frequent items in %d bytes".formatted(items, bytes.length));
      }
    }
  }

  @Override
  public long sizeBytes(FrequentItemsSketch<String> sketch) {
    return OBJECT_BYTES + 96L * sketch.getCurrentMapCapacity();
  }

  @Override
  public void append(
      AggregateCall call, @Nullable FrequentItemsSketch<String> sketch, Vector target) {
    SketchTexts.appendBase64(write(sketch == null ? create() : sketch), target);
  }
}
