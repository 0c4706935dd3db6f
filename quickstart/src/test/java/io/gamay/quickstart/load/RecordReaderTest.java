package io.gamay.quickstart.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.quickstart.console.Misuse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordReaderTest {

  @Test
  void ndjsonLinesAreSentByteForByteWellFormedOrNot() throws IOException {
    assertThat(read(RecordFormat.NDJSON, "{\"a\": 1.10}\n{broken\r\n\n \nnot json"))
        .containsExactly("{\"a\": 1.10}", "{broken", " ", "not json");
  }

  @Test
  void aLineOfTenMegabytesIsReadWhole() throws IOException {
    String longLine = "{\"a\":\"" + "x".repeat(10 << 20) + "\"}";
    List<String> records = read(RecordFormat.NDJSON, "{}\n" + longLine + "\n{}");
    assertThat(records).hasSize(3);
    assertThat(records.get(1).equals(longLine)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"a\":1.10,\"b\":12345678901234567890123},{\"a\":[{\"c\":null}]}]",
        "  [ {\"a\": 1.10,\n\"b\":12345678901234567890123} , {\"a\":[{\"c\":null}]} ]\n",
        "{\"a\":1.10,\"b\":12345678901234567890123}\n{\"a\":[{\"c\":null}]}",
        "{\"a\":1.10,\n \"b\":12345678901234567890123} {\"a\":[{\"c\":null}]}\n"
      })
  void jsonIsOneArrayOrObjectsInARowAndNumbersKeepTheirDigits(String text) throws IOException {
    assertThat(read(RecordFormat.JSON, text))
        .containsExactly("{\"a\":1.10,\"b\":12345678901234567890123}", "{\"a\":[{\"c\":null}]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[{\"a\":1}", "[{\"a\":1},", "[{\"a\":1}]{}", "{\"a\":1}]", "{\"a\":1"})
  void jsonThatIsCutOffIsAnError(String text) {
    assertThatThrownBy(() -> read(RecordFormat.JSON, text))
        .isInstanceOf(MalformedFileException.class);
  }

  @Test
  void anEmptyJsonFileOrArrayHasNoRecords() throws IOException {
    assertThat(read(RecordFormat.JSON, "")).isEmpty();
    assertThat(read(RecordFormat.JSON, "[]")).isEmpty();
  }

  @Test
  void bareCellsThatArePlainNumbersAreNumbersAndAllElseIsText() throws IOException {
    assertThat(
            read(
                RecordFormat.CSV,
                """
                \uFEFFid,n,text\r
                007,-1.50,"a,""b""
                c"\r
                1e5,0,"12"\r
                1234567890123456789,-0.0,.5\r
                """))
        .containsExactly(
            "{\"id\":\"007\",\"n\":-1.50,\"text\":\"a,\\\"b\\\"\\nc\"}",
            "{\"id\":\"1e5\",\"n\":0,\"text\":\"12\"}",
            "{\"id\":\"1234567890123456789\",\"n\":-0.0,\"text\":\".5\"}");
  }

  @Test
  void anEmptyCellIsAFieldLeftOutAndAQuotedOneAnEmptyText() throws IOException {
    assertThat(read(RecordFormat.CSV, "a,b,c\n,\"\",\n\n1,,x"))
        .containsExactly("{\"b\":\"\"}", "{\"a\":1,\"c\":\"x\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a,a\n1,2", "a,\n1,2", "\"a\"b\n1", "a\n\"x", "a\n\"x\"y\n\"z"})
  void csvThatDoesNotFitItsHeadingOrQuotesIsAnError(String text) {
    assertThatThrownBy(() -> read(RecordFormat.CSV, text))
        .isInstanceOf(MalformedFileException.class);
  }

  @Test
  void aCsvRowThatDoesNotFitIsUnreadableAndTheOthersAreRead() throws IOException {
    assertThat(
            read(
                RecordFormat.CSV,
                """
                a,b
                1,2
                3

                4,5,6
                "7"x,8
                "9
                ",10
                11,\r12
                13,14
                """))
        .containsExactly(
            "{\"a\":1,\"b\":2}",
            "3! 1 cell, the heading names 2",
            "5! 3 cells, the heading names 2",
            "6! text behind a closing quote, or a bare carriage return",
            "{\"a\":\"9\\n\",\"b\":10}",
            "9! text behind a closing quote, or a bare carriage return",
            "{\"a\":13,\"b\":14}");
  }

  @Test
  void aCsvRowThatIsNotUtf8IsUnreadableAndNotAGuess() throws IOException {
    byte[] latin1 = "a\nS\u00e3o Paulo\nRome\n".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(read(RecordFormat.CSV, latin1))
        .containsExactly("2! text that is not UTF-8", "{\"a\":\"Rome\"}");
    byte[] utf16 = "a\nb\n".getBytes(StandardCharsets.UTF_16);
    assertThatThrownBy(() -> read(RecordFormat.CSV, utf16))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("UTF-8");
  }

  @Test
  void jsonThatIsNotAnObjectIsUnreadableAndTheOthersAreRead() throws IOException {
    assertThat(read(RecordFormat.JSON, "[{\"a\":1},\n[[2],{}],\n3,null,{\"a\":4}]"))
        .containsExactly(
            "{\"a\":1}",
            "2! an array, not an object",
            "3! a bare value, not an object",
            "3! a bare value, not an object",
            "{\"a\":4}");
    assertThat(read(RecordFormat.JSON, "7")).containsExactly("1! a bare value, not an object");
  }

  @Test
  void whereJsonBreaksTheCountIsThatOfTheRecordsBefore() {
    assertThatThrownBy(() -> read(RecordFormat.JSON, "[{\"a\":1},{\"a\":]"))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith("not JSON after 1 record, line 1: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "deflate", "snappy", "zstandard"})
  void avroLeavesNullsOutUnwrapsUnionsAndWritesBytesAsHexadecimal(String codec) throws IOException {
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type":"record","name":"R","fields":[
                 {"name":"i","type":["null","int"]},
                 {"name":"l","type":"long"},
                 {"name":"f","type":"float"},
                 {"name":"d","type":"double"},
                 {"name":"b","type":"boolean"},
                 {"name":"s","type":["null","string","long"]},
                 {"name":"e","type":{"type":"enum","name":"E","symbols":["X","Y"]}},
                 {"name":"raw","type":"bytes"},
                 {"name":"fix","type":{"type":"fixed","name":"F2","size":2}},
                 {"name":"dec","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}},
                 {"name":"list","type":{"type":"array","items":["null","int"]}},
                 {"name":"map","type":{"type":"map","values":"string"}},
                 {"name":"in","type":{"type":"record","name":"In","fields":[
                   {"name":"x","type":["null","int"]},{"name":"y","type":"int"}]}}]}
                """);
    var record = new GenericData.Record(schema);
    record.put("l", Long.MAX_VALUE);
    record.put("f", 1.1f);
    record.put("d", Double.NaN);
    record.put("b", true);
    record.put("s", "text");
    record.put("e", new GenericData.EnumSymbol(schema.getField("e").schema(), "Y"));
    record.put("raw", ByteBuffer.wrap(new byte[] {0, (byte) 0xff}));
    record.put(
        "fix", new GenericData.Fixed(schema.getField("fix").schema(), new byte[] {1, (byte) 0xab}));
    record.put("dec", ByteBuffer.wrap(new byte[] {(byte) 0xff, (byte) 0x38}));
    record.put("list", Arrays.asList(1, null));
    record.put("map", Map.of("k", "v"));
    var inner = new GenericData.Record(schema.getField("in").schema());
    inner.put("y", 2);
    record.put("in", inner);

    assertThat(read(RecordFormat.AVRO, avroFile(schema, codec, record, record)))
        .hasSize(2)
        .containsOnly(
            "{\"l\":9223372036854775807,\"f\":1.1,\"d\":\"NaN\",\"b\":true,\"s\":\"text\",\"e\":\"Y\","
                + "\"raw\":\"00ff\",\"fix\":\"01ab\",\"dec\":-2.00,\"list\":[1,null],"
                + "\"map\":{\"k\":\"v\"},\"in\":{\"y\":2}}");
  }

  @Test
  void anAvroFileThatIsCutOffIsAnErrorWithTheCountBefore() throws IOException {
    Schema schema =
        new Schema.Parser()
            .parse(
                "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"l\",\"type\":\"long\"}]}");
    var record = new GenericData.Record(schema);
    record.put("l", 1L);
    byte[] file = avroFile(schema, "null", record);
    byte[] cut = Arrays.copyOf(file, file.length - 3);
    assertThatThrownBy(() -> read(RecordFormat.AVRO, cut))
        .isInstanceOf(MalformedFileException.class);
    assertThatThrownBy(() -> read(RecordFormat.AVRO, "not avro"))
        .isInstanceOf(MalformedFileException.class);
  }

  @Test
  void theFormatIsToldByTheEndOfTheNameAndAnUnknownOneIsRefused() {
    assertThat(RecordFormat.of(Path.of("a.b/x.NDJSON"))).isEqualTo(RecordFormat.NDJSON);
    assertThat(RecordFormat.of(Path.of("x.avro"))).isEqualTo(RecordFormat.AVRO);
    assertThatThrownBy(() -> RecordFormat.of(Path.of("x.parquet"))).isInstanceOf(Misuse.class);
    assertThatThrownBy(() -> RecordFormat.of(Path.of("csv.d/x"))).isInstanceOf(Misuse.class);
  }

  private static List<String> read(RecordFormat format, String text) throws IOException {
    return read(format, text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> read(RecordFormat format, byte[] bytes) throws IOException {
    var records = new ArrayList<String>();
    try (RecordReader reader = format.reader(new ByteArrayInputStream(bytes))) {
      for (Row row = reader.next(); row != null; row = reader.next()) {
        records.add(
            switch (row) {
              case Row.Sendable(byte[] json) -> new String(json, StandardCharsets.UTF_8);
              case Row.Unreadable(long line, String reason) -> line + "! " + reason;
            });
      }
    }
    return records;
  }

  private static byte[] avroFile(Schema schema, String codec, GenericRecord... records)
      throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var writer = new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(schema))) {
      writer.setCodec(CodecFactory.fromString(codec));
      writer.create(schema, bytes);
      for (GenericRecord record : records) {
        writer.append(record);
      }
    }
    return bytes.toByteArray();
  }
}
