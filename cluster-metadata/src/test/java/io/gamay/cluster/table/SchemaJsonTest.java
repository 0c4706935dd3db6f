package io.gamay.cluster.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.segment.schema.ColumnRole;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.DefaultValues;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.TimeFormat;
import io.gamay.segment.schema.TooLongPolicy;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class SchemaJsonTest {

  @Test
  void columnsComeInTheOrderOfTheTextWithTheirRoles() {
    SchemaDefinition schema =
        parse(
                """
                {"schemaName": "t",
                 "metricFieldSpecs": [{"name": "m", "dataType": "LONG"}],
                 "dateTimeFieldSpecs": [{"name": "ts", "dataType": "LONG", "format": "EPOCH", "granularity": "DAYS|1"}],
                 "dimensionFieldSpecs": [{"name": "b", "dataType": "INT", "singleValueField": false},
                                         {"name": "a", "dataType": "STRING"}],
                 "primaryKeyColumns": ["a"], "description": "d", "tags": ["x"]}
                """)
            .orThrow();
    assertThat(schema.name()).isEqualTo("t");
    assertThat(schema.columns()).extracting(ColumnSpec::name).containsExactly("m", "ts", "b", "a");
    assertThat(schema.columns())
        .extracting(ColumnSpec::role)
        .containsExactly(
            ColumnRole.METRIC, ColumnRole.DATE_TIME, ColumnRole.DIMENSION, ColumnRole.DIMENSION);
    assertThat(schema.column("b").orElseThrow().singleValue()).isFalse();
    assertThat(schema.primaryKeyColumns()).containsExactly("a");
  }

  @ParameterizedTest
  @EnumSource(DataType.class)
  void everyTypeHasPinotsDefaultWhereNoneIsWritten(DataType type) {
    ColumnSpec column = dimension("\"dataType\": \"" + type + "\"");
    assertThat(column.type()).isEqualTo(type);
    assertThat(column.defaultValue()).isEqualTo(DefaultValues.of(type, ColumnRole.DIMENSION));
    assertThat(column.maxLength()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INT|7|IntValue[value=7]",
        "INT|\"-7\"|IntValue[value=-7]",
        "INT|7.0|IntValue[value=7]",
        "LONG|9223372036854775807|LongValue[value=9223372036854775807]",
        "FLOAT|\"NaN\"|FloatValue[value=NaN]",
        "DOUBLE|\"-Infinity\"|DoubleValue[value=-Infinity]",
        "DOUBLE|1|DoubleValue[value=1.0]",
        "BOOLEAN|true|IntValue[value=1]",
        "BOOLEAN|\"0\"|IntValue[value=0]",
        "TIMESTAMP|0|LongValue[value=0]",
        "TIMESTAMP|\"2020-01-02 03:04:05\"|LongValue[value=1577934245000]",
        "TIMESTAMP|\"2020-01-02 03:04:05.678\"|LongValue[value=1577934245678]",
        "TIMESTAMP|\"2020-01-02T03:04:05Z\"|LongValue[value=1577934245000]",
        "TIMESTAMP|\"2020-01-02T05:04:05+02:00\"|LongValue[value=1577934245000]",
        "TIMESTAMP|\"2020-01-02\"|LongValue[value=1577923200000]",
        "STRING|\"\"|StringValue[value=]",
        "STRING|5|StringValue[value=5]",
        "JSON|{\"a\":1}|StringValue[value={\"a\":1}]",
        "BYTES|\"00ff\"|00ff",
        "BIG_DECIMAL|12345678901234567890.120|BigDecimalValue[value=12345678901234567890.12]",
      })
  void defaultIsAnyJsonThatFitsTheType(String type, String json, String expected) {
    ColumnSpec column =
        dimension("\"dataType\": \"%s\", \"defaultNullValue\": %s".formatted(type, json));
    assertThat(column.defaultValue()).hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INT|2147483648",
        "INT|1.5",
        "INT|\"x\"",
        "INT|[1]",
        "LONG|9223372036854775808",
        "FLOAT|1e39",
        "DOUBLE|\"\"",
        "BOOLEAN|2",
        "TIMESTAMP|\"yesterday\"",
        "BYTES|\"0\"",
        "BIG_DECIMAL|\"NaN\"",
      })
  void defaultThatDoesNotFitIsAProblemWithItsPath(String type, String json) {
    assertProblem(
        field("\"dataType\": \"%s\", \"defaultNullValue\": %s".formatted(type, json)),
        "$.dimensionFieldSpecs[0].defaultNullValue",
        type);
  }

  @Test
  void oldAndNewFormsOfDateTimeFormatsMeanTheSame() {
    Optional<TimeFormat> days = Optional.of(new TimeFormat.Epoch(Duration.ofDays(1)));
    assertThat(dateTime("EPOCH|DAYS", "INT")).isEqualTo(days);
    assertThat(dateTime("EPOCH|DAYS|1", "INT")).isEqualTo(days);
    assertThat(dateTime("1:DAYS:EPOCH", "INT")).isEqualTo(days);
    assertThat(dateTime("EPOCH", "LONG")).contains(new TimeFormat.Epoch(Duration.ofMillis(1)));
    assertThat(dateTime("5:MINUTES:EPOCH", "LONG"))
        .contains(new TimeFormat.Epoch(Duration.ofMinutes(5)));
    assertThat(dateTime("TIMESTAMP", "TIMESTAMP")).contains(new TimeFormat.Timestamp());
    assertThat(dateTime("1:MILLISECONDS:TIMESTAMP", "TIMESTAMP"))
        .contains(new TimeFormat.Timestamp());
    assertThat(dateTime("1:MILLISECONDS:EPOCH", "TIMESTAMP")).contains(new TimeFormat.Timestamp());
    Optional<TimeFormat> berlin =
        Optional.of(new TimeFormat.Pattern("yyyy-MM-dd HH:mm", ZoneId.of("Europe/Berlin")));
    assertThat(dateTime("SIMPLE_DATE_FORMAT|yyyy-MM-dd HH:mm|Europe/Berlin", "STRING"))
        .isEqualTo(berlin);
    assertThat(dateTime("1:DAYS:SIMPLE_DATE_FORMAT:yyyy-MM-dd HH:mm tz(Europe/Berlin)", "STRING"))
        .isEqualTo(berlin);
    assertThat(dateTime("1:DAYS:SIMPLE_DATE_FORMAT:yyyyMMdd", "INT"))
        .contains(new TimeFormat.Pattern("yyyyMMdd", ZoneOffset.UTC));
    assertThat(dateTime("SIMPLE_DATE_FORMAT", "STRING"))
        .contains(new TimeFormat.Pattern(TimeFormat.Pattern.ISO, ZoneOffset.UTC));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|STRING",
        "DAYS|INT",
        "1:DAYS|INT",
        "0:DAYS:EPOCH|INT",
        "1:FORTNIGHTS:EPOCH|INT",
        "1:DAYS:CALENDAR|INT",
        "1:DAYS:EPOCH|STRING",
        "1:SECONDS:EPOCH|TIMESTAMP",
        "TIMESTAMP|LONG",
        "1:DAYS:SIMPLE_DATE_FORMAT:yyyy-MM-dd|DOUBLE",
        "1:DAYS:SIMPLE_DATE_FORMAT:yyyy-MM-dd tz(Mars/Olympus)|STRING",
        "1:DAYS:SIMPLE_DATE_FORMAT:yyyy-MM-dd'T|STRING",
        "1:DAYS:SIMPLE_DATE_FORMAT:yyyy-QQ|STRING",
      })
  void formatThatMeansNothingOrDoesNotFitIsAProblem(String format, String type) {
    Parsed<SchemaDefinition> parsed = parse(dateTimeText(format, type));
    assertThat(parsed.problems())
        .singleElement()
        .extracting(Problem::path)
        .isEqualTo("$.dateTimeFieldSpecs[0].format");
  }

  @Test
  void nothingIsTrimmedUnlessMaxLengthIsWritten() {
    ColumnSpec free = dimension("\"dataType\": \"STRING\"");
    assertThat(free.maxLength()).isEmpty();
    ColumnSpec limited = dimension("\"dataType\": \"STRING\", \"maxLength\": \"10\"");
    assertThat(limited.maxLength()).hasValue(10);
    assertThat(limited.onTooLong()).isEqualTo(TooLongPolicy.TRIM);
    assertThat(dimension("\"dataType\": \"JSON\", \"maxLength\": 10").onTooLong())
        .isEqualTo(TooLongPolicy.KEEP);
    assertThat(
            dimension(
                    "\"dataType\": \"BYTES\", \"maxLength\": 10, \"maxLengthExceedStrategy\": \"ERROR\"")
                .onTooLong())
        .isEqualTo(TooLongPolicy.REJECT);
    assertThat(
            parse(field("\"dataType\": \"STRING\", \"maxLengthExceedStrategy\": \"ERROR\""))
                .warnings())
        .extracting(Problem::path)
        .containsExactly("$.dimensionFieldSpecs[0].maxLengthExceedStrategy");
    assertProblem(
        field("\"dataType\": \"STRING\", \"maxLength\": 0"),
        "$.dimensionFieldSpecs[0].maxLength",
        "out of range");
  }

  @Test
  void nullabilityIsTheColumnsOrTheTables() {
    String fields =
        """
        "dimensionFieldSpecs": [{"name": "a", "dataType": "INT"},
                                {"name": "b", "dataType": "INT", "notNull": true}]
        """;
    SchemaDefinition plain = parse("{\"schemaName\": \"t\", " + fields + "}").orThrow();
    SchemaDefinition byColumn =
        parse("{\"schemaName\": \"t\", \"enableColumnBasedNullHandling\": true, " + fields + "}")
            .orThrow();
    assertThat(nullable(plain.tableSchema(1, false))).containsExactly(false, false);
    assertThat(nullable(plain.tableSchema(1, true))).containsExactly(true, true);
    assertThat(nullable(byColumn.tableSchema(1, false))).containsExactly(true, false);
    assertThat(nullable(byColumn.tableSchema(1, true))).containsExactly(true, true);
    assertThat(byColumn.tableSchema(7, false).version()).isEqualTo(7);
  }

  @Test
  void everyProblemIsToldAtOnceWithItsPath() {
    Parsed<SchemaDefinition> parsed =
        parse(
            """
            {"schemaName": "a__b",
             "dimensionFieldSpecs": [{"name": "x", "dataType": "STRNG"}, {"dataType": "INT"},
                                     {"name": "y", "dataType": "MAP"}, 5,
                                     {"name": "x", "dataType": "INT", "notNull": "maybe"},
                                     {"name": "$z", "dataType": "INT"}],
             "metricFieldSpecs": [{"name": "m", "dataType": "BOOLEAN"},
                                  {"name": "n", "dataType": "INT", "singleValueField": false}],
             "dateTimeFieldSpecs": {"name": "ts"},
             "complexFieldSpecs": [{"name": "c"}],
             "timeFieldSpec": {"incomingGranularitySpec": {}},
             "primaryKeyColumns": ["nobody"]}
            """);
    assertThat(parsed.value()).isEmpty();
    assertThat(parsed.problems())
        .extracting(Problem::path)
        .containsExactlyInAnyOrder(
            "$.schemaName",
            "$.dimensionFieldSpecs[0].dataType",
            "$.dimensionFieldSpecs[1].name",
            "$.dimensionFieldSpecs[2].dataType",
            "$.dimensionFieldSpecs[3]",
            "$.dimensionFieldSpecs[4].notNull",
            "$.dimensionFieldSpecs[4]",
            "$.dimensionFieldSpecs[5].name",
            "$.metricFieldSpecs[0].dataType",
            "$.metricFieldSpecs[1].singleValueField",
            "$.dateTimeFieldSpecs",
            "$.complexFieldSpecs",
            "$.timeFieldSpec",
            "$.primaryKeyColumns");
    assertThat(parsed.problems().toString()).contains("did you mean STRING?");
    assertThatThrownBy(parsed::orThrow)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("$.schemaName", "$.primaryKeyColumns");
  }

  @Test
  void unknownKeysAreReportedWithTheNearestKnownOneAndDoNoHarm() {
    Parsed<SchemaDefinition> parsed =
        parse(
            """
            {"schemaName": "t", "dimensionFieldSpec": [1], "a/b~c": {},
             "dimensionFieldSpecs": [{"name": "x", "dataType": "INT", "singleValuedField": false}]}
            """);
    assertThat(parsed.value()).isPresent();
    assertThat(parsed.unrecognizedProperties())
        .containsOnlyKeys(
            "/dimensionFieldSpec", "/a~1b~0c", "/dimensionFieldSpecs/0/singleValuedField");
    assertThat(parsed.warnings())
        .extracting(Problem::fix)
        .contains("did you mean 'dimensionFieldSpecs'?", "did you mean 'singleValueField'?", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "[]",
        "5",
        "null",
        "{\"schemaName\": \"t\"",
        "{} {}",
        "{\"schemaName\": \"t\", \"schemaName\": \"u\"}",
        "{\"schemaName\": \"t\"}",
      })
  void textThatIsNoSchemaIsAProblemNotAnException(String text) {
    assertThat(parse(text).problems()).isNotEmpty();
  }

  @Test
  void functionInTheSchemaIsKeptOrRefusedByName() {
    SchemaDefinition schema =
        parse(field("\"dataType\": \"TIMESTAMP\", \"transformFunction\": \"fromEpochDays(d)\""))
            .orThrow();
    assertThat(schema.transforms())
        .containsEntry("x", TransformExpression.parse("fromEpochDays(d)"));
    assertProblem(
        field("\"dataType\": \"BYTES\", \"transformFunction\": \"toGeometry(x)\""),
        "$.dimensionFieldSpecs[0].transformFunction",
        "toGeometry");
  }

  @Test
  void renderedSchemaNamesTheFieldTypesAndReadsBackTheSame() {
    SchemaDefinition schema =
        parse(
                """
                {"schemaName": "t", "metricFieldSpecs": [], "description": null,
                 "dimensionFieldSpecs": [{"name": "a", "dataType": "STRING", "defaultNullValue": ""}],
                 "dateTimeFieldSpecs": [{"name": "ts", "dataType": "LONG", "format": "EPOCH|SECONDS", "granularity": "1:SECONDS"}]}
                """)
            .orThrow();
    JsonNode rendered = ConfigObject.MAPPER.readTree(SchemaJson.render(schema));
    assertThat(rendered.get("dimensionFieldSpecs").get(0).get("fieldType").asString())
        .isEqualTo("DIMENSION");
    assertThat(rendered.get("dateTimeFieldSpecs").get(0).get("fieldType").asString())
        .isEqualTo("DATE_TIME");
    assertThat(rendered.get("enableColumnBasedNullHandling").asBoolean()).isFalse();
    assertThat(rendered.has("metricFieldSpecs")).isFalse();
    assertThat(rendered.has("description")).isFalse();
    Parsed<SchemaDefinition> again = parse(SchemaJson.render(schema));
    assertThat(again.unrecognizedProperties()).isEmpty();
    assertThat(again.orThrow().columns()).isEqualTo(schema.columns());
  }

  @Test
  void columnsMayBeAddedButNotDroppedNorReadInAnotherWay() {
    SchemaDefinition before =
        schemaOf("\"a\", \"dataType\": \"INT\"", "\"b\", \"dataType\": \"INT\"");
    assertThat(
            SchemaJson.incompatibilities(
                before,
                schemaOf(
                    "\"c\", \"dataType\": \"INT\"",
                    "\"b\", \"dataType\": \"INT\", \"defaultNullValue\": 3",
                    "\"a\", \"dataType\": \"INT\"")))
        .isEmpty();
    assertThat(SchemaJson.incompatibilities(before, schemaOf("\"b\", \"dataType\": \"LONG\"")))
        .extracting(Problem::path)
        .containsExactly("$.a", "$.b");
    assertThat(
            SchemaJson.incompatibilities(
                before,
                schemaOf(
                    "\"a\", \"dataType\": \"INT\", \"singleValueField\": false",
                    "\"b\", \"dataType\": \"INT\"")))
        .extracting(Problem::path)
        .containsExactly("$.a");
    assertThat(
            SchemaJson.incompatibilities(
                parse(dateTimeText("EPOCH|DAYS", "INT")).orThrow(),
                parse(dateTimeText("EPOCH|HOURS", "INT")).orThrow()))
        .hasSize(1);
  }

  // -- below

  private static SchemaDefinition schemaOf(String... fields) {
    List<String> objects = List.of(fields).stream().map(f -> "{\"name\": " + f + "}").toList();
    return parse(
            "{\"schemaName\": \"t\", \"dimensionFieldSpecs\": [" + String.join(",", objects) + "]}")
        .orThrow();
  }

  private static List<Boolean> nullable(TableSchema schema) {
    return schema.columns().stream().map(ColumnSpec::nullable).toList();
  }

  private static void assertProblem(String json, String path, String message) {
    assertThat(parse(json).problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path()).isEqualTo(path);
              assertThat(problem.message()).contains(message);
            });
  }

  private static ColumnSpec dimension(String members) {
    return parse(field(members)).orThrow().columns().getFirst();
  }

  private static String field(String members) {
    return "{\"schemaName\": \"t\", \"dimensionFieldSpecs\": [{\"name\": \"x\", " + members + "}]}";
  }

  private static Optional<TimeFormat> dateTime(String format, String type) {
    return parse(dateTimeText(format, type)).orThrow().columns().getFirst().timeFormat();
  }

  private static String dateTimeText(String format, String type) {
    return """
        {"schemaName": "t", "dateTimeFieldSpecs": [
          {"name": "ts", "dataType": "%s", "format": "%s", "granularity": "1:DAYS"}]}
        """
        .formatted(type, format);
  }

  private static Parsed<SchemaDefinition> parse(String json) {
    return SchemaJson.parse(json);
  }

  @Test
  void bigDecimalDefaultKeepsEveryDigit() {
    assertThat(
            dimension(
                    "\"dataType\": \"BIG_DECIMAL\", \"defaultNullValue\": 0.1000000000000000000001")
                .defaultValue())
        .isEqualTo(new Value.BigDecimalValue(new BigDecimal("0.1000000000000000000001")));
  }
}
