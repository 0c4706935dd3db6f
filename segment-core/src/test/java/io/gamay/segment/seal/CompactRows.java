package io.gamay.segment.seal;

import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.ledger.RejectedRecord;
import io.gamay.segment.ledger.RejectionReason;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/**
 * As few rows as have every kind of block and every encoding of the second version: one segment for
 * all but columns that follow from others, which take more rows, and one for those.
 */
final class CompactRows {

  private static final int ROWS = 300;

  /** One more than 12 bits number; a dependent column saves 12 bits of each of its rows. */
  private static final int SESSIONS = 4_097;

  private static final int DEPENDENT_ROWS = 14 * SESSIONS;
  private static final long FIRST_OFFSET = 100;

  /** Behind the seventh row, offsets of records that are no rows. */
  private static final int GAP_ROW = 7;

  private static final int GAP = 4;
  private static final int LOST = 2;

  private CompactRows() {}

  static RandomRows ofEveryKind() {
    TableSchema schema =
        new TableSchema(
            "trips",
            3,
            List.of(
                ColumnSpec.dimension("time", DataType.TIMESTAMP),
                ColumnSpec.dimension("session", DataType.STRING),
                ColumnSpec.dimension("day", DataType.STRING),
                ColumnSpec.dimension("city", DataType.STRING).withNullable(true),
                ColumnSpec.dimension("note", DataType.STRING),
                ColumnSpec.dimension("blob", DataType.BYTES),
                ColumnSpec.dimension("tags", DataType.STRING).asMultiValue(),
                ColumnSpec.dimension("price", DataType.FLOAT),
                ColumnSpec.dimension("fare", DataType.DOUBLE),
                ColumnSpec.dimension("ratio", DataType.DOUBLE),
                ColumnSpec.dimension("same", DataType.INT)));
    EncodingDecisions encodings =
        new EncodingDecisions(
            2,
            Set.of("note", "blob", "fare", "ratio"),
            Set.of("city", "tags", "price"),
            Set.of("time"),
            Map.of("session", 0.05, "blob", 0.1));
    RandomGenerator random = new SplittableRandom(29);
    return rows(schema, encodings, ROWS, row -> cells(random, row));
  }

  private static List<TestRow.Cell> cells(RandomGenerator random, int row) {
    byte[] blob = new byte[random.nextInt(4)];
    random.nextBytes(blob);
    List<Value> tags = new ArrayList<>();
    for (int left = 1 + random.nextInt(3); left > 0; left--) {
      tags.add(new Value.StringValue("tag" + random.nextInt(5)));
    }
    boolean isNull = row % 50 == 49;
    String city = isNull ? "null" : row % 40 == 0 ? "Nice" : "Lyon";
    String session = "session-" + HexFormat.of().toHexDigits(random.nextLong());
    return List.of(
        cell(new Value.LongValue(1_780_000_000_000L + 1000L * row + random.nextInt(90))),
        cell(new Value.StringValue(session)),
        cell(new Value.StringValue("day " + row / 40)),
        new TestRow.Cell(List.of(new Value.StringValue(city)), isNull),
        cell(new Value.StringValue("took %d ms, retried".formatted(random.nextInt(90)))),
        cell(new Value.BytesValue(blob)),
        new TestRow.Cell(tags, false),
        cell(new Value.FloatValue(random.nextInt(12) / 10f)),
        cell(new Value.DoubleValue(row == 11 ? Math.E : random.nextInt(3_000) / 100.0)),
        cell(new Value.DoubleValue(random.nextGaussian())),
        cell(new Value.IntValue(4)));
  }

  static RandomRows ofDependentColumns() {
    TableSchema schema =
        new TableSchema(
            "trips",
            3,
            List.of(
                ColumnSpec.dimension("session", DataType.LONG),
                ColumnSpec.dimension("user", DataType.LONG)));
    EncodingDecisions encodings = new EncodingDecisions(2, Set.of(), Set.of());
    return rows(
        schema,
        encodings,
        DEPENDENT_ROWS,
        row -> {
          long session = row * 31L % SESSIONS;
          return List.of(
              cell(new Value.LongValue(session)), cell(new Value.LongValue(9_000 - session)));
        });
  }

  private static RandomRows rows(
      TableSchema schema,
      EncodingDecisions encodings,
      int count,
      IntFunction<List<TestRow.Cell>> cells) {
    List<TestRow> rows = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      long offset = FIRST_OFFSET + row + (row < GAP_ROW ? 0 : GAP);
      rows.add(new TestRow(offset, cells.apply(row)));
    }
    long end = FIRST_OFFSET + count + GAP + LOST;
    long gap = FIRST_OFFSET + GAP_ROW;
    return new RandomRows(
        schema,
        encodings,
        new OffsetRange(FIRST_OFFSET, end),
        rows,
        new SealInputs(
            "trips",
            encodings,
            new LedgerCounts(count, 1, 2, 1, LOST),
            List.of(new OffsetRange(end - LOST, end)),
            List.of(
                new RejectedRecord(gap, RejectionReason.MALFORMED, "byte 3", new byte[] {1, 2}, 2),
                new RejectedRecord(gap + 1, RejectionReason.TOMBSTONE, "", new byte[0], 0)),
            Map.of(RejectionReason.MALFORMED, 1L, RejectionReason.TOMBSTONE, 1L)));
  }

  private static TestRow.Cell cell(Value value) {
    return new TestRow.Cell(List.of(value), false);
  }
}
