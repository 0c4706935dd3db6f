package io.gamay.segment.seal;

import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Rows whose columns each have the shape that one encoding of the second version is made for. */
final class ShapedRows {

  /** So many that a dependent column saves its 12 bits a row. */
  static final int ROWS = 62_000;

  private static final int SESSIONS = 4_400;
  private static final int USERS = 4_150;

  static final TableSchema SCHEMA =
      new TableSchema(
          "trips",
          1,
          List.of(
              ColumnSpec.dimension("time", DataType.LONG),
              ColumnSpec.dimension("user", DataType.LONG),
              ColumnSpec.dimension("session", DataType.STRING),
              ColumnSpec.dimension("day", DataType.STRING),
              ColumnSpec.dimension("state", DataType.INT),
              ColumnSpec.dimension("note", DataType.STRING),
              ColumnSpec.dimension("blob", DataType.BYTES),
              ColumnSpec.dimension("tags", DataType.STRING).asMultiValue(),
              ColumnSpec.dimension("price", DataType.FLOAT),
              ColumnSpec.dimension("fare", DataType.DOUBLE),
              ColumnSpec.dimension("ratio", DataType.DOUBLE),
              ColumnSpec.dimension("same", DataType.INT)));

  private static final EncodingDecisions ENCODINGS =
      new EncodingDecisions(2, Set.of("note", "blob", "fare", "ratio"), Set.of("tags"));

  private final RandomGenerator random;
  private final List<Value> sessions = new ArrayList<>();
  private final List<Value> users = new ArrayList<>();

  private ShapedRows(RandomGenerator random) {
    this.random = random;
    Set<Long> distinct = new HashSet<>();
    while (distinct.size() < USERS) {
      distinct.add(random.nextLong(1L << 40));
    }
    List<Long> ids = new ArrayList<>(distinct);
    for (int session = 0; session < SESSIONS; session++) {
      sessions.add(new Value.StringValue("s-" + HexFormat.of().toHexDigits(random.nextLong())));
      users.add(new Value.LongValue(ids.get(session % USERS)));
    }
  }

  static RandomRows of(long seed) {
    return new ShapedRows(new SplittableRandom(seed)).rows();
  }

  private RandomRows rows() {
    List<TestRow> rows = new ArrayList<>();
    long offset = 1000;
    for (int row = 0; row < ROWS; row++) {
      offset += row % 5_000 == 4_999 ? 17 : 1;
      rows.add(new TestRow(offset, cells(row)));
    }
    OffsetRange offsets = new OffsetRange(1000, offset + 1);
    return new RandomRows(
        SCHEMA,
        ENCODINGS,
        offsets,
        rows,
        new SealInputs(
            "trips",
            ENCODINGS,
            new LedgerCounts(ROWS, offsets.size() - ROWS, 0, 0, 0),
            List.of(),
            List.of(),
            Map.of()));
  }

  private List<TestRow.Cell> cells(int row) {
    int session = row < SESSIONS ? row : random.nextInt(SESSIONS);
    byte[] blob = new byte[random.nextInt(9)];
    random.nextBytes(blob);
    List<Value> tags = new ArrayList<>();
    for (int left = 1 + random.nextInt(4); left > 0; left--) {
      tags.add(new Value.StringValue("tag" + random.nextInt(30)));
    }
    return List.of(
        cell(new Value.LongValue(1_780_000_000_000L + 86L * row + random.nextInt(900))),
        cell(users.get(session)),
        cell(sessions.get(session)),
        cell(new Value.StringValue("day %02d".formatted(row / 2_500))),
        cell(new Value.IntValue(row / 700 % 7 * 10)),
        cell(note()),
        cell(new Value.BytesValue(blob)),
        new TestRow.Cell(tags, false),
        cell(new Value.FloatValue(price())),
        cell(new Value.DoubleValue(fare(row))),
        cell(new Value.DoubleValue(random.nextGaussian())),
        cell(new Value.IntValue(4)));
  }

  private Value note() {
    return new Value.StringValue(
        "{\"level\":\"%s\",\"service\":\"checkout-%d\",\"message\":\"request took %d ms\"}"
            .formatted(
                random.nextBoolean() ? "INFO" : "WARN", random.nextInt(5), random.nextInt(900)));
  }

  private float price() {
    return random.nextInt(40) == 0 ? Float.NEGATIVE_INFINITY : random.nextInt(1500) / 10f;
  }

  /** Cents, some far away, and some that are no decimals. */
  private double fare(int row) {
    return switch (row % 1000) {
      case 7 -> Double.NaN;
      case 8 -> Math.PI * row;
      case 9 -> 9_999_999.25;
      default -> random.nextInt(30_000) / 100.0;
    };
  }

  private static TestRow.Cell cell(Value value) {
    return new TestRow.Cell(Arrays.asList(value), false);
  }
}
