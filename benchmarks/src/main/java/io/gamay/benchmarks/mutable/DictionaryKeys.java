package io.gamay.benchmarks.mutable;

import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

/** Batches of dictionary keys: key k is the same value wherever it comes. */
final class DictionaryKeys {

  static final int BATCH = 512;

  private DictionaryKeys() {}

  /** The keys [0, count), each once, in order. */
  static List<ColumnBuffer> each(DataType type, int count) {
    return batches(type, count, index -> index);
  }

  /** {@code length} keys of [0, count), uniformly. */
  static List<ColumnBuffer> uniform(DataType type, int count, int length, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return batches(type, length, index -> random.nextInt(count));
  }

  private static List<ColumnBuffer> batches(DataType type, int length, IntUnaryOperator keyOf) {
    List<ColumnBuffer> batches = new ArrayList<>();
    for (int from = 0; from < length; from += BATCH) {
      ColumnBuffer buffer = new ColumnBuffer(ColumnSpec.dimension("c", type));
      for (int index = from; index < Math.min(length, from + BATCH); index++) {
        append(buffer, keyOf.applyAsInt(index));
      }
      batches.add(buffer);
    }
    return batches;
  }

  private static void append(ColumnBuffer buffer, int key) {
    int spread = key * 0x9E3779B1;
    switch (buffer.spec().storedType()) {
      case INT -> buffer.appendInt(spread);
      case LONG -> buffer.appendLong(spread * 1_000_003L);
      case DOUBLE -> buffer.appendDouble(spread / 100d);
      default -> {
        byte[] text =
            ("key-" + Integer.toUnsignedString(spread)).getBytes(StandardCharsets.US_ASCII);
        buffer.appendBytes(text, 0, text.length);
      }
    }
  }
}
