package io.gamay.benchmarks.seal;

import io.gamay.segment.mutable.MutableSegment;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.ColumnRole;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.DefaultValues;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Rows of a web shop's events, 12 columns, from a seed: open sessions that each belong to a user,
 * country, city and device for 8 rows on average, and what happens in them.
 */
final class EventRows {

  static final TableSchema SCHEMA =
      new TableSchema(
          "events",
          1,
          List.of(
              column("ts", DataType.LONG, ColumnRole.DATE_TIME),
              ColumnSpec.dimension("user_id", DataType.LONG),
              ColumnSpec.dimension("session_id", DataType.STRING),
              ColumnSpec.dimension("country", DataType.STRING),
              ColumnSpec.dimension("city", DataType.STRING),
              ColumnSpec.dimension("device", DataType.STRING),
              ColumnSpec.dimension("event_type", DataType.STRING),
              ColumnSpec.dimension("url", DataType.STRING),
              column("amount", DataType.DOUBLE, ColumnRole.METRIC),
              ColumnSpec.dimension("quantity", DataType.INT),
              ColumnSpec.dimension("latency_ms", DataType.INT),
              ColumnSpec.dimension("tags", DataType.STRING).asMultiValue()));

  static final EncodingDecisions ENCODINGS =
      new EncodingDecisions(
          EncodingDecisions.CURRENT_FORMAT_VERSION,
          Set.of(),
          Set.of("country", "event_type", "device"),
          Set.of("ts", "latency_ms"),
          Map.of("user_id", 0.01));

  private static final int BATCH_ROWS = 512;
  private static final int OPEN_SESSIONS = 4096;
  private static final long FIRST_TIME = 1_780_000_000_000L;
  private static final int MILLIS_PER_ROW = 86;
  private static final int JITTER_MILLIS = 5_000;

  private final SplittableRandom random;
  private final Draw users = Draw.zipf(1_000_000, 0.8);
  private final Draw countries = Draw.zipf(60, 1.0);
  private final Draw cities = Draw.zipf(33, 0.9);
  private final Draw urls = Draw.zipf(50_000, 1.0);
  private final Draw tags = Draw.zipf(200, 0.9);
  private final Draw devices = Draw.of(55, 30, 9, 4, 2);
  private final Draw events = Draw.of(45, 20, 10, 8, 5, 3.5, 2.5, 2, 1.5, 1, 0.5, 1);

  private final byte[][] sessionIds = new byte[OPEN_SESSIONS][];
  private final int[] sessionUsers = new int[OPEN_SESSIONS];
  private final int[] sessionCountries = new int[OPEN_SESSIONS];
  private final int[] sessionCities = new int[OPEN_SESSIONS];
  private final int[] sessionDevices = new int[OPEN_SESSIONS];

  private EventRows(long seed) {
    random = new SplittableRandom(seed);
  }

  /** A segment that has taken and published so many rows. */
  static MutableSegment segment(int rows, long seed) {
    EventRows source = new EventRows(seed);
    MutableSegment segment =
        new MutableSegment("events__0__0__20260101T0000Z", 0, SCHEMA, ENCODINGS, 0);
    RowBatch batch = new RowBatch(SCHEMA);
    for (int row = 0; row < rows; row++) {
      source.append(row, batch);
      if (batch.rowCount() == BATCH_ROWS || row == rows - 1) {
        segment.append(batch);
        batch.clear();
      }
    }
    segment.publish(rows);
    return segment;
  }

  private void append(int row, RowBatch batch) {
    int slot = random.nextInt(OPEN_SESSIONS);
    if (sessionIds[slot] == null || random.nextInt(8) == 0) {
      open(slot);
    }
    batch
        .column(0)
        .appendLong(FIRST_TIME + (long) row * MILLIS_PER_ROW + random.nextInt(JITTER_MILLIS));
    batch.column(1).appendLong(1 + sessionUsers[slot]);
    text(batch, 2, sessionIds[slot]);
    text(batch, 3, "C" + sessionCountries[slot]);
    text(batch, 4, "c%d_city_%02d".formatted(sessionCountries[slot], sessionCities[slot]));
    text(batch, 5, "device_" + sessionDevices[slot]);
    text(batch, 6, "event_" + events.next(random));
    int url = urls.next(random);
    text(
        batch,
        7,
        "/"
            + List.of("product", "category", "search", "help").get(url & 3)
            + "/"
            + url
            + "/details");
    long cents = 1 + (long) Math.min(5_000_000, StrictMath.exp(7.6 + 1.1 * random.nextGaussian()));
    batch.column(8).appendDouble(cents / 100.0);
    batch.column(9).appendInt(1 + random.nextInt(100));
    batch
        .column(10)
        .appendInt(1 + (int) Math.min(59_999, StrictMath.exp(4.4 + 0.8 * random.nextGaussian())));
    appendTags(batch);
    batch.endRow(row);
  }

  private void appendTags(RowBatch batch) {
    ColumnBuffer column = batch.column(11);
    int count = random.nextInt(5);
    if (count == 0) {
      column.appendNull();
      return;
    }
    int[] picked = new int[count];
    Arrays.setAll(picked, _ -> tags.next(random));
    for (int tag : picked) {
      text(batch, 11, "tag_%03d".formatted(tag));
    }
    column.endRow();
  }

  private void open(int slot) {
    sessionIds[slot] =
        ("s-" + HexFormat.of().toHexDigits(random.nextLong())).getBytes(StandardCharsets.US_ASCII);
    sessionUsers[slot] = users.next(random);
    sessionCountries[slot] = countries.next(random);
    sessionCities[slot] = cities.next(random);
    sessionDevices[slot] = devices.next(random);
  }

  private static void text(RowBatch batch, int column, String value) {
    text(batch, column, value.getBytes(StandardCharsets.US_ASCII));
  }

  private static void text(RowBatch batch, int column, byte[] value) {
    batch.column(column).appendBytes(value, 0, value.length);
  }

  private static ColumnSpec column(String name, DataType type, ColumnRole role) {
    ColumnSpec dimension = ColumnSpec.dimension(name, type);
    return new ColumnSpec(
        name,
        type,
        true,
        role,
        DefaultValues.of(type, role),
        dimension.nullable(),
        dimension.maxLength(),
        dimension.onTooLong(),
        dimension.timeFormat());
  }

  /** Draws numbers by weight. */
  private record Draw(double[] sums) {

    static Draw zipf(int count, double exponent) {
      double[] weights = new double[count];
      Arrays.setAll(weights, index -> 1 / StrictMath.pow(index + 1, exponent));
      return of(weights);
    }

    static Draw of(double... weights) {
      double[] sums = weights.clone();
      Arrays.parallelPrefix(sums, Double::sum);
      return new Draw(sums);
    }

    int next(SplittableRandom random) {
      int found = Arrays.binarySearch(sums, random.nextDouble() * sums[sums.length - 1]);
      return Math.min(sums.length - 1, found >= 0 ? found + 1 : -found - 1);
    }
  }
}
