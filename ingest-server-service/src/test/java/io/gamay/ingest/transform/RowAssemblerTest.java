package io.gamay.ingest.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.table.FlushThresholds;
import io.gamay.cluster.table.StreamConfig;
import io.gamay.cluster.table.TableConfig;
import io.gamay.cluster.table.TableConfig.TransformConfig;
import io.gamay.cluster.table.TransformExpression;
import io.gamay.ingest.stream.StreamBatch;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetLedger;
import io.gamay.segment.ledger.RejectedRecord;
import io.gamay.segment.ledger.RejectionReason;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowAssemblerTest {

  private static final ColumnSpec NAME = ColumnSpec.dimension("name", DataType.STRING);
  private static final ColumnSpec COUNT = ColumnSpec.dimension("count", DataType.INT);
  private static final ColumnSpec TAGS =
      ColumnSpec.dimension("tags", DataType.STRING).asMultiValue();

  private final LongAdder detours = new LongAdder();

  @Test
  void goodRecordsBecomeRowsAndBadOnesAreCountedByReason() {
    Batch batch = new Batch();
    batch.add(10, "{\"name\":\"a\",\"count\":1,\"tags\":[\"x\",\"y\"]}");
    batch.add(11, "{\"name\":\"b\",\"count\":\"many\"}");
    batch.add(12, null);
    batch.add(13, "");
    batch.add(14, "{\"name\":");
    batch.add(15, "nonsense");
    batch.add(18, "{\"count\":7}");
    batch.nextOffset = 20;
    OffsetLedger ledger = new OffsetLedger(10);
    RowAssembler assembler = assembler(List.of(), NAME, COUNT, TAGS);

    RowBatch rows = assembler.assemble(batch, ledger);

    assertThat(rows.rowCount()).isEqualTo(2);
    assertThat(rows.offset(0)).isEqualTo(10);
    assertThat(rows.offset(1)).isEqualTo(18);
    assertThat(texts(rows.column(0))).containsExactly("a", "null");
    assertThat(rows.column(0).isNull(1)).isTrue();
    assertThat(rows.column(2).endValue(0)).isEqualTo(2);
    assertThat(ledger.countsBelow(20)).isEqualTo(new LedgerCounts(2, 0, 5, 3, 0));
    assertThat(ledger.rejectedBelow(20, 10).stream().map(RejectedRecord::reason))
        .containsExactly(
            RejectionReason.WRONG_TYPE,
            RejectionReason.TOMBSTONE,
            RejectionReason.EMPTY,
            RejectionReason.TRUNCATED,
            RejectionReason.MALFORMED);
    assertThat(ledger.rejectedBelow(20, 10).getFirst().detail()).contains("count");
  }

  @Test
  void recordsThatTookADetourAreCountedOnce() {
    Batch batch = new Batch();
    batch.add(0, "{\"name\":\"a\",\"count\":1}");
    batch.add(1, "{\"name\":\"b\",\"count\":2}");
    batch.nextOffset = 2;
    OffsetLedger ledger = new OffsetLedger(0);
    RowAssembler assembler = assembler(List.of(), NAME, COUNT, TAGS);
    assembler.assemble(batch, ledger);
    assertThat(detours.sum()).isZero();
    batch.add(2, "{\"count\":\"3\", \"name\":7}");
    batch.add(3, "{\"name\":\"d\",\"count\":\"many\"}");
    batch.add(4, "{\"name\":\"e\",\"count\":5}");
    batch.nextOffset = 5;
    assembler.assemble(batch, ledger);
    assertThat(detours.sum()).isEqualTo(2);
  }

  @Test
  void recordThatFailsLateLeavesNothingBehind() {
    Batch batch = new Batch();
    batch.add(0, "{\"name\":\"first\",\"tags\":[\"p\"],\"count\":1}");
    batch.add(1, "{\"name\":\"half\",\"tags\":[\"q\",\"r\"],\"count\":[1,2]}");
    batch.add(2, "{\"name\":\"last\",\"tags\":[\"s\"],\"count\":3}");
    batch.nextOffset = 3;
    RowBatch rows = assembler(List.of(), NAME, COUNT, TAGS).assemble(batch, new OffsetLedger(0));
    assertThat(texts(rows.column(0))).containsExactly("first", "last");
    assertThat(texts(rows.column(2))).containsExactly("p", "s");
  }

  @Test
  void recordsBelowTheLedgersPositionArePassedOver() {
    Batch batch = new Batch();
    batch.add(5, "{\"name\":\"old\"}");
    batch.add(6, "{\"name\":\"new\"}");
    batch.nextOffset = 7;
    OffsetLedger ledger = new OffsetLedger(6);
    RowBatch rows = assembler(List.of(), NAME).assemble(batch, ledger);
    assertThat(texts(rows.column(0))).containsExactly("new");
    assertThat(ledger.position()).isEqualTo(7);
  }

  @Test
  void batchWithoutRecordsMovesThePosition() {
    Batch batch = new Batch();
    batch.nextOffset = 9;
    OffsetLedger ledger = new OffsetLedger(4);
    assertThat(assembler(List.of(), NAME).assemble(batch, ledger).rowCount()).isZero();
    assertThat(ledger.countsBelow(9)).isEqualTo(new LedgerCounts(0, 0, 0, 5, 0));
  }

  @Test
  void sampleOfALargeRecordIsShortened() {
    Batch batch = new Batch();
    batch.add(0, "x".repeat(10_000));
    batch.nextOffset = 1;
    OffsetLedger ledger = new OffsetLedger(0);
    assembler(List.of(), NAME).assemble(batch, ledger);
    RejectedRecord rejected = ledger.rejectedBelow(1, 1).getFirst();
    assertThat(rejected.sample()).hasSize(RejectedRecord.MAX_SAMPLE_BYTES);
    assertThat(rejected.recordSizeBytes()).isEqualTo(10_000);
  }

  @Test
  void computedColumnReadsFieldsThatTheSchemaLacks() {
    ColumnSpec days = ColumnSpec.dimension("days", DataType.LONG);
    assertThat(computed("toEpochDays(\"timestamp\")", days, "{\"timestamp\":172800001}"))
        .isEqualTo("2");
  }

  @Test
  void computedColumnReadsColumnsOfTheSchema() {
    ColumnSpec ts = ColumnSpec.dimension("ts", DataType.TIMESTAMP);
    assertThat(
            computed(
                "fromEpochDays(day)", ts, "{\"day\":2}", ColumnSpec.dimension("day", DataType.INT)))
        .isEqualTo("172800000");
  }

  @Test
  void timeIsParsedWithJodasLetters() {
    ColumnSpec ts = ColumnSpec.dimension("ts", DataType.TIMESTAMP);
    String expected = "1626847200000";
    assertThat(
            computed(
                "fromDateTime(created, 'yyyy-MM-dd''T''HH:mm:ssZ')",
                ts,
                "{\"created\":\"2021-07-21T06:00:00Z\"}"))
        .isEqualTo(expected);
    assertThat(
            computed(
                "fromDateTime(created, 'yyyy-MM-dd''T''HH:mm:ss''Z''')",
                ts,
                "{\"created\":\"2021-07-21T06:00:00Z\"}"))
        .isEqualTo(expected);
  }

  @Test
  void jsonFormatGivesCompactText() {
    ColumnSpec text = ColumnSpec.dimension("text", DataType.STRING);
    assertThat(computed("jsonFormat(\"group\")", text, "{\"group\":{ \"a\" : [1, 2] }}"))
        .isEqualTo("{\"a\":[1,2]}");
  }

  @Test
  void constantIsConvertedToTheColumn() {
    assertThat(computed("1704067200000", ColumnSpec.dimension("ts", DataType.TIMESTAMP), "{}"))
        .isEqualTo("1704067200000");
  }

  @Test
  void valueInTheRecordWinsOverTheComputedOne() {
    assertThat(computed("5", ColumnSpec.dimension("n", DataType.INT), "{\"n\":3}")).isEqualTo("3");
  }

  @Test
  void missingArgumentGivesTheDefault() {
    Batch batch = new Batch();
    batch.add(0, "{}");
    batch.nextOffset = 1;
    RowBatch rows =
        assembler(
                List.of(transform("n", "toEpochDays(x)")), ColumnSpec.dimension("n", DataType.LONG))
            .assemble(batch, new OffsetLedger(0));
    assertThat(rows.column(0).isNull(0)).isTrue();
  }

  @Test
  void transformThatFailsRejectsTheRecord() {
    Batch batch = new Batch();
    batch.add(0, "{\"created\":\"yesterday\"}");
    batch.nextOffset = 1;
    OffsetLedger ledger = new OffsetLedger(0);
    RowBatch rows =
        assembler(
                List.of(transform("ts", "fromDateTime(created, 'yyyy-MM-dd')")),
                ColumnSpec.dimension("ts", DataType.TIMESTAMP))
            .assemble(batch, ledger);
    assertThat(rows.rowCount()).isZero();
    assertThat(ledger.rejectedBelow(1, 1).getFirst().reason())
        .isEqualTo(RejectionReason.TRANSFORM_FAILED);
  }

  @Test
  void chainedAndNestedTransformsRunInTheOrderThatTheyNeed() {
    ColumnSpec ts = ColumnSpec.dimension("ts", DataType.TIMESTAMP);
    ColumnSpec day = ColumnSpec.dimension("day", DataType.LONG);
    Batch batch = new Batch();
    batch.add(0, "{\"created\":\"1970-01-04\"}");
    batch.nextOffset = 1;
    RowBatch rows =
        assembler(
                List.of(
                    transform("ts", "fromDateTime(jsonFormat(created), '\"yyyy-MM-dd\"')"),
                    transform("day", "toEpochDays(ts)")),
                day,
                ts)
            .assemble(batch, new OffsetLedger(0));
    assertThat(rows.column(0).valueAt(0)).isEqualTo(new Value.LongValue(3));
  }

  @Test
  void fieldBesideTheSchemaIsReadAsTheCallThatNeedsIt() {
    ColumnSpec text = ColumnSpec.dimension("text", DataType.STRING);
    ColumnSpec day = ColumnSpec.dimension("day", DataType.LONG);
    Batch batch = new Batch();
    batch.add(0, "{\"ms\":172800000}");
    batch.nextOffset = 1;
    RowBatch rows =
        assembler(List.of(transform("text", "ms"), transform("day", "toEpochDays(ms)")), text, day)
            .assemble(batch, new OffsetLedger(0));
    assertThat(rows.column(0).valueAt(0)).isEqualTo(new Value.StringValue("172800000"));
    assertThat(rows.column(1).valueAt(0)).isEqualTo(new Value.LongValue(2));
  }

  private static TransformConfig transform(String column, String function) {
    return new TransformConfig(column, TransformExpression.parse(function));
  }

  private String computed(String function, ColumnSpec target, String record, ColumnSpec... others) {
    List<ColumnSpec> columns = new ArrayList<>(List.of(target));
    columns.addAll(List.of(others));
    Batch batch = new Batch();
    batch.add(0, record);
    batch.nextOffset = 1;
    RowBatch rows =
        assembler(List.of(transform(target.name(), function)), columns.toArray(ColumnSpec[]::new))
            .assemble(batch, new OffsetLedger(0));
    assertThat(rows.rowCount()).isEqualTo(1);
    return texts(rows.column(0)).getFirst();
  }

  private static List<String> texts(ColumnBuffer column) {
    List<String> texts = new ArrayList<>();
    for (int value = 0; value < column.valueCount(); value++) {
      texts.add(
          switch (column.valueAt(value)) {
            case Value.StringValue(String text) -> text;
            case Value.IntValue(int number) -> Integer.toString(number);
            case Value.LongValue(long number) -> Long.toString(number);
            case Value other -> other.toString();
          });
    }
    return texts;
  }

  private RowAssembler assembler(List<TransformConfig> transforms, ColumnSpec... columns) {
    StreamConfig stream =
        new StreamConfig(
            "topic",
            "kafka:9092",
            new StreamConfig.StartOffset.Smallest(),
            StreamConfig.Decoder.JSON,
            true,
            Map.of(),
            Duration.ofSeconds(5));
    TableConfig config =
        new TableConfig(
            "t",
            1,
            "{}",
            Optional.empty(),
            1,
            Optional.empty(),
            "DefaultTenant",
            "DefaultTenant",
            false,
            Set.of(),
            Set.of(),
            transforms,
            stream,
            new FlushThresholds(
                OptionalLong.empty(), OptionalLong.empty(), 1 << 20, Duration.ofHours(1)),
            Optional.empty());
    return new RowAssembler(new TableSchema("t", 1, List.of(columns)), config, detours);
  }

  /** Records in one array, nothing between them. */
  private static final class Batch implements StreamBatch {
    private final List<Long> offsets = new ArrayList<>();
    private final List<Integer> starts = new ArrayList<>();
    private final List<Integer> ends = new ArrayList<>();
    private final ByteArrayOutputStream values = new ByteArrayOutputStream();
    private long nextOffset;
    private int current = -1;

    void add(long offset, @Nullable String value) {
      offsets.add(offset);
      starts.add(value == null ? -1 : values.size());
      values.writeBytes((value == null ? "" : value).getBytes(UTF_8));
      ends.add(values.size());
    }

    @Override
    public int size() {
      return offsets.size();
    }

    @Override
    public void moveTo(int index) {
      current = index;
    }

    @Override
    public long offset() {
      return offsets.get(current);
    }

    @Override
    public long timestampMillis() {
      return -1;
    }

    @Override
    public byte @Nullable [] value() {
      return starts.get(current) < 0 ? null : values.toByteArray();
    }

    @Override
    public int valueStart() {
      return Math.max(0, starts.get(current));
    }

    @Override
    public int valueEnd() {
      return starts.get(current) < 0 ? 0 : ends.get(current);
    }

    @Override
    public byte @Nullable [] key() {
      return null;
    }

    @Override
    public long nextOffset() {
      return nextOffset;
    }
  }
}
