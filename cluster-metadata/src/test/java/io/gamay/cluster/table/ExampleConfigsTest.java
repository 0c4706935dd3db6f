package io.gamay.cluster.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Pinot's users bring along is either taken as it is or refused for the one reason. */
class ExampleConfigsTest {

  private static final Path FOLDER = folder();

  private static Path folder() {
    try {
      return Path.of(
          Objects.requireNonNull(ExampleConfigsTest.class.getResource("/example-configs")).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "airlineStats, airlineStats_realtime_table_config",
    "fineFoodReviews, fineFoodReviews_realtime_table_config",
    "githubEvents, githubEvents_realtime_table_config",
    "meetupRsvpJson, meetupRsvpJson_realtime_table_config",
    "pullRequestMergedEvents, pullRequestMergedEvents_realtime_table_config",
  })
  void takenAsItIs(String folder, String config) {
    SchemaDefinition schema = schema(folder).orThrow();
    Parsed<TableConfig> parsed = TableConfigJson.parse(read(folder, config), schema, 1);
    assertThat(parsed.problems()).isEmpty();
    assertThat(parsed.unrecognizedProperties()).isEmpty();
    TableConfig table = parsed.orThrow();
    assertThat(table.name()).isEqualTo(folder);
    assertThat(table.nameWithType()).isEqualTo(folder + "_REALTIME");
    assertThat(schema.column(table.timeColumn().orElseThrow())).isPresent();
    assertThat(TableConfigJson.tableName(read(folder, config)).orThrow()).isEqualTo(folder);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "airlineStats|airlineStats_offline_table_config|$.tableType",
        "baseballStats|baseballStats_offline_table_config|$.tableType",
        "githubEvents|githubEvents_offline_table_config|$.tableType",
        "dimBaseballTeams|dimBaseballTeams_offline_table_config|$.tableType $.isDimTable",
        "dailySales|dailySales_realtime_table_config|$.ingestionConfig.aggregationConfigs",
        "meetupRsvpComplexType|meetupRsvpComplexType_realtime_table_config|$.ingestionConfig.complexTypeConfig",
        "pullRequestMergedEvents|pullRequestMergedEvents_kinesis_realtime_table_config|$.ingestionConfig.streamIngestionConfig.streamConfigMaps[0].streamType",
        "upsertJsonMeetupRsvp|upsertJsonMeetupRsvp_realtime_table_config|$.upsertConfig",
      })
  void refusedForTheOneReason(String folder, String config, String paths) {
    Parsed<TableConfig> parsed =
        TableConfigJson.parse(read(folder, config), schema(folder).orThrow(), 1);
    assertThat(parsed.value()).isEmpty();
    assertThat(parsed.problems()).extracting(Problem::path).containsExactly(paths.split(" "));
  }

  @ParameterizedTest
  @CsvSource({"meetupRsvp", "upsertMeetupRsvp", "upsertPartialMeetupRsvp"})
  void schemaWithAGeographyIsRefusedForItsFunction(String folder) {
    assertThat(schema(folder).problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path()).endsWith(".transformFunction");
              assertThat(problem.message()).contains("stPoint");
            });
  }

  @Test
  void everyExampleIsNamedByThisTest() {
    assertThat(files("_schema.json")).hasSize(13);
    assertThat(files("_table_config.json")).hasSize(16);
    assertThat(
            files("_schema.json").stream()
                .map(file -> Objects.requireNonNull(file.getParent()).getFileName().toString())
                .filter(folder -> schema(folder).value().isEmpty()))
        .containsExactlyInAnyOrder("meetupRsvp", "upsertMeetupRsvp", "upsertPartialMeetupRsvp");
  }

  @Test
  void airlineStatsMeansWhatItSays() {
    TableConfig table = table("airlineStats", "airlineStats_realtime_table_config");
    assertThat(table.timeColumn()).contains("DaysSinceEpoch");
    assertThat(table.retention()).contains(Duration.ofDays(5));
    assertThat(table.transforms())
        .extracting(TableConfig.TransformConfig::column, TableConfig.TransformConfig::expression)
        .containsExactly(
            tuple("ts", TransformExpression.parse("fromEpochDays(DaysSinceEpoch)")),
            tuple("tsRaw", TransformExpression.parse("fromEpochDays(DaysSinceEpoch)")));
    StreamConfig stream = table.stream();
    assertThat(stream.topic()).isEqualTo("flights-realtime");
    assertThat(stream.bootstrapServers()).isEqualTo("localhost:19092");
    assertThat(stream.startOffset()).isEqualTo(new StreamConfig.StartOffset.Smallest());
    assertThat(stream.readCommitted()).isTrue();
    assertThat(stream.consumerProperties()).isEmpty();
    assertThat(table.flush().time()).isEqualTo(Duration.ofHours(1));
    assertThat(table.flush().rowsPerSegment(4)).hasValue(12_500);
    SchemaDefinition schema = schema("airlineStats").orThrow();
    assertThat(schema.columns()).hasSize(81);
    assertThat(schema.column("DivAirports").orElseThrow().singleValue()).isFalse();
  }

  @Test
  void githubEventsKeepsItsInvertedIndexAndPattern() {
    TableConfig table = table("githubEvents", "githubEvents_realtime_table_config");
    assertThat(table.invertedColumns()).containsExactly("id");
    assertThat(table.transforms().getFirst().expression())
        .isEqualTo(
            TransformExpression.parse("fromDateTime(created_at, 'yyyy-MM-dd''T''HH:mm:ssZ')"));
    assertThat(table.flush().time()).isEqualTo(Duration.ofHours(1));
    assertThat(table.retention()).isEmpty();
  }

  @Test
  void indexesThatAreNotBuiltAreWarnedOf() {
    Parsed<TableConfig> parsed =
        TableConfigJson.parse(
            read("fineFoodReviews", "fineFoodReviews_realtime_table_config"),
            schema("fineFoodReviews").orThrow(),
            1);
    assertThat(parsed.warnings())
        .extracting(Problem::path)
        .contains(
            "$.tableIndexConfig.multiColumnTextIndexConfig",
            "$.fieldConfigList[0].indexType",
            "$.fieldConfigList[1].indexes.text");
    assertThat(parsed.orThrow().rawColumns()).isEqualTo(Set.of("Text"));
  }

  @Test
  void unknownKeyOfAnExampleIsGivenBackByItsPointer() {
    Parsed<TableConfig> parsed =
        TableConfigJson.parse(
            read("upsertJsonMeetupRsvp", "upsertJsonMeetupRsvp_realtime_table_config"),
            schema("upsertJsonMeetupRsvp").orThrow(),
            1);
    assertThat(parsed.unrecognizedProperties())
        .containsOnlyKeys("/tableIndexConfig/columnPartitionMap");
  }

  private static TableConfig table(String folder, String config) {
    return TableConfigJson.parse(read(folder, config), schema(folder).orThrow(), 1).orThrow();
  }

  private static Parsed<SchemaDefinition> schema(String folder) {
    return SchemaJson.parse(read(folder, folder + "_schema"));
  }

  private static String read(String folder, String file) {
    try {
      return Files.readString(FOLDER.resolve(folder).resolve(file + ".json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> files(String suffix) {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(suffix)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
