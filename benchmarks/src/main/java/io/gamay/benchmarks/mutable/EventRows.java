package io.gamay.benchmarks.mutable;

import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/** Seeded rows of a click stream: 12 columns, values as skewed as those of a real one. */
final class EventRows {

  static final TableSchema SCHEMA =
      new TableSchema(
          "events",
          1,
          List.of(
              ColumnSpec.dimension("ts", DataType.LONG),
              ColumnSpec.dimension("user_id", DataType.LONG),
              ColumnSpec.dimension("session_id", DataType.STRING),
              ColumnSpec.dimension("country", DataType.STRING),
              ColumnSpec.dimension("city", DataType.STRING),
              ColumnSpec.dimension("device", DataType.STRING),
              ColumnSpec.dimension("event_type", DataType.STRING),
              ColumnSpec.dimension("url", DataType.STRING),
              ColumnSpec.dimension("amount", DataType.DOUBLE),
              ColumnSpec.dimension("quantity", DataType.INT),
              ColumnSpec.dimension("latency_ms", DataType.INT),
              ColumnSpec.dimension("tags", DataType.STRING).asMultiValue()));

  private static final int OPEN_SESSIONS = 4096;

  private final SplittableRandom random;
  private final Zipf users = new Zipf(1_000_000);
  private final Zipf countries = new Zipf(60);
  private final Zipf urls = new Zipf(50_000);
  private final Zipf tags = new Zipf(200);
  private final byte[][] sessions = new byte[OPEN_SESSIONS][];
  private long millis = 1_700_000_000_000L;
  private long offset;

  EventRows(long seed) {
    random = new SplittableRandom(seed);
    for (int i = 0; i < OPEN_SESSIONS; i++) {
      sessions[i] = newSession();
    }
  }

  /** Replaces the content of a batch by the next rows. */
  void next(RowBatch batch, int rows) {
    batch.clear();
    for (int i = 0; i < rows; i++) {
      appendRow(batch);
    }
  }

  private void appendRow(RowBatch batch) {
    millis += random.nextInt(180);
    batch.column(0).appendLong(millis - random.nextInt(5_000));
    batch.column(1).appendLong(1_000_000L + users.next(random) * 7919L % 1_000_000);
    int slot = random.nextInt(OPEN_SESSIONS);
    if (random.nextInt(8) == 0) {
      sessions[slot] = newSession();
    }
    append(batch.column(2), sessions[slot]);
    int country = countries.next(random);
    append(batch.column(3), text("", country, 2));
    append(batch.column(4), text("city-", country * 33 + random.nextInt(33), 4));
    append(batch.column(5), text("device", random.nextInt(5), 1));
    append(batch.column(6), text("event_", random.nextInt(12), 2));
    append(batch.column(7), text("/products/page-", urls.next(random), 6));
    batch.column(8).appendDouble(Math.round(Math.exp(8 + 1.2 * gaussian())) / 100d);
    batch.column(9).appendInt(1 + random.nextInt(100));
    batch.column(10).appendInt((int) Math.min(60_000, Math.exp(4 + 0.8 * gaussian())));
    int count = random.nextInt(5);
    if (count == 0) {
      batch.column(11).appendNull();
    } else {
      for (int i = 0; i < count; i++) {
        append(batch.column(11), text("tag-", tags.next(random), 3));
      }
      batch.column(11).endRow();
    }
    batch.endRow(offset++);
  }

  /** Sum of uniform numbers: near enough to a normal one. */
  private double gaussian() {
    double sum = -6;
    for (int i = 0; i < 12; i++) {
      sum += random.nextDouble();
    }
    return sum;
  }

  private byte[] newSession() {
    long id = random.nextLong();
    return ("s-" + Long.toHexString(id | 1L << 63)).getBytes(StandardCharsets.US_ASCII);
  }

  private static void append(ColumnBuffer column, byte[] bytes) {
    column.appendBytes(bytes, 0, bytes.length);
  }

  private static byte[] text(String prefix, int number, int digits) {
    byte[] bytes = new byte[prefix.length() + digits];
    for (int i = 0; i < prefix.length(); i++) {
      bytes[i] = (byte) prefix.charAt(i);
    }
    int rest = number;
    for (int i = bytes.length - 1; i >= prefix.length(); i--) {
      bytes[i] = (byte) ('a' + rest % 10);
      rest /= 10;
    }
    return bytes;
  }

  /** Ranks whose frequency falls with the rank, by the inverse of the integral of 1 / x. */
  private record Zipf(int count) {
    int next(SplittableRandom random) {
      return (int) Math.min(count - 1, Math.pow(count + 1d, random.nextDouble()) - 1);
    }
  }
}
