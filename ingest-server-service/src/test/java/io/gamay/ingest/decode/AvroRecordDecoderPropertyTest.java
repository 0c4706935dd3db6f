package io.gamay.ingest.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.gamay.ingest.decode.DecodeOutcome.DecodeFailure;
import io.gamay.ingest.decode.JsonOracle.Expected;
import io.gamay.segment.ledger.RejectionReason;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** On any schema and any record of it, the columns hold what Avro's own generic reader reads. */
class AvroRecordDecoderPropertyTest {

  private static final System.Logger LOGGER =
      System.getLogger(AvroRecordDecoderPropertyTest.class.getName());
  private static final JsonMapper JACKSON = new JsonMapper();
  private static final int RECORDS_OF_A_CASE = 20;

  private long records;
  private long rows;
  private long values;

  @Test
  void columnsHoldWhatTheLibraryReads() {
    Seeds.forEach(
        Duration.ofSeconds(4),
        random -> {
          Schema schema = new AvroTexts().anyRecord(random, 0);
          Fixture fixture = new Fixture(schema, anyColumns(schema, random), random);
          for (int number = 0; number < RECORDS_OF_A_CASE; number++) {
            GenericRecord record =
                (GenericRecord) Objects.requireNonNull(AvroTexts.anyValue(schema, random));
            check(fixture, AvroTexts.encode(schema, record, random.chance(0.3)));
          }
        });
    requireCounts();
  }

  @Test
  void damagedRecordIsAFailureOrWhatTheLibraryReads() {
    Seeds.forEach(
        Duration.ofSeconds(3),
        random -> {
          Schema schema = new AvroTexts().anyRecord(random, 0);
          Fixture fixture = new Fixture(schema, anyColumns(schema, random), random);
          GenericRecord record =
              (GenericRecord) Objects.requireNonNull(AvroTexts.anyValue(schema, random));
          byte[] whole = AvroTexts.encode(schema, record, random.chance(0.3));
          for (int cut = 1; cut < whole.length; cut++) {
            assertThat(fixture.decode(Arrays.copyOf(whole, cut))).isInstanceOf(DecodeFailure.class);
          }
          for (int number = 0; number < RECORDS_OF_A_CASE && whole.length > 0; number++) {
            checkDamaged(fixture, damaged(whole, random));
          }
        });
    LOGGER.log(System.Logger.Level.INFO, "%d damaged records".formatted(records));
    if (System.getProperty(Seeds.REPLAY_PROPERTY) == null) {
      assertThat(records).isGreaterThan(300);
    }
  }

  private void check(Fixture fixture, byte[] bytes) throws IOException {
    records++;
    GenericRecord read = AvroTexts.read(fixture.schema, bytes);
    DecodeOutcome outcome = fixture.decode(bytes);
    if (bytes.length == 0) {
      assertThat(outcome).isInstanceOf(DecodeFailure.class);
      return;
    }
    List<Expected> expected =
        fixture.specs.stream()
            .map(column -> AvroOracle.expected(read, fixture.schema, column))
            .toList();
    if (outcome instanceof DecodeFailure failure) {
      assertThat(failure.reason())
          .as("%s of %s", failure, read)
          .isEqualTo(RejectionReason.WRONG_TYPE);
      assertThat(expected)
          .as("%s of %s in %s", failure, read, fixture.schema)
          .anyMatch(one -> !(one instanceof Expected.Values));
      return;
    }
    rows++;
    for (int column = 0; column < expected.size(); column++) {
      requireSame(fixture.lastRow(column), expected.get(column), fixture, column, read);
    }
  }

  private void requireSame(
      List<Value> found, Expected expected, Fixture fixture, int column, GenericRecord read) {
    String context =
        "column %s of %s in %s".formatted(fixture.specs.get(column), read, fixture.schema);
    switch (expected) {
      case Expected.Unknown _ -> {}
      case Expected.WrongType _ -> fail("%s should not fit: %s".formatted(context, found));
      case Expected.Values(List<Value> wanted) -> {
        values += wanted.size();
        assertThat(found).as(context).hasSameSizeAs(wanted);
        for (int value = 0; value < wanted.size(); value++) {
          if (!isSameDocument(found.get(value), wanted.get(value))) {
            assertThat(comparable(found.get(value)))
                .as(context)
                .isEqualTo(comparable(wanted.get(value)));
          }
        }
      }
    }
  }

  private static Object comparable(Value value) {
    return value instanceof Value.BigDecimalValue(var decimal)
        ? decimal.stripTrailingZeros()
        : value;
  }

  private static boolean isSameDocument(Value found, Value wanted) {
    if (!(found instanceof Value.StringValue(String text))
        || !(wanted instanceof Value.StringValue(String wantedText))) {
      return false;
    }
    try {
      return JACKSON.readTree(text).equals(JACKSON.readTree(wantedText));
    } catch (JacksonException notJson) {
      return false;
    }
  }

  private void checkDamaged(Fixture fixture, byte[] bytes) {
    records++;
    DecodeOutcome outcome = fixture.decode(bytes);
    if (outcome instanceof DecodeOutcome.Decoded) {
      try {
        AvroTexts.read(fixture.schema, bytes);
      } catch (IOException | RuntimeException refused) {
        fail("decoded what the library refuses: %s".formatted(Arrays.toString(bytes)), refused);
      }
    }
  }

  private static byte[] damaged(byte[] whole, SeededRandom random) {
    byte[] bytes = whole.clone();
    for (int times = random.between(1, 3); times > 0; times--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 9), (byte) 0xff);
        default -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(3));
      }
    }
    return bytes;
  }

  private void requireCounts() {
    LOGGER.log(
        System.Logger.Level.INFO,
        "%d records, %d of them rows, %d values compared".formatted(records, rows, values));
    if (System.getProperty(Seeds.REPLAY_PROPERTY) == null) {
      assertThat(records).isGreaterThan(300);
      assertThat(rows).isGreaterThan(records / 10);
      assertThat(values).isGreaterThan(rows);
    }
  }

  /** Mostly columns that like what the schema has under their name. */
  private static List<ColumnSpec> anyColumns(Schema schema, SeededRandom random) {
    List<ColumnSpec> columns = new ArrayList<>();
    addColumns(schema, "", 0, columns, random);
    columns.add(ColumnSpec.dimension("nobody", DataType.STRING));
    columns.add(ColumnSpec.dimension("f0.f1.f0", DataType.STRING));
    List<ColumnSpec> distinct = new ArrayList<>();
    for (ColumnSpec column : columns) {
      if (distinct.stream().noneMatch(other -> other.name().equals(column.name()))) {
        distinct.add(column);
      }
    }
    return distinct;
  }

  private static void addColumns(
      Schema schema, String prefix, int depth, List<ColumnSpec> columns, SeededRandom random) {
    Schema inner = schema;
    if (schema.getType() == Schema.Type.UNION) {
      inner =
          schema.getTypes().stream()
              .filter(branch -> branch.getType() != Schema.Type.NULL)
              .findFirst()
              .orElseThrow();
    }
    if (inner.getType() == Schema.Type.RECORD && depth < 4) {
      for (Schema.Field field : inner.getFields()) {
        String name = prefix + field.name();
        if (random.chance(0.7)) {
          columns.add(anyColumn(name, field.schema(), random));
        }
        addColumns(field.schema(), name + ".", depth + 1, columns, random);
      }
    }
    if (inner.getType() == Schema.Type.MAP) {
      columns.add(anyColumn(prefix + "key", inner.getValueType(), random));
    }
  }

  private static ColumnSpec anyColumn(String name, Schema schema, SeededRandom random) {
    if (random.chance(0.05)) {
      ColumnSpec any = ColumnSpec.dimension(name, random.oneOf(List.of(DataType.values())));
      return random.chance(0.3) && any.type() != DataType.JSON ? any.asMultiValue() : any;
    }
    return switch (schema.getType()) {
      case ARRAY ->
          random.chance(0.3)
              ? ColumnSpec.dimension(name, DataType.JSON)
              : anyColumn(name, schema.getElementType(), random).asMultiValue();
      case UNION ->
          anyColumn(
              name,
              schema.getTypes().stream()
                  .filter(branch -> branch.getType() != Schema.Type.NULL)
                  .findFirst()
                  .orElseThrow(),
              random);
      case BOOLEAN -> of(name, random, DataType.BOOLEAN, DataType.INT, DataType.STRING);
      case INT, LONG -> of(name, random, DataType.LONG, DataType.TIMESTAMP, DataType.BIG_DECIMAL);
      case FLOAT, DOUBLE -> of(name, random, DataType.DOUBLE, DataType.STRING);
      case BYTES, FIXED ->
          schema.getLogicalType() == null
              ? of(name, random, DataType.BYTES, DataType.STRING)
              : of(name, random, DataType.BIG_DECIMAL, DataType.DOUBLE, DataType.STRING);
      case STRING, ENUM, MAP, RECORD, NULL -> of(name, random, DataType.STRING, DataType.JSON);
    };
  }

  private static ColumnSpec of(String name, SeededRandom random, DataType... types) {
    return ColumnSpec.dimension(name, random.oneOf(List.of(types)));
  }

  private static final class Fixture {
    private final Schema schema;
    private final List<ColumnSpec> specs;
    private final SeededRandom random;
    private final FieldWriter[] writers;
    private final AvroRecordDecoder decoder;
    private int rowCount;

    Fixture(Schema schema, List<ColumnSpec> specs, SeededRandom random) {
      this.random = random;
      this.schema = schema;
      this.specs = specs;
      this.writers =
          specs.stream().map(ColumnBuffer::new).map(FieldWriter::new).toArray(FieldWriter[]::new);
      this.decoder = new AvroRecordDecoder(schema, specs.stream().map(ColumnSpec::name).toList());
    }

    DecodeOutcome decode(byte[] record) {
      DecodeOutcome outcome = PlacedRecord.amongOthers(record, random).decode(decoder, writers);
      boolean isRow = outcome instanceof DecodeOutcome.Decoded;
      for (FieldWriter writer : writers) {
        if (!isRow) {
          writer.column().truncate(rowCount);
        } else if (writer.column().rowCount() == rowCount) {
          writer.column().appendNull();
        }
        assertThat(writer.column().rowCount()).isEqualTo(isRow ? rowCount + 1 : rowCount);
        assertThat(writer.column().hasOpenRow()).isFalse();
      }
      rowCount += isRow ? 1 : 0;
      return outcome;
    }

    List<Value> lastRow(int column) {
      ColumnBuffer buffer = writers[column].column();
      int row = rowCount - 1;
      List<Value> found = new ArrayList<>();
      if (!buffer.isNull(row)) {
        for (int value = buffer.firstValue(row); value < buffer.endValue(row); value++) {
          found.add(buffer.valueAt(value));
        }
      }
      return found;
    }
  }
}
