package io.gamay.ingest.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.table.StreamConfig.Decoder.Csv;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

/**
 * What stands around a record in its array does not matter: whole, cut and damaged records among
 * bytes that would complete them end as they do alone.
 */
class PlacedRecordPropertyTest {

  private static final int RECORDS_OF_A_CASE = 40;

  private static final List<ColumnSpec> COLUMNS =
      List.of(
          ColumnSpec.dimension("i1", DataType.INT),
          ColumnSpec.dimension("long", DataType.LONG),
          ColumnSpec.dimension("d", DataType.DOUBLE),
          ColumnSpec.dimension("f", DataType.FLOAT),
          ColumnSpec.dimension("bool", DataType.BOOLEAN),
          ColumnSpec.dimension("s1", DataType.STRING),
          ColumnSpec.dimension("m", DataType.STRING).asMultiValue(),
          ColumnSpec.dimension("n", DataType.INT).asMultiValue(),
          ColumnSpec.dimension("json", DataType.JSON),
          ColumnSpec.dimension("x", DataType.BIG_DECIMAL),
          ColumnSpec.dimension("s_wide", DataType.STRING));

  private static final List<String> NAMES = DecodedRow.names(COLUMNS);

  @FunctionalInterface
  private interface RecordMaker {
    byte[] make(SeededRandom random) throws IOException;
  }

  private long rows;
  private long failures;

  @Test
  void jsonEndsAsAlone() {
    Seeds.forEach(
        300,
        random -> {
          JsonTexts.Style style = JsonTexts.Style.any(NAMES, random);
          check(
              random,
              COLUMNS,
              () -> new JsonRecordDecoder(NAMES),
              seeded -> style.record(seeded).getBytes(UTF_8));
        });
    requireBoth();
  }

  @Test
  void jsonThatEndsAnywhereEndsAsAlone() {
    Seeds.forEach(
        20,
        random -> {
          Pair pair = new Pair(COLUMNS, new JsonRecordDecoder(NAMES), new JsonRecordDecoder(NAMES));
          JsonTexts.Style style = JsonTexts.Style.any(NAMES, random);
          byte[] whole = style.record(random).getBytes(UTF_8);
          for (int cut = 0; cut <= whole.length; cut++) {
            byte[] rest = Arrays.copyOfRange(whole, cut, whole.length);
            count(pair.check(Arrays.copyOf(whole, cut), rest, random));
            count(pair.check(whole, rest, random));
          }
        });
    requireBoth();
  }

  @Test
  void jsonThatEndsAnywhereEndsAsAloneNearItsArraysEnd() {
    List<String> fillers =
        List.of(
            "1",
            "-1",
            "1.",
            "1,",
            "[",
            "a",
            "\u00e9",
            "\"",
            " ",
            "null",
            "}",
            "123456789012345678,");
    Seeds.forEach(
        5,
        random -> {
          Pair pair = new Pair(COLUMNS, new JsonRecordDecoder(NAMES), new JsonRecordDecoder(NAMES));
          byte[] whole = anyRecord(random);
          while (!(pair.check(whole, PlacedRecord.alone(whole), random)
              instanceof DecodeOutcome.Decoded)) {
            whole = anyRecord(random);
          }
          for (int cut = 0; cut <= whole.length; cut++) {
            byte[] record = Arrays.copyOf(whole, cut);
            byte[] filler = random.oneOf(fillers).repeat(80).getBytes(UTF_8);
            for (int behind = 0; behind < 80; behind += behind == 1 ? 26 : 1) {
              byte[] source = Arrays.copyOf(record, cut + behind);
              System.arraycopy(filler, 0, source, cut, behind);
              count(pair.check(record, new PlacedRecord(source, 0, cut), random));
            }
          }
        });
    requireBoth();
  }

  @Test
  void csvEndsAsAlone() {
    Csv format =
        new Csv(
            List.of(),
            ',',
            Optional.of('"'),
            Optional.of('\\'),
            Optional.of('#'),
            ';',
            Optional.of("null"),
            true,
            true);
    Seeds.forEach(
        300,
        random ->
            check(
                random,
                COLUMNS,
                () -> new CsvRecordDecoder(format, NAMES, NAMES),
                seeded ->
                    "%d,%d,%d.5,%d,true,\"a, \"\"b\"\"\",x;y;z,1;2,{},1e5,%s\n"
                        .formatted(
                            seeded.anyInt(),
                            seeded.anyLong(),
                            seeded.nextInt(100),
                            seeded.nextInt(100),
                            seeded.oneOf(List.of("", "\u00e9", "a\\nb", "# x")))
                        .getBytes(UTF_8)));
    requireBoth();
  }

  @Test
  void avroEndsAsAlone() {
    Seeds.forEach(
        300,
        random -> {
          Schema schema = new AvroTexts().anyRecord(random, 0);
          List<ColumnSpec> columns = columnsOf(schema, random);
          check(
              random,
              columns,
              () -> new AvroRecordDecoder(schema, DecodedRow.names(columns)),
              seeded -> {
                Object value = Objects.requireNonNull(AvroTexts.anyValue(schema, seeded));
                byte[] record = AvroTexts.encode(schema, (GenericRecord) value, seeded.chance(0.3));
                return seeded.chance(0.3) ? withHeader(record, schema) : record;
              });
        });
    requireBoth();
  }

  @Test
  void rawEndsAsAlone() {
    for (DataType type : List.of(DataType.STRING, DataType.JSON, DataType.BYTES)) {
      Seeds.forEach(
          50,
          random ->
              check(
                  random,
                  List.of(ColumnSpec.dimension("all", type)),
                  () -> new RawRecordDecoder(0),
                  seeded -> seeded.anyString(40).getBytes(UTF_8)));
    }
    requireBoth();
  }

  /** One that may hold values that cannot be read. */
  private static byte[] anyRecord(SeededRandom random) {
    String members = JsonTexts.Style.any(NAMES, random).record(random).substring(1);
    return ("{\"nobody\":\"skipped\",\"long\":1," + members).getBytes(UTF_8);
  }

  private void check(
      SeededRandom random,
      List<ColumnSpec> columns,
      Supplier<RecordDecoder> decoder,
      RecordMaker records)
      throws IOException {
    Pair pair = new Pair(columns, decoder.get(), decoder.get());
    for (int number = 0; number < RECORDS_OF_A_CASE; number++) {
      byte[] record = records.make(random);
      byte[] rest = new byte[0];
      switch (random.nextInt(4)) {
        case 0 -> record = JsonTexts.mutate(record, random);
        case 1 -> {
          int cut = random.nextInt(record.length + 1);
          rest = Arrays.copyOfRange(record, cut, record.length);
          record = Arrays.copyOf(record, cut);
        }
        default -> {}
      }
      count(pair.check(record, rest, random));
    }
  }

  private void count(DecodeOutcome outcome) {
    if (outcome instanceof DecodeOutcome.Decoded) {
      rows++;
    } else {
      failures++;
    }
  }

  private void requireBoth() {
    if (System.getProperty(Seeds.REPLAY_PROPERTY) == null) {
      assertThat(rows).isGreaterThan(100);
      assertThat(failures).isGreaterThan(100);
    }
  }

  /** In the single-object encoding. */
  private static byte[] withHeader(byte[] record, Schema schema) {
    return ByteBuffer.allocate(10 + record.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 0xC3)
        .put((byte) 1)
        .putLong(SchemaNormalization.parsingFingerprint64(schema))
        .put(record)
        .array();
  }

  private static List<ColumnSpec> columnsOf(Schema schema, SeededRandom random) {
    List<ColumnSpec> columns = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      columns.add(
          ColumnSpec.dimension(
              field.name(), random.oneOf(List.of(DataType.STRING, DataType.LONG, DataType.JSON))));
    }
    columns.add(ColumnSpec.dimension("nobody", DataType.STRING));
    return columns;
  }

  /** Two decoders that are given the same records, one alone and one among others. */
  private static final class Pair {

    private final RecordDecoder alone;
    private final RecordDecoder amongOthers;
    private final List<ColumnSpec> columns;

    /** The same ones for all records: what a decoder learns is about them. */
    private final FieldWriter[] aloneWriters;

    private final FieldWriter[] amongOthersWriters;

    Pair(List<ColumnSpec> columns, RecordDecoder alone, RecordDecoder amongOthers) {
      this.columns = columns;
      this.alone = alone;
      this.amongOthers = amongOthers;
      this.aloneWriters = new DecodedRow(columns).writers();
      this.amongOthersWriters = new DecodedRow(columns).writers();
    }

    DecodeOutcome check(byte[] record, byte[] behind, SeededRandom random) {
      return check(record, PlacedRecord.amongOthers(record, behind, random), random);
    }

    DecodeOutcome check(byte[] record, PlacedRecord placed, SeededRandom random) {
      byte[] before = placed.source().clone();
      DecodeOutcome expected = PlacedRecord.alone(record).decode(alone, aloneWriters);
      DecodeOutcome outcome = placed.decode(amongOthers, amongOthersWriters);
      String context = "%s in %s".formatted(Arrays.toString(record), new String(before, UTF_8));
      assertThat(outcome).as(context).isEqualTo(expected);
      assertThat(placed.source()).isEqualTo(before);
      if (outcome instanceof DecodeOutcome.Decoded) {
        for (int column = 0; column < columns.size(); column++) {
          assertThat(DecodedRow.shown(amongOthersWriters[column].column()))
              .as(context)
              .isEqualTo(DecodedRow.shown(aloneWriters[column].column()));
        }
      }
      if (alone instanceof JsonRecordDecoder json
          && amongOthers instanceof JsonRecordDecoder placedJson
          && outcome instanceof DecodeOutcome.Decoded) {
        assertThat(placedJson.detours().records()).as(context).isEqualTo(json.detours().records());
      }
      if (random.chance(0.1)) {
        amongOthers.release();
      }
      clear(aloneWriters);
      clear(amongOthersWriters);
      return outcome;
    }

    private static void clear(FieldWriter[] writers) {
      for (FieldWriter writer : writers) {
        writer.column().clear();
      }
    }
  }
}
