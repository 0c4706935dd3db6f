package io.gamay.benchmarks.index;

import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.mutable.MutableSegment;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import io.gamay.segment.seal.SealInputs;
import io.gamay.segment.seal.SegmentSealer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A sealed segment of made-up events: an ascending time, a random latency of 11 bits, an amount,
 * and columns of few and of many values.
 */
final class EventSegment {

  static final long FIRST_TIME = 1_700_000_000_000L;
  static final int LATENCIES = 2048;
  static final int COUNTRIES = 60;
  static final int USERS = 100_000;

  /** Milliseconds between two rows. */
  static final int STEP = 20;

  private static final TableSchema SCHEMA =
      new TableSchema(
          "events",
          1,
          List.of(
              ColumnSpec.dimension("ts", DataType.LONG),
              ColumnSpec.dimension("latency", DataType.INT),
              ColumnSpec.dimension("amount", DataType.DOUBLE),
              ColumnSpec.dimension("country", DataType.STRING),
              ColumnSpec.dimension("event_type", DataType.STRING),
              ColumnSpec.dimension("device", DataType.STRING),
              ColumnSpec.dimension("user_id", DataType.STRING),
              ColumnSpec.dimension("user_raw", DataType.STRING)));

  private static final int BATCH_ROWS = 1000;

  private EventSegment() {}

  static ImmutableSegment sealed(
      int rows, long seed, Set<String> inverted, Map<String, Double> bloom) throws IOException {
    EncodingDecisions encodings =
        new EncodingDecisions(
            EncodingDecisions.CURRENT_FORMAT_VERSION,
            Set.of("ts", "amount", "user_raw"),
            inverted,
            Set.of("ts", "latency"),
            bloom);
    Path file = Files.createTempDirectory("gamay-index").resolve("segment");
    String name = "events__0__%d__x".formatted(seed);
    try (MutableSegment mutable = new MutableSegment(name, 0, SCHEMA, encodings, 0)) {
      append(mutable, rows, new SplittableRandom(seed), seed);
      new SegmentSealer(SegmentFiles.local(), new java.util.Random(seed))
          .seal(
              mutable.snapshot(),
              new SealInputs(
                  "events",
                  encodings,
                  new LedgerCounts(rows, 0, 0, 0, 0),
                  List.of(),
                  List.of(),
                  Map.of()),
              file);
    }
    return ImmutableSegment.open(file);
  }

  /**
   * A user of one segment alone. Bounds do not tell which: users of all segments lie between each
   * other.
   */
  static String user(int number, long seed) {
    return "u%09d".formatted(number * 10L + seed);
  }

  /** Removes the file of a segment of {@link #sealed}. */
  static void remove(ImmutableSegment segment) throws IOException {
    segment.close();
    Files.deleteIfExists(segment.path());
    Path folder = segment.path().getParent();
    if (folder != null) {
      Files.deleteIfExists(folder);
    }
  }

  private static void append(MutableSegment segment, int rows, SplittableRandom random, long seed) {
    RowBatch batch = new RowBatch(SCHEMA);
    for (int row = 0; row < rows; row++) {
      String user = user(random.nextInt(USERS), seed);
      batch
          .column(0)
          .append(new Value.LongValue(FIRST_TIME + (long) row * STEP + random.nextInt(200)));
      batch.column(1).append(new Value.IntValue(random.nextInt(LATENCIES)));
      batch.column(2).append(new Value.DoubleValue(random.nextInt(1_000_000) / 100.0));
      batch.column(3).append(text("c", zipf(random, COUNTRIES)));
      batch.column(4).append(text("e", zipf(random, 12)));
      batch.column(5).append(text("d", zipf(random, 5)));
      batch.column(6).append(new Value.StringValue(user));
      batch.column(7).append(new Value.StringValue(user));
      batch.endRow(row);
      if (batch.rowCount() == BATCH_ROWS || row == rows - 1) {
        segment.append(batch);
        segment.publish(row + 1L);
        batch.clear();
      }
    }
  }

  private static Value text(String prefix, int number) {
    return new Value.StringValue(prefix + number);
  }

  /** A number below n, the first ones most often: about as 1 / (number + 1). */
  private static int zipf(SplittableRandom random, int n) {
    return (int) Math.min(n - 1, Math.floor(Math.pow(n + 1, random.nextDouble())) - 1);
  }
}
