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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/** Four rows in which every kind of block occurs. */
final class SmallSegment {

  static final TableSchema SCHEMA =
      new TableSchema(
          "trips",
          7,
          List.of(
              ColumnSpec.dimension("city", DataType.STRING),
              ColumnSpec.dimension("fare", DataType.DOUBLE).withNullable(true),
              ColumnSpec.dimension("time", DataType.TIMESTAMP),
              ColumnSpec.dimension("tags", DataType.STRING).asMultiValue(),
              ColumnSpec.dimension("note", DataType.BYTES),
              ColumnSpec.dimension("version", DataType.INT)));

  static final EncodingDecisions ENCODINGS =
      new EncodingDecisions(1, Set.of("time", "note"), Set.of("city", "tags"));

  static final OffsetRange OFFSETS = new OffsetRange(100, 110);

  static final List<TestRow> ROWS =
      List.of(
          row(100, "Lyon", OptionalDouble.of(8.5), 1_000, List.of("a", "b"), "x"),
          row(101, "Paris", OptionalDouble.empty(), 2_000, List.of("b"), ""),
          row(103, "Lyon", OptionalDouble.of(7.25), 1_500, List.of("c", "c", "a"), "yz"),
          row(107, "Nice", OptionalDouble.of(8.5), 3_000, List.of("a"), "x"));

  static final SealInputs INPUTS =
      new SealInputs(
          "trips",
          ENCODINGS,
          new LedgerCounts(4, 1, 2, 1, 2),
          List.of(new OffsetRange(109, 110), new OffsetRange(108, 109)),
          List.of(
              new RejectedRecord(104, RejectionReason.MALFORMED, "at byte 3", new byte[] {1, 2}, 2),
              new RejectedRecord(102, RejectionReason.TOMBSTONE, "", new byte[0], 0)),
          Map.of(RejectionReason.MALFORMED, 1L, RejectionReason.TOMBSTONE, 1L));

  private SmallSegment() {}

  static RowsSegmentReader view() {
    return new RowsSegmentReader(
        RandomRows.SEGMENT_NAME, SCHEMA, OFFSETS, ROWS, ENCODINGS.rawColumns());
  }

  private static TestRow row(
      long offset, String city, OptionalDouble fare, long time, List<String> tags, String note) {
    return new TestRow(
        offset,
        List.of(
            cell(new Value.StringValue(city)),
            new TestRow.Cell(
                List.of(new Value.DoubleValue(fare.orElse(Double.NEGATIVE_INFINITY))),
                fare.isEmpty()),
            cell(new Value.LongValue(time)),
            new TestRow.Cell(
                tags.stream().map(tag -> (Value) new Value.StringValue(tag)).toList(), false),
            cell(new Value.BytesValue(note.getBytes(StandardCharsets.UTF_8))),
            cell(new Value.IntValue(3))));
  }

  private static TestRow.Cell cell(Value value) {
    return new TestRow.Cell(List.of(value), false);
  }
}
