package io.gamay.cluster.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.table.StreamConfig.Decoder;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class DecoderReaderTest {

  private static final String CLASS = "stream.kafka.decoder.class.name";
  private static final String PROPERTY = "stream.kafka.decoder.prop.";
  private static final String AVRO =
      "org.apache.pinot.plugin.inputformat.avro.SimpleAvroMessageDecoder";
  private static final String CSV = "org.apache.pinot.plugin.inputformat.csv.CSVMessageDecoder";

  private static final SchemaDefinition SCHEMA =
      schema(
          "{\"name\": \"city\", \"dataType\": \"STRING\"}, {\"name\": \"fare\", \"dataType\": \"INT\"}");

  private static SchemaDefinition schema(String dimensions) {
    return SchemaJson.parse(
            """
            {"schemaName": "rides",
             "dimensionFieldSpecs": [%s],
             "dateTimeFieldSpecs": [{"name": "ts", "dataType": "TIMESTAMP", "format": "TIMESTAMP"}]}
            """
                .formatted(dimensions))
        .orThrow();
  }

  @Test
  void avroSchemaComesWithTheConfig() {
    String schema = record("city", "fare", "ts");
    Parsed<TableConfig> parsed = parse(AVRO, Map.of("schema", schema));
    assertThat(parsed.problems()).isEmpty();
    assertThat(parsed.warnings()).isEmpty();
    assertThat(parsed.orThrow().stream().decoder())
        .isEqualTo(new Decoder.Avro(Optional.of(schema), Optional.empty()));
  }

  @Test
  void avroSchemaMayLieInAFileOnTheServers() {
    Decoder.Avro expected =
        new Decoder.Avro(Optional.empty(), Optional.of(URI.create("file:///etc/ride.avsc")));
    for (String written : List.of("file:///etc/ride.avsc", "/etc/ride.avsc")) {
      assertThat(parse(AVRO, Map.of("schema.file", written)).orThrow().stream().decoder())
          .isEqualTo(expected);
    }
  }

  @Test
  void columnThatTheAvroSchemaLacksIsAWarning() {
    Parsed<TableConfig> parsed = parse(AVRO, Map.of("schema", record("citi", "fare", "ts")));
    assertThat(parsed.problems()).isEmpty();
    assertThat(parsed.warnings())
        .singleElement()
        .satisfies(
            warning -> {
              assertThat(warning.path()).contains(PROPERTY + "schema");
              assertThat(warning.message()).contains("'city' stays empty");
              assertThat(warning.fix()).contains("citi");
            });
  }

  @Test
  void csvHasRfc4180sFormByDefault() {
    Parsed<TableConfig> parsed = parse(CSV, Map.of());
    assertThat(parsed.warnings()).isEmpty();
    assertThat(parsed.orThrow().stream().decoder())
        .isEqualTo(
            new Decoder.Csv(
                List.of(),
                ',',
                Optional.of('"'),
                Optional.empty(),
                Optional.empty(),
                ';',
                Optional.empty(),
                true,
                false));
  }

  @Test
  void csvTakesPinotsSettings() {
    Map<String, String> settings =
        Map.of(
            "header", "ts | city|fare",
            "delimiter", "|",
            "commentMarker", "#",
            "escapeCharacter", "\\",
            "multiValueDelimiter", ",",
            "nullStringValue", "none",
            "fileFormat", "excel");
    assertThat(parse(CSV, settings).orThrow().stream().decoder())
        .isEqualTo(
            new Decoder.Csv(
                List.of("ts", "city", "fare"),
                '|',
                Optional.of('"'),
                Optional.of('\\'),
                Optional.of('#'),
                ',',
                Optional.of("none"),
                false,
                false));
    assertThat(
            ((Decoder.Csv) parse(CSV, Map.of("delimiter", "\t")).orThrow().stream().decoder())
                .delimiter())
        .isEqualTo('\t');
    assertThat(
            ((Decoder.Csv) parse(CSV, Map.of("fileFormat", "TDF")).orThrow().stream().decoder())
                .delimiter())
        .isEqualTo('\t');
  }

  @Test
  void rawRecordsGoToTheOneColumnThatCanHoldThem() {
    assertThat(parse("RawMessageDecoder", Map.of()).orThrow().stream().decoder())
        .isEqualTo(new Decoder.Raw("city"));
    assertThat(parse("raw", Map.of("column", "city")).orThrow().stream().decoder())
        .isEqualTo(new Decoder.Raw("city"));
  }

  @Test
  void rawRecordsNeedAColumnWhereSeveralCouldHoldThem() {
    SchemaDefinition two =
        schema(
            "{\"name\": \"a\", \"dataType\": \"STRING\"}, {\"name\": \"b\", \"dataType\": \"JSON\"}");
    assertThat(parse(two, "RawMessageDecoder", Map.of()).problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path()).contains(PROPERTY + "column");
              assertThat(problem.fix()).isEqualTo("a, b");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SimpleAvroMessageDecoder|schema||is required",
        "SimpleAvroMessageDecoder|schema|{|is not JSON",
        "SimpleAvroMessageDecoder|schema|{\"type\": \"rekord\"}|is not an Avro schema",
        "SimpleAvroMessageDecoder|schema|{\"type\": \"record\", \"name\": \"r\"}|is not an Avro schema",
        "SimpleAvroMessageDecoder|schema|{\"type\": \"array\", \"items\": \"int\"}|schema of array",
        "SimpleAvroMessageDecoder|schema.file|http://host/ride.avsc|is not a file",
        "SimpleAvroMessageDecoder|schema.file|ride.avsc|is not a file",
        "CSVMessageDecoder|fileFormat|odd|is not a CSV format",
        "CSVMessageDecoder|delimiter|ab|one ASCII character",
        "CSVMessageDecoder|delimiter|\u00e9|one ASCII character",
        "CSVMessageDecoder|delimiter|\"|must differ",
        "CSVMessageDecoder|header|ts,city,ts|'ts' comes twice",
        "CSVMessageDecoder|header|ts,,fare|a name is empty",
        "RawMessageDecoder|column|citi|there is no column 'citi'",
        "RawMessageDecoder|column|fare|cannot hold any record",
      })
  void settingThatCannotBeIsAProblemThatNamesIt(
      String decoder, String property, String value, String message) {
    assertThat(parse(decoder, value == null ? Map.of() : Map.of(property, value)).problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path()).contains(PROPERTY + property);
              assertThat(problem.message()).contains(message);
            });
  }

  @Test
  void schemaThatNestsBeyondReasonIsAProblem() {
    String deep = "{\"type\":\"array\",\"items\":".repeat(20_000) + "\"int\"" + "}".repeat(20_000);
    assertThat(parse(AVRO, Map.of("schema", deep)).problems()).hasSize(1);
  }

  @Test
  void unknownDecoderIsRefusedWithTheKnownOnes() {
    assertThat(parse("org.example.ThriftMessageDecoder", Map.of()).problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path()).contains(CLASS);
              assertThat(problem.fix()).contains("CSVMessageDecoder");
            });
  }

  @Test
  void settingThatTheDecoderDoesNotKnowIsReported() {
    Parsed<TableConfig> parsed = parse(CSV, Map.of("delimeter", ";"));
    assertThat(parsed.unrecognizedProperties().toString()).contains("delimeter");
  }

  private static String record(String... fields) {
    List<String> written =
        List.of(fields).stream()
            .map("{\"name\": \"%s\", \"type\": \"string\"}"::formatted)
            .toList();
    return "{\"type\": \"record\", \"name\": \"Ride\", \"fields\": %s}".formatted(written);
  }

  private static Parsed<TableConfig> parse(String decoder, Map<String, String> settings) {
    return parse(SCHEMA, decoder, settings);
  }

  private static Parsed<TableConfig> parse(
      SchemaDefinition schema, String decoder, Map<String, String> settings) {
    ObjectNode config =
        (ObjectNode)
            ConfigObject.MAPPER.readTree(
                """
                {"tableName": "rides", "tableType": "REALTIME",
                 "segmentsConfig": {"timeColumnName": "ts"}, "tenants": {}, "tableIndexConfig": {},
                 "ingestionConfig": {"streamIngestionConfig": {"streamConfigMaps": [
                   {"streamType": "kafka", "stream.kafka.topic.name": "rides",
                    "stream.kafka.broker.list": "k:9092"}]}}, "metadata": {}}
                """);
    ObjectNode stream =
        (ObjectNode) config.at("/ingestionConfig/streamIngestionConfig/streamConfigMaps/0");
    stream.put(CLASS, decoder);
    settings.forEach((key, value) -> stream.put(PROPERTY + key, value));
    return TableConfigJson.parse(config.toString(), schema, 1);
  }
}
