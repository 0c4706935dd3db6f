package io.gamay.ingest.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.ingest.decode.DecodeOutcome.DecodeFailure;
import io.gamay.ingest.decode.JsonOracle.Expected;
import io.gamay.segment.ledger.RejectionReason;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.ColumnRole;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.DefaultValues;
import io.gamay.segment.schema.TooLongPolicy;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * On any record: the short way and the long way end alike, Jackson takes it for JSON if and only if
 * we do, and the columns hold what Jackson's tree holds.
 */
class JsonDecoderPropertyTest {

  private static final System.Logger LOGGER =
      System.getLogger(JsonDecoderPropertyTest.class.getName());

  private static final List<ColumnSpec> EVENT_COLUMNS =
      List.of(
          ColumnSpec.dimension("user_id", DataType.LONG),
          ColumnSpec.dimension("session_id", DataType.STRING),
          ColumnSpec.dimension("country", DataType.STRING),
          ColumnSpec.dimension("city", DataType.STRING),
          ColumnSpec.dimension("device", DataType.STRING),
          ColumnSpec.dimension("event_type", DataType.STRING),
          ColumnSpec.dimension("url", DataType.STRING),
          ColumnSpec.dimension("quantity", DataType.INT),
          ColumnSpec.dimension("latency_ms", DataType.INT),
          ColumnSpec.dimension("tags", DataType.STRING).asMultiValue(),
          ColumnSpec.dimension("amount", DataType.DOUBLE),
          ColumnSpec.dimension("ts", DataType.LONG));

  /** The first letter behind the last dot tells {@link JsonTexts} what the column likes. */
  private static final List<ColumnSpec> ANY_COLUMNS =
      List.of(
          ColumnSpec.dimension("i1", DataType.INT),
          ColumnSpec.dimension("l_a_longer_name_than_two_words", DataType.LONG),
          ColumnSpec.dimension("time", DataType.TIMESTAMP),
          ColumnSpec.dimension("d", DataType.DOUBLE),
          ColumnSpec.dimension("f", DataType.FLOAT),
          ColumnSpec.dimension("bool", DataType.BOOLEAN),
          ColumnSpec.dimension("s1", DataType.STRING),
          ColumnSpec.dimension("s\u00e9", DataType.STRING),
          limited("s_limited", 7, TooLongPolicy.TRIM),
          limited("s_refused", 25, TooLongPolicy.REJECT),
          ColumnSpec.dimension("m", DataType.STRING).asMultiValue(),
          ColumnSpec.dimension("n", DataType.INT).asMultiValue(),
          ColumnSpec.dimension("json", DataType.JSON),
          ColumnSpec.dimension("x", DataType.BIG_DECIMAL),
          ColumnSpec.dimension("y", DataType.BYTES),
          ColumnSpec.dimension("a", DataType.STRING),
          ColumnSpec.dimension("a.b", DataType.STRING),
          ColumnSpec.dimension("p.a.b.c", DataType.DOUBLE),
          ColumnSpec.dimension("p.s1", DataType.STRING),
          ColumnSpec.dimension("p.i1", DataType.INT).asMultiValue(),
          ColumnSpec.dimension("p", DataType.JSON));

  private static final int RECORDS_OF_A_CASE = 40;

  private long records;
  private long rows;
  private long compared;

  @Test
  void eventsTakeTheShortWayAlone() {
    int cases =
        Seeds.forEach(
            20,
            random -> {
              Ways ways = new Ways(EVENT_COLUMNS, random);
              for (int record = 0; record < 500; record++) {
                byte[] event = JsonTexts.event(random);
                assertThat(ways.decode(event)).isEqualTo(DecodeOutcome.DECODED);
                ways.requireAsExpected(JsonOracle.read(event).orElseThrow(), event);
              }
              assertThat(ways.decoder.detours()).isEqualTo(new JsonRecordDecoder.Detours(0, 0, 0));
            });
    assertThat(cases).isPositive();
  }

  @Test
  void brokenEventsEndAsOnTheLongWayAndAsInJackson() {
    Seeds.forEach(
        Duration.ofSeconds(3),
        random -> {
          Ways ways = new Ways(EVENT_COLUMNS, random);
          for (int record = 0; record < RECORDS_OF_A_CASE; record++) {
            byte[] event = JsonTexts.event(random);
            check(ways, random.chance(0.7) ? JsonTexts.mutate(event, random) : event);
          }
        });
    requireCounts(1_000);
  }

  @Test
  void anyRecordEndsAsOnTheLongWayAndAsInJackson() {
    Seeds.forEach(
        Duration.ofSeconds(5),
        random -> {
          List<ColumnSpec> columns = someOf(ANY_COLUMNS, random);
          List<String> names = columns.stream().map(ColumnSpec::name).toList();
          JsonTexts.Style style = JsonTexts.Style.any(names, random);
          Ways ways = new Ways(columns, random);
          for (int record = 0; record < RECORDS_OF_A_CASE; record++) {
            if (random.chance(0.05)) {
              style = JsonTexts.Style.any(names, random);
            }
            byte[] text = style.record(random).getBytes(StandardCharsets.UTF_8);
            check(ways, random.chance(0.2) ? JsonTexts.mutate(text, random) : text);
          }
        });
    requireCounts(1_000);
  }

  private void check(Ways ways, byte[] record) {
    records++;
    DecodeOutcome outcome = ways.decode(record);
    String context = new String(record, StandardCharsets.UTF_8);
    boolean isFailure = outcome instanceof DecodeFailure;
    if (!(outcome instanceof DecodeFailure failure)
        || !failure.detail().contains("unpaired surrogate")) { // to Jackson one is a character
      assertThat(!isFailure || isOfRow(outcome))
          .as("%s: %s", outcome, context)
          .isEqualTo(JsonOracle.isObject(record));
    }
    rows += isFailure ? 0 : 1;
    Optional<JsonNode> tree = JsonOracle.read(record);
    if (tree.isEmpty() || !JsonOracle.isWithoutDuplicates(record)) {
      return;
    }
    if (!isFailure) {
      ways.requireAsExpected(tree.get(), record);
      compared++;
    } else if (((DecodeFailure) outcome).reason() == RejectionReason.WRONG_TYPE) {
      ways.requireWrongType(tree.get(), context);
    }
  }

  /** Whether the record is JSON, though no row. */
  private static boolean isOfRow(DecodeOutcome outcome) {
    return outcome instanceof DecodeFailure failure
        && (failure.reason() == RejectionReason.WRONG_TYPE
            || failure.reason() == RejectionReason.TOO_LONG);
  }

  private void requireCounts(int floor) {
    LOGGER.log(
        System.Logger.Level.INFO,
        "%d records, %d of them rows, %d compared with Jackson's tree"
            .formatted(records, rows, compared));
    if (System.getProperty(Seeds.REPLAY_PROPERTY) == null) {
      assertThat(records).isGreaterThan(floor);
      assertThat(rows).isGreaterThan(records / 10);
      assertThat(records - rows).isGreaterThan(records / 10);
      assertThat(compared).isGreaterThan(records / 20);
    }
  }

  private static List<ColumnSpec> someOf(List<ColumnSpec> columns, SeededRandom random) {
    List<ColumnSpec> some = new ArrayList<>();
    double chance = random.oneOf(List.of(0.2, 0.5, 1.0));
    columns.stream().filter(column -> random.chance(chance)).forEach(some::add);
    return some.isEmpty() ? List.of(columns.getFirst()) : some;
  }

  private static ColumnSpec limited(String name, int maxLength, TooLongPolicy policy) {
    return new ColumnSpec(
        name,
        DataType.STRING,
        true,
        ColumnRole.DIMENSION,
        DefaultValues.of(DataType.STRING, ColumnRole.DIMENSION),
        false,
        OptionalInt.of(maxLength),
        policy,
        Optional.empty());
  }

  /**
   * One decoder that remembers layouts, its records among other bytes, and one whose records lie
   * alone and all take the long way.
   */
  private static final class Ways {

    private final List<ColumnSpec> specs;
    private final SeededRandom random;
    private final FieldWriter[] shortWay;
    private final FieldWriter[] longWay;
    private final JsonRecordDecoder decoder;
    private final JsonRecordDecoder other;
    private int rowCount;

    Ways(List<ColumnSpec> specs, SeededRandom random) {
      this.specs = specs;
      this.random = random;
      this.shortWay = writers(specs);
      this.longWay = writers(specs);
      List<String> names = specs.stream().map(ColumnSpec::name).toList();
      this.decoder = new JsonRecordDecoder(names);
      this.other = new JsonRecordDecoder(names);
    }

    /** Decodes both ways; of a record that is a row both get one more row. */
    DecodeOutcome decode(byte[] record) {
      DecodeOutcome outcome = PlacedRecord.amongOthers(record, random).decode(decoder, shortWay);
      DecodeOutcome expected =
          record.length == 0
              ? outcome
              : other.decodeFromBeginning(record, 0, record.length, longWay);
      String context = new String(record, StandardCharsets.UTF_8);
      assertThat(outcome).as(context).isEqualTo(expected);
      boolean isRow = outcome instanceof DecodeOutcome.Decoded;
      finish(shortWay, isRow);
      finish(longWay, isRow);
      if (isRow) {
        for (int column = 0; column < shortWay.length; column++) {
          assertThat(lastRow(shortWay[column].column()))
              .as("column %s of %s", specs.get(column).name(), context)
              .isEqualTo(lastRow(longWay[column].column()));
        }
        rowCount++;
      }
      return outcome;
    }

    void requireAsExpected(JsonNode record, byte[] text) {
      for (int column = 0; column < shortWay.length; column++) {
        Expected expected = JsonOracle.expected(record, specs.get(column));
        if (!(expected instanceof Expected.Unknown) && specs.get(column).maxLength().isEmpty()) {
          assertThat(new Expected.Values(lastRow(shortWay[column].column())))
              .as(
                  "column %s of %s",
                  specs.get(column).name(), new String(text, StandardCharsets.UTF_8))
              .isEqualTo(expected);
        }
      }
    }

    void requireWrongType(JsonNode record, String context) {
      assertThat(specs.stream().map(column -> JsonOracle.expected(record, column)))
          .as(context)
          .anyMatch(
              expected ->
                  expected instanceof Expected.WrongType || expected instanceof Expected.Unknown);
    }

    private void finish(FieldWriter[] columns, boolean isRow) {
      for (FieldWriter column : columns) {
        if (!isRow) {
          column.column().truncate(rowCount);
        } else if (column.column().rowCount() == rowCount) {
          column.column().appendNull();
        }
        assertThat(column.column().rowCount()).isEqualTo(isRow ? rowCount + 1 : rowCount);
        assertThat(column.column().hasOpenRow()).isFalse();
      }
    }

    /** No value if it is missing. */
    private static List<Value> lastRow(ColumnBuffer column) {
      int row = column.rowCount() - 1;
      List<Value> values = new ArrayList<>();
      if (!column.isNull(row)) {
        for (int value = column.firstValue(row); value < column.endValue(row); value++) {
          values.add(column.valueAt(value));
        }
      }
      return values;
    }

    private static FieldWriter[] writers(List<ColumnSpec> specs) {
      return specs.stream()
          .map(ColumnBuffer::new)
          .map(FieldWriter::new)
          .toArray(FieldWriter[]::new);
    }
  }
}
