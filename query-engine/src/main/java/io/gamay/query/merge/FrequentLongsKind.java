package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.datasketches.frequencies.FrequentLongsSketch;
import org.jspecify.annotations.Nullable;

/**
 * Sketches of frequent whole numbers of DataSketches.
 *
 * @param logSize log2 of the slots of their table
 */
record FrequentLongsKind(int logSize) implements SketchKind<FrequentLongsSketch> {

  static final String NAME = "FREQUENT_LONGS";

  private static final int OBJECT_BYTES = 200;
  private static final int MAX_SIZE_BYTE = 3;
  private static final int ITEM_COUNT_AT = 8;
  private static final long BYTES_PER_ITEM = 2L * Long.BYTES;

  FrequentLongsKind {
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
  public FrequentLongsSketch create() {
    return new FrequentLongsSketch(1 << logSize);
  }

  @Override
  public void update(
      FrequentLongsSketch sketch, Vector values, int value, long count, ByteScratch scratch) {
    sketch.update(
        values.type() == StoredType.INT ? values.ints()[value] : values.longs()[value], count);
  }

  @Override
  public FrequentLongsSketch merge(FrequentLongsSketch target, FrequentLongsSketch other) {
    return target.merge(other);
  }

  @Override
  public byte[] write(FrequentLongsSketch sketch) {
    return sketch.toByteArray();
  }

  @Override
  public FrequentLongsSketch read(byte[] bytes) {
    if (bytes.length <= MAX_SIZE_BYTE + 1
        || bytes[MAX_SIZE_BYTE] != logSize
        || bytes[MAX_SIZE_BYTE + 1] < 0
        || bytes[MAX_SIZE_BYTE + 1] > logSize) {
      throw new IllegalArgumentException("frequent items sketch not of log2 size " + logSize);
    }
    requireItems(bytes);
    return FrequentLongsSketch.getInstance(MemorySegment.ofArray(bytes));
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
  public long sizeBytes(FrequentLongsSketch sketch) {
    return OBJECT_BYTES + 24L * sketch.getCurrentMapCapacity();
  }

  @Override
  public void append(AggregateCall call, @Nullable FrequentLongsSketch sketch, Vector target) {
    SketchTexts.appendBase64(write(sketch == null ? create() : sketch), target);
  }
}
