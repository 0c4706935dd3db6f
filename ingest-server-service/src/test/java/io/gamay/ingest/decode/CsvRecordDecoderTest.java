package io.gamay.ingest.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.table.StreamConfig.Decoder.Csv;
import io.gamay.ingest.decode.DecodeOutcome.DecodeFailure;
import io.gamay.segment.ledger.RejectionReason;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvRecordDecoderTest {

  private static final List<ColumnSpec> COLUMNS =
      List.of(
          ColumnSpec.dimension("name", DataType.STRING),
          ColumnSpec.dimension("count", DataType.INT),
          ColumnSpec.dimension("price", DataType.DOUBLE),
          ColumnSpec.dimension("tags", DataType.STRING).asMultiValue());

  private static final Csv DEFAULT = format(',', Optional.of('"'), Optional.empty());
  private static final Csv MYSQL = format('\t', Optional.empty(), Optional.of('\\'));

  private static Csv format(char delimiter, Optional<Character> quote, Optional<Character> escape) {
    return new Csv(
        List.of(),
        delimiter,
        quote,
        escape,
        Optional.of('#'),
        ';',
        Optional.of("\\N"),
        true,
        false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Ada,5,1.5,x;y|Ada|5|1.5|[x, y]",
        "Ada,5,1.5,x;y\\r\\n|Ada|5|1.5|[x, y]",
        "\"a, \"\"b\"\"\\nc\",-7,1e3,\"x\"|a, \"b\"\\nc|-7|1000.0|[x]",
        ",,,|missing|missing|missing|missing",
        "\"\",5|missing|5|missing|missing",
        "Ada|Ada|missing|missing|missing",
        "\\\\N,007,+2,;;x;|missing|7|2.0|[x]",
        "# told before\\n\\nAda,1,2,\\n\\n|Ada|1|2.0|missing",
        "` a ,1,2,z`|` a `|1|2.0|[z]",
        "\u00e9\ud83d\ude80,1,.5,;|\u00e9\ud83d\ude80|1|0.5|missing",
      })
  void cellsGoToTheColumnsOfTheirNames(
      String record, String name, String count, String price, String tags) {
    assertThat(decoded(DEFAULT, unescaped(record)))
        .containsExactly(unescaped(name), count, price, tags);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a,1,2,x,more|MALFORMED|more than the 4 cells",
        "a,1,2,x\\nb,2,3,y|MALFORMED|second row",
        "\"a\"b,1|MALFORMED|behind a quoted cell",
        "\"a,1|TRUNCATED|quoted cell at byte 0",
        "x,\"1|TRUNCATED|quoted cell at byte 2",
        "a,many|WRONG_TYPE|field count: many is not a INT",
        "a,1.5|WRONG_TYPE|field count",
        "a,99999999999|WRONG_TYPE|field count",
        "# nothing|EMPTY|no row",
      })
  void recordThatIsNoRowIsRefusedWithTheReason(
      String record, RejectionReason reason, String detail) {
    assertFailure(decode(DEFAULT, unescaped(record)), reason, detail);
  }

  @Test
  void bytesThatAreNotUtf8AreMalformed() {
    byte[] record = "a,1".getBytes(UTF_8);
    record[0] = (byte) 0xff;
    assertFailure(
        decoder(DEFAULT).decode(record, 0, record.length, new DecodedRow(COLUMNS).writers()),
        RejectionReason.MALFORMED,
        "byte 0");
  }

  @Test
  void escapesStandForTheCharacterBehindThem() {
    assertThat(decoded(MYSQL, "a\\tb\\\\c\\\td\\x\t5\t\\N\tx;y"))
        .containsExactly("a\tb\\c\td\\x", "5", "missing", "[x, y]");
  }

  @Test
  void spacesAroundCellsGoIfTheFormatSaysSo() {
    Csv trimming =
        new Csv(
            List.of(),
            ',',
            Optional.of('"'),
            Optional.empty(),
            Optional.empty(),
            ';',
            Optional.empty(),
            true,
            true);
    assertThat(decoded(trimming, "  a b , 5 ,  \"2\" , x"))
        .containsExactly("a b", "5", "2.0", "[x]");
  }

  @Test
  void headerNamesTheCells() {
    CsvRecordDecoder decoder =
        new CsvRecordDecoder(
            DEFAULT, List.of("unknown", "count", "name"), DecodedRow.names(COLUMNS));
    DecodedRow row = new DecodedRow(COLUMNS);
    assertThat(PlacedRecord.alone("x,3,Ada".getBytes(UTF_8)).decode(decoder, row.writers()))
        .isEqualTo(DecodeOutcome.DECODED);
    assertThat(row.shown()).containsExactly("Ada", "3", "missing", "missing");
  }

  @Test
  void whatIsWrittenByTheRulesIsReadBack() {
    List<ColumnSpec> columns = new ArrayList<>();
    for (int cell = 0; cell < 5; cell++) {
      columns.add(ColumnSpec.dimension("c" + cell, DataType.STRING));
    }
    int cases =
        Seeds.forEach(
            3_000,
            random -> {
              List<String> cells = new ArrayList<>();
              columns.forEach(column -> cells.add(anyCell(random)));
              String record =
                  String.join(",", cells.stream().map(c -> written(c, random)).toList());
              DecodedRow row = new DecodedRow(columns);
              DecodeOutcome outcome =
                  PlacedRecord.amongOthers(
                          (record + random.oneOf(List.of("", "\n", "\r\n"))).getBytes(UTF_8),
                          random)
                      .decode(
                          new CsvRecordDecoder(
                              DEFAULT, DecodedRow.names(columns), DecodedRow.names(columns)),
                          row.writers());
              if (record.startsWith("#")) {
                return;
              }
              assertThat(outcome).as(record).isEqualTo(DecodeOutcome.DECODED);
              assertThat(row.shown())
                  .as(record)
                  .isEqualTo(cells.stream().map(c -> c.isEmpty() ? "missing" : c).toList());
            });
    assertThat(cases).isPositive();
  }

  @Test
  void anyBytesEndAsARowOrAsAReason() {
    int cases =
        Seeds.forEach(
            5_000,
            random -> {
              byte[] record = JsonTexts.mutate("a,\"b\"\"\n\",5,x;y\r\n#".getBytes(UTF_8), random);
              Csv format = random.chance(0.5) ? DEFAULT : MYSQL;
              DecodedRow row = new DecodedRow(COLUMNS);
              DecodeOutcome outcome =
                  PlacedRecord.amongOthers(record, random).decode(decoder(format), row.writers());
              if (outcome instanceof DecodeFailure failure) {
                assertThat(failure.detail()).isNotEmpty();
              } else {
                assertThat(row.shown()).hasSize(COLUMNS.size());
              }
            });
    assertThat(cases).isPositive();
  }

  private static String anyCell(SeededRandom random) {
    String cell = random.anyString(12);
    return cell.equals("\\N") ? "" : cell;
  }

  private static String written(String cell, SeededRandom random) {
    boolean needsQuotes = cell.chars().anyMatch(c -> ",\"\r\n".indexOf(c) >= 0);
    return needsQuotes || random.chance(0.3) ? "\"" + cell.replace("\"", "\"\"") + "\"" : cell;
  }

  private static String unescaped(String text) {
    return text.replace("\\\\", "\0").replace("\\n", "\n").replace("\\r", "\r").replace('\0', '\\');
  }

  private static List<String> decoded(Csv format, String record) {
    DecodedRow row = new DecodedRow(COLUMNS);
    assertThat(PlacedRecord.alone(record.getBytes(UTF_8)).decode(decoder(format), row.writers()))
        .as(record)
        .isEqualTo(DecodeOutcome.DECODED);
    return row.shown();
  }

  private static DecodeOutcome decode(Csv format, String record) {
    return PlacedRecord.alone(record.getBytes(UTF_8))
        .decode(decoder(format), new DecodedRow(COLUMNS).writers());
  }

  private static CsvRecordDecoder decoder(Csv format) {
    return new CsvRecordDecoder(format, DecodedRow.names(COLUMNS), DecodedRow.names(COLUMNS));
  }

  private static void assertFailure(DecodeOutcome outcome, RejectionReason reason, String detail) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            DecodeFailure.class,
            failure -> {
              assertThat(failure.reason()).isEqualTo(reason);
              assertThat(failure.detail()).contains(detail);
            });
  }
}
