package io.gamay.cluster.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.gamay.cluster.segment.PartitionFunction;
import io.gamay.cluster.table.StreamConfig.StartOffset;
import io.gamay.segment.schema.IndexDecisions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class TableConfigJsonTest {

  private static final SchemaDefinition SCHEMA =
      SchemaJson.parse(
              """
              {"schemaName": "rides",
               "dimensionFieldSpecs": [{"name": "city", "dataType": "STRING"},
                                       {"name": "tags", "dataType": "STRING", "singleValueField": false},
                                       {"name": "made", "dataType": "TIMESTAMP", "transformFunction": "fromEpochDays(day)"}],
               "metricFieldSpecs": [{"name": "fare", "dataType": "DOUBLE"}],
               "dateTimeFieldSpecs": [{"name": "ts", "dataType": "TIMESTAMP", "format": "TIMESTAMP"},
                                      {"name": "day", "dataType": "INT", "format": "EPOCH|DAYS"}]}
              """)
          .orThrow();

  /** A config that is right; tests change one thing in it. */
  private final ObjectNode config =
      (ObjectNode)
          ConfigObject.MAPPER.readTree(
              """
              {"tableName": "rides", "tableType": "REALTIME",
               "segmentsConfig": {"timeColumnName": "ts"},
               "tenants": {},
               "tableIndexConfig": {},
               "ingestionConfig": {"streamIngestionConfig": {"streamConfigMaps": [
                 {"streamType": "kafka", "stream.kafka.topic.name": "rides", "stream.kafka.broker.list": "k:9092",
                  "stream.kafka.decoder.class.name": "org.example.JSONMessageDecoder"}]}},
               "metadata": {"customConfigs": {"any": "thing"}}}
              """);

  @Test
  void smallestConfigHasSafeDefaults() {
    Parsed<TableConfig> parsed = parse();
    assertThat(parsed.problems()).isEmpty();
    assertThat(parsed.warnings()).isEmpty();
    TableConfig table = parsed.orThrow();
    assertThat(table.version()).isEqualTo(3);
    assertThat(table.replication()).isEqualTo(1);
    assertThat(table.retention()).isEmpty();
    assertThat(table.brokerTenant()).isEqualTo("DefaultTenant");
    assertThat(table.serverTenant()).isEqualTo("DefaultTenant");
    assertThat(table.nullHandling()).isFalse();
    assertThat(table.rawColumns()).isEmpty();
    assertThat(table.queryTimeout()).isEmpty();
    assertThat(table.stream())
        .isEqualTo(
            new StreamConfig(
                "rides",
                "k:9092",
                new StartOffset.Largest(),
                StreamConfig.Decoder.JSON,
                true,
                Map.of(),
                Duration.ofSeconds(5)));
    assertThat(table.flush().rowsPerSegment(1)).hasValue(5_000_000);
    assertThat(table.flush().time()).isEqualTo(Duration.ofHours(6));
    assertThat(table.flush().segmentSizeBytes()).isEqualTo(200L << 20);
  }

  @Test
  void settingsMayBeTextOrNumbers() {
    object("segmentsConfig")
        .put("replication", "3")
        .put("retentionTimeUnit", "days")
        .put("retentionTimeValue", 7);
    object("tableIndexConfig").put("nullHandlingEnabled", "true");
    object("tenants").put("broker", "b").put("server", "s");
    object("query").put("timeoutMs", "1500");
    stream().put("realtime.segment.flush.threshold.rows", 1000);
    TableConfig table = parse().orThrow();
    assertThat(table.replication()).isEqualTo(3);
    assertThat(table.retention()).contains(Duration.ofDays(7));
    assertThat(table.nullHandling()).isTrue();
    assertThat(table.brokerTenant()).isEqualTo("b");
    assertThat(table.serverTenant()).isEqualTo("s");
    assertThat(table.queryTimeout()).contains(Duration.ofMillis(1500));
    assertThat(table.flush().serverRows()).hasValue(1000);
  }

  @ParameterizedTest
  @CsvSource({"rides", "rides_REALTIME"})
  void nameIsGivenWithOrWithoutItsType(String name) {
    config.put("tableName", name);
    assertThat(parse().orThrow().name()).isEqualTo("rides");
    assertThat(TableConfigJson.tableName(config.toString()).orThrow()).isEqualTo("rides");
  }

  @Test
  void nameThatIsNotTheSchemasOrSaysAnotherTypeIsAProblem() {
    config.put("tableName", "bikes");
    assertProblems("$.tableName");
    config.put("tableName", "rides_OFFLINE");
    assertProblems("$.tableName");
    config.put("tableName", "ri__des");
    assertProblems("$.tableName");
    config.put("tableName", "ri/des");
    assertProblems("$.tableName");
  }

  @Test
  void replicationHasTwoNamesThatMustAgree() {
    object("segmentsConfig").put("replicasPerPartition", "2");
    assertThat(parse().orThrow().replication()).isEqualTo(2);
    object("segmentsConfig").put("replication", "2");
    assertThat(parse().orThrow().replication()).isEqualTo(2);
    object("segmentsConfig").put("replication", "3");
    assertProblems("$.segmentsConfig.replicasPerPartition");
    object("segmentsConfig").put("replication", "0").remove("replicasPerPartition");
    assertProblems("$.segmentsConfig.replication");
  }

  @Test
  void objectsOfDeletedSegmentsAreKeptAWeekUnlessTheConfigSaysOtherwise() {
    assertThat(parse().orThrow().deletedRetention()).isEqualTo(Duration.ofDays(7));
    object("segmentsConfig").put("deletedSegmentsRetentionPeriod", "0d");
    assertThat(parse().orThrow().deletedRetention()).isZero();
    object("segmentsConfig").put("deletedSegmentsRetentionPeriod", "36525d");
    assertThat(parse().orThrow().deletedRetention()).isEqualTo(Duration.ofDays(36_525));
    object("segmentsConfig").put("deletedSegmentsRetentionPeriod", "36525d1ms");
    assertProblems("$.segmentsConfig.deletedSegmentsRetentionPeriod");
    object("segmentsConfig").put("deletedSegmentsRetentionPeriod", "a week");
    assertProblems("$.segmentsConfig.deletedSegmentsRetentionPeriod");
  }

  @Test
  void retentionNeedsUnitAndValue() {
    object("segmentsConfig").put("retentionTimeUnit", "DAYS");
    assertProblems("$.segmentsConfig.retentionTimeValue");
    object("segmentsConfig").put("retentionTimeValue", "x");
    assertProblems("$.segmentsConfig.retentionTimeValue");
    object("segmentsConfig").put("retentionTimeValue", "5").put("retentionTimeUnit", "WEEKS");
    assertProblems("$.segmentsConfig.retentionTimeUnit");
    object("segmentsConfig").put("retentionTimeValue", "").put("retentionTimeUnit", "");
    assertThat(parse().orThrow().retention()).isEmpty();
  }

  @Test
  void timeColumnMustBeADateTimeFieldOfTheSchema() {
    object("segmentsConfig").put("timeColumnName", "city");
    assertProblems("$.segmentsConfig.timeColumnName");
    object("segmentsConfig").put("timeColumnName", "tss");
    assertThat(parse().problems())
        .singleElement()
        .extracting(Problem::fix)
        .isEqualTo("did you mean 'ts'?");
    object("segmentsConfig").remove("timeColumnName");
    assertProblems("$.segmentsConfig.timeColumnName");
    config.remove("segmentsConfig");
    assertProblems("$.segmentsConfig");
  }

  @Test
  void indexesComeFromBothHomes() {
    object("tableIndexConfig").putArray("invertedIndexColumns").add("city");
    object("tableIndexConfig").putArray("noDictionaryColumns").add("fare");
    fields(
        """
        [{"name": "day", "encodingType": "RAW"},
         {"name": "tags", "indexes": {"inverted": {"enabled": "true"}, "json": {}}},
         {"name": "made", "indexType": "INVERTED", "indexes": {"inverted": {"disabled": true}}},
         {"name": "ts", "indexes": {"dictionary": {"disabled": true}}}]
        """);
    Parsed<TableConfig> parsed = parse();
    assertThat(parsed.orThrow().invertedColumns())
        .containsExactlyInAnyOrder("city", "tags", "made");
    assertThat(parsed.orThrow().rawColumns()).containsExactlyInAnyOrder("fare", "day", "ts");
    assertThat(parsed.warnings())
        .extracting(Problem::path)
        .containsExactly("$.fieldConfigList[1].indexes.json");
  }

  @Test
  void rangeIndexesAndBloomFiltersComeFromBothHomes() {
    object("tableIndexConfig").putArray("rangeIndexColumns").add("fare");
    object("tableIndexConfig").putArray("bloomFilterColumns").add("city").add("fare");
    object("tableIndexConfig")
        .putObject("bloomFilterConfigs")
        .putObject("city")
        .put("fpp", 0.01)
        .put("maxSizeInBytes", 1_000_000)
        .put("loadOnHeap", true);
    fields(
        """
        [{"name": "tags", "indexes": {"range": {}, "bloom": {"fpp": "0.001"}}},
         {"name": "made", "indexTypes": ["RANGE"], "indexes": {"bloom": {"disabled": true}}},
         {"name": "day", "indexes": {"range": {"enabled": false}}}]
        """);
    Parsed<TableConfig> parsed = parse();
    assertThat(parsed.warnings()).isEmpty();
    assertThat(parsed.unrecognizedProperties()).isEmpty();
    assertThat(parsed.orThrow().indexes())
        .isEqualTo(
            new IndexDecisions(
                Set.of(),
                Set.of("fare", "tags", "made"),
                Map.of("city", 0.01, "fare", 0.05, "tags", 0.001)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "-0.5", "1.5", "NaN", "\"few\""})
  void aBloomFilterLetsAShareOfAbsentValuesPassBetweenNoneAndAll(String fpp) {
    set(
        "tableIndexConfig.bloomFilterConfigs={\"city\": {\"fpp\": \""
            + fpp.replace("\"", "")
            + "\"}}");
    fields(
        "[{\"name\": \"day\", \"indexes\": {\"bloom\": {\"fpp\": \""
            + fpp.replace("\"", "")
            + "\"}}}]");
    assertProblems(
        "$.tableIndexConfig.bloomFilterConfigs.city.fpp", "$.fieldConfigList[0].indexes.bloom.fpp");
  }

  @Test
  void bloomFilterConfigsNameColumnsAndKnownKeys() {
    set("tableIndexConfig.bloomFilterConfigs={\"citty\": {\"fpp\": 0.1}}");
    assertProblems("$.tableIndexConfig.bloomFilterConfigs.citty");
    set("tableIndexConfig.bloomFilterConfigs={\"city\": {\"ffp\": 0.1}}");
    assertThat(parse().unrecognizedProperties())
        .containsOnlyKeys("/tableIndexConfig/bloomFilterConfigs/city/ffp");
  }

  @Test
  void indexColumnsMustExistAndInvertedOnesNeedADictionary() {
    object("tableIndexConfig").putArray("invertedIndexColumns").add("citty").add("fare");
    object("tableIndexConfig").putArray("noDictionaryColumns").add("fare");
    object("tableIndexConfig").putArray("rangeIndexColumns").add("nobody");
    object("tableIndexConfig").putArray("sortedColumn").add("nothing");
    fields(
        "[{\"name\": \"none\"}, {\"name\": \"day\", \"encodingType\": \"ROW\", \"indexType\":"
            + " \"RANG\"}]");
    assertProblems(
        "$.tableIndexConfig.invertedIndexColumns",
        "$.tableIndexConfig.rangeIndexColumns",
        "$.tableIndexConfig.sortedColumn",
        "$.fieldConfigList[0].name",
        "$.fieldConfigList[1].encodingType",
        "$.fieldConfigList[1].indexType",
        "$.tableIndexConfig.invertedIndexColumns");
  }

  @Test
  void listOfValuesKeepsItsDictionaryWithAWarning() {
    object("tableIndexConfig").putArray("noDictionaryColumns").add("tags");
    Parsed<TableConfig> parsed = parse();
    assertThat(parsed.orThrow().rawColumns()).isEmpty();
    assertThat(parsed.warnings())
        .extracting(Problem::path)
        .containsExactly("$.tableIndexConfig.noDictionaryColumns");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "upsertConfig={\"mode\": \"FULL\"}",
        "upsertConfig={}",
        "dedupConfig={\"hashFunction\": \"NONE\"}",
        "isDimTable=true",
        "dimensionTableConfig={\"disablePreload\": true}",
        "isMaterializedView=\"true\"",
        "ingestionConfig.filterConfig={\"filterFunction\": \"x\"}",
        "ingestionConfig.enrichmentConfigs=[{\"enricherType\": \"x\"}]",
        "ingestionConfig.complexTypeConfig={\"delimiter\": \".\"}",
        "ingestionConfig.aggregationConfigs=[{\"columnName\": \"x\"}]",
        "ingestionConfig.schemaConformingTransformerConfig={\"a\": 1}",
        "ingestionConfig.sourceFieldConfigs=[{\"a\": 1}]",
        "ingestionConfig.continueOnError=true",
        "ingestionConfig.rowTimeValueCheck=\"true\"",
        "tableIndexConfig.aggregateMetrics=true",
        "segmentsConfig.crypterClassName=\"x\"",
        "query.useApproximateFunction=true",
        "ingestionConfig.streamIngestionConfig.dropRecordOnPartitionMismatch=true",
      })
  void whatWouldChangeAnswersIsRefused(String setting) {
    set(setting);
    assertProblems("$." + setting.substring(0, setting.indexOf('=')));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "upsertConfig={\"mode\": \"NONE\"}",
        "dedupConfig={\"dedupEnabled\": false}",
        "isDimTable=false",
        "ingestionConfig.filterConfig=null",
        "ingestionConfig.aggregationConfigs=[]",
        "ingestionConfig.continueOnError=\"false\"",
        "tableIndexConfig.aggregateMetrics=false",
        "tableIndexConfig.loadMode=\"MMAP\"",
        "tableIndexConfig.starTreeIndexConfigs=[]",
        "routing={\"instanceSelectorType\": \"balanced\", \"segmentPrunerTypes\": [\"time\"]}",
        "tableIndexConfig.segmentPartitionConfig={\"columnPartitionMap\": {}}",
        "quota={\"maxQueriesPerSecond\": \"300\"}",
        "ingestionConfig.streamIngestionConfig.pauselessConsumptionEnabled=true",
        "description=\"d\"",
      })
  void whatIsSwitchedOffOrAlreadySoNeedsNoWord(String setting) {
    set(setting);
    Parsed<TableConfig> parsed = parse();
    assertThat(parsed.problems()).isEmpty();
    assertThat(parsed.warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tableIndexConfig.starTreeIndexConfigs=[{}]",
        "tableIndexConfig.enableDefaultStarTree=true",
        "tableIndexConfig.loadMode=\"HEAP\"",
        "tableIndexConfig.jsonIndexColumns=[\"city\"]",
        "tableIndexConfig.sortedColumn=[\"city\"]",
        "tableIndexConfig.sortedColumn=\"city\"",
        "instancePartitionsMap={\"CONSUMING\": \"other_CONSUMING\"}",
        "tunerConfigs=[{\"name\": \"x\"}]",
        "query.maxDocsScanned=5",
        "segmentsConfig.peerSegmentDownloadScheme=\"http\"",
        "segmentsConfig.schemaName=\"other\"",
      })
  void whatOnlyChangesCostIsWarnedOf(String setting) {
    set(setting);
    Parsed<TableConfig> parsed = parse();
    assertThat(parsed.problems()).isEmpty();
    assertThat(parsed.warnings())
        .extracting(Problem::path)
        .containsExactly("$." + setting.substring(0, setting.indexOf('=')));
    assertThat(parsed.unrecognizedProperties()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "balanced, BALANCED",
    "replicaGroup, REPLICA_GROUP",
    "strictReplicaGroup, STRICT_REPLICA_GROUP",
    "minimalServer, MINIMAL_SERVER",
  })
  void selectorOfReplicasIsRead(String text, RoutingConfig.InstanceSelector selector) {
    set("routing={\"instanceSelectorType\": \"" + text + "\"}");
    Parsed<TableConfig> parsed = parse();
    assertThat(parsed.warnings()).isEmpty();
    assertThat(parsed.orThrow().routing().selector()).isEqualTo(selector);
  }

  @Test
  void unknownSelectorsAreRefusedWithThoseThatThereAre() {
    set("routing={\"instanceSelectorType\": \"ballanced\", \"adaptiveServerSelectorType\": \"x\"}");
    assertThat(parse().problems())
        .extracting(Problem::path, Problem::message, Problem::fix)
        .containsExactly(
            tuple(
                "$.routing.instanceSelectorType",
                "'ballanced' does not select instances",
                "one of balanced, replicaGroup, strictReplicaGroup, minimalServer"),
            tuple(
                "$.routing.adaptiveServerSelectorType",
                "'x' does not select servers",
                "one of NO_OP, NUM_INFLIGHT_REQ, LATENCY, HYBRID"));
  }

  @Test
  void adaptiveSelectorIsTheTablesOwnAndOnlyOfTheBalancedOne() {
    assertThat(parse().orThrow().routing().adaptive()).isEmpty();
    set("routing={\"adaptiveServerSelectorType\": \"hybrid\"}");
    assertThat(parse().orThrow().routing().adaptive())
        .contains(RoutingConfig.AdaptiveSelector.HYBRID);
    set(
        "routing={\"adaptiveServerSelectorType\": \"LATENCY\", \"instanceSelectorType\":"
            + " \"multiStageReplicaGroup\"}");
    assertThat(parse().warnings())
        .extracting(Problem::path)
        .containsExactly("$.routing.instanceSelectorType", "$.routing.adaptiveServerSelectorType");
  }

  @Test
  void quotasAreANumberAndASizeAboveZero() {
    assertThat(parse().orThrow().routing().maxStorageBytes()).isEmpty();
    set("quota={\"maxQueriesPerSecond\": \"2.5\", \"storage\": \"1.5G\"}");
    Parsed<TableConfig> parsed = parse();
    assertThat(parsed.orThrow().routing().maxQueriesPerSecond()).hasValue(2.5);
    assertThat(parsed.orThrow().routing().maxStorageBytes()).hasValue(3L << 29);
    assertThat(parsed.warnings()).isEmpty();
    for (String none : List.of("{}", "{\"storage\": \"\"}", "{\"storage\": null}")) {
      set("quota=" + none);
      assertThat(parse().orThrow().routing().maxStorageBytes()).isEmpty();
    }
    for (String wrong : List.of("\"many\"", "\"0\"", "\"-1G\"", "\"1X\"", "\"9999999P\"")) {
      set("quota={\"storage\": " + wrong + "}");
      assertProblems("$.quota.storage");
    }
    for (String wrong : List.of("0", "-1", "\"many\"", "\"NaN\"", "1e9")) {
      set("quota={\"maxQueriesPerSecond\": " + wrong + "}");
      assertProblems("$.quota.maxQueriesPerSecond");
    }
  }

  @Test
  void partitionFunctionsAreReadByColumn() {
    set(
        """
        tableIndexConfig.segmentPartitionConfig={"columnPartitionMap": {
          "city": {"functionName": "murmur", "numPartitions": "8"},
          "tags": {"functionName": "Murmur3", "numPartitions": 4, "functionConfig": {"seed": "9001"}},
          "day": {"functionName": "Modulo", "numPartitions": 3}}}\
        """);
    Parsed<TableConfig> parsed = parse();
    assertThat(parsed.warnings()).isEmpty();
    assertThat(parsed.orThrow().routing().partitions())
        .isEqualTo(
            Map.of(
                "city", PartitionFunction.of("Murmur", 8),
                "tags", new PartitionFunction("Murmur3", 4, 9001, false),
                "day", PartitionFunction.of("Modulo", 3)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "city | {'functionName': 'Murmr', 'numPartitions': 8} | functionName",
        "city | {'functionName': 'Modulo', 'numPartitions': 8} | functionName",
        "fare | {'functionName': 'Murmur', 'numPartitions': 8} | functionName",
        "city | {'functionName': 'Murmur'} | numPartitions",
        "city | {'functionName': 'Murmur', 'numPartitions': 0} | numPartitions",
        "city | {'numPartitions': 8} | functionName",
      })
  void partitionFunctionThatCannotBeIsRefused(String column, String config, String field) {
    set(
        "tableIndexConfig.segmentPartitionConfig={\"columnPartitionMap\": {\"%s\": %s}}"
            .formatted(column, config.replace('\'', '"')));
    assertProblems(
        "$.tableIndexConfig.segmentPartitionConfig.columnPartitionMap." + column + "." + field);
  }

  @Test
  void partitionFunctionThatIsNotBuiltChangesNoAnswerAndIsWarnedOf() {
    set(
        """
        tableIndexConfig.segmentPartitionConfig={"columnPartitionMap": {
          "city": {"functionName": "BoundedColumnValue", "numPartitions": 8},
          "tags": {"functionName": "Murmur3", "numPartitions": 4, "functionConfig": {"variant": "x64_32"}}}}\
        """);
    Parsed<TableConfig> parsed = parse();
    assertThat(parsed.orThrow().routing().partitions()).isEmpty();
    assertThat(parsed.warnings()).hasSize(2);
    set("tableIndexConfig.segmentPartitionConfig={\"columnPartitionMap\": {\"citty\": {}}}");
    assertProblems("$.tableIndexConfig.segmentPartitionConfig.columnPartitionMap.citty");
  }

  @Test
  void tasksThatChangeSegmentsAreRefusedOthersWarnedOf() {
    set("task={\"taskTypeConfigsMap\": {\"PurgeTask\": {}, \"RefreshSegmentTask\": {}}}");
    Parsed<TableConfig> parsed = parse();
    assertThat(parsed.problems())
        .extracting(Problem::path)
        .containsExactly("$.task.taskTypeConfigsMap.PurgeTask");
    assertThat(parsed.warnings())
        .extracting(Problem::path)
        .containsExactly("$.task.taskTypeConfigsMap.RefreshSegmentTask");
  }

  @Test
  void unknownKeysAreReportedWhereverTheyStand() {
    config.put("tabelType", "x");
    object("segmentsConfig").put("timeColumn", "ts");
    stream().put("stream.kafka.topic.nam", "x");
    fields("[{\"name\": \"city\", \"indexes\": {\"invertd\": {}}}]");
    Parsed<TableConfig> parsed = parse();
    assertThat(parsed.value()).isPresent();
    assertThat(parsed.unrecognizedProperties())
        .containsOnlyKeys(
            "/tabelType",
            "/segmentsConfig/timeColumn",
            "/fieldConfigList/0/indexes/invertd",
            "/ingestionConfig/streamIngestionConfig/streamConfigMaps/0/stream.kafka.topic.nam");
    assertThat(parsed.warnings())
        .extracting(Problem::path, Problem::fix)
        .contains(
            tuple("$.tabelType", "did you mean 'tableType'?"),
            tuple(
                "$.ingestionConfig.streamIngestionConfig.streamConfigMaps[0]['stream.kafka.topic.nam']",
                "did you mean 'stream.kafka.topic.name'?"));
  }

  @Test
  void streamMayStandInItsOldHomeButNotInBoth() {
    object("tableIndexConfig").set("streamConfigs", stream().deepCopy());
    assertProblems("$.tableIndexConfig.streamConfigs");
    config.remove("ingestionConfig");
    assertThat(parse().orThrow().stream().topic()).isEqualTo("rides");
    object("tableIndexConfig").remove("streamConfigs");
    assertProblems("$.ingestionConfig.streamIngestionConfig.streamConfigMaps");
  }

  @Test
  void severalStreamsAreRefused() {
    ((ArrayNode) object("ingestionConfig").get("streamIngestionConfig").get("streamConfigMaps"))
        .add(stream().deepCopy());
    assertProblems("$.ingestionConfig.streamIngestionConfig.streamConfigMaps");
  }

  @Test
  void everythingMissingFromAStreamIsToldAtOnce() {
    stream()
        .remove(
            List.of(
                "stream.kafka.topic.name",
                "stream.kafka.broker.list",
                "stream.kafka.decoder.class.name"));
    stream().put("realtime.segment.flush.threshold.time", "soon");
    assertThat(parse().problems()).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({
    "stream.kafka.decoder.class.name,"
        + " org.apache.pinot.plugin.inputformat.avro.KafkaAvroMessageDecoder",
    "stream.kafka.consumer.factory.class.name, com.example.Other",
    "stream.kafka.consumer.type, highlevel",
    "stream.kafka.consumer.prop.auto.offset.reset, middle",
    "stream.kafka.isolation.level, dirty",
    "stream.kafka.metadata.populate, true",
    "stream.kafka.partition.ids, 1",
    "realtime.segment.offsetAutoReset.enable, true",
    "realtime.segment.flush.threshold.rows, many",
    "realtime.segment.flush.threshold.rows, -1",
    "realtime.segment.flush.threshold.size, 200M",
    "realtime.segment.flush.threshold.segment.size, big",
    "realtime.segment.flush.threshold.time, 0",
    "stream.kafka.fetch.timeout.millis, soon",
    "stream.kafka.consumer.prop.max.poll.records, many",
    "stream.kafka.consumer.prop.max.poll.records, 0",
    "fetch.min.bytes, -1",
    "fetch.min.bytes, 2147483648",
    "connections.max.idle.ms, -2",
    "streamType, kinesis",
  })
  void streamSettingThatCannotBeIsAProblem(String key, String value) {
    stream().put(key, value);
    assertThat(parse().problems())
        .singleElement()
        .extracting(Problem::path)
        .asString()
        .contains(key);
  }

  @ParameterizedTest
  @CsvSource({
    "smallest, Smallest[]",
    "EARLIEST, Smallest[]",
    "largest, Largest[]",
    "latest, Largest[]",
    "2d, Back[age=PT48H]",
    "PT1H, Back[age=PT1H]",
    "1700000000000, At[time=2023-11-14T22:13:20Z]",
    "2022-08-09T12:31:38.222Z, At[time=2022-08-09T12:31:38.222Z]",
  })
  void startIsAnEndOfTheTopicAPeriodOrAMoment(String text, String expected) {
    stream().put("stream.kafka.consumer.prop.auto.offset.reset", text);
    assertThat(parse().orThrow().stream().startOffset()).hasToString(expected);
  }

  @Test
  void startAtAMomentIsThatMoment() {
    stream().put("stream.kafka.consumer.prop.auto.offset.reset", 1000);
    assertThat(parse().orThrow().stream().startOffset())
        .isEqualTo(new StartOffset.At(Instant.ofEpochSecond(1)));
  }

  @Test
  void flushThresholdsKnowTheirOldNames() {
    stream().put("realtime.segment.flush.threshold.size", "1000");
    assertThat(parse().orThrow().flush().rowsPerSegment(3)).hasValue(333);
    stream().put("realtime.segment.flush.threshold.rows", "1000");
    assertThat(parse().orThrow().flush().rowsPerSegment(0)).hasValue(1000);
    stream().put("realtime.segment.flush.threshold.rows", "2000");
    assertThat(parse().problems()).hasSize(1);
  }

  @Test
  void sizeLimitsASegmentWhenRowsDoNot() {
    stream().put("realtime.segment.flush.threshold.rows", "0");
    assertThat(parse().orThrow().flush().rowsPerSegment(2)).isEmpty();
    stream().put("realtime.segment.flush.threshold.segment.size", "1.5G");
    assertThat(parse().orThrow().flush())
        .isEqualTo(
            new FlushThresholds(
                OptionalLong.empty(), OptionalLong.empty(), 3L << 29, Duration.ofHours(6)));
    stream().put("realtime.segment.flush.threshold.rows", "5");
    assertThat(parse().problems()).hasSize(1);
  }

  @Test
  void columnsKeepTheirDictionaryWhereTheConfigSaysSo() {
    assertThat(parse().orThrow().dictionaryColumns()).isEmpty();
    fields(
        """
        [{"name": "day", "encodingType": "DICTIONARY"},
         {"name": "fare", "indexes": {"dictionary": {}}},
         {"name": "tags", "indexes": {"inverted": {}}},
         {"name": "city", "indexes": {"dictionary": {"disabled": true}}}]
        """);
    TableConfig table = parse().orThrow();
    assertThat(table.dictionaryColumns()).containsExactlyInAnyOrder("day", "fare");
    assertThat(table.rawColumns()).containsExactly("city");
  }

  @Test
  void rowsOfTheFirstSegmentLimitedBySizeAreKnown() {
    assertThat(parse().orThrow().flush().initialRows()).isEqualTo(100_000);
    stream().put("realtime.segment.flush.autotune.initialRows", "2500");
    Parsed<TableConfig> parsed = parse();
    assertThat(parsed.orThrow().flush().initialRows()).isEqualTo(2500);
    stream().put("realtime.segment.flush.autotune.initialRows", "0");
    assertThat(parse().orThrow().flush().initialRows()).isEqualTo(100_000);
  }

  @Test
  void rowsOfOneSegmentAreNotSplit() {
    stream().put("realtime.segment.flush.threshold.segment.rows", "100");
    stream().put("realtime.segment.flush.threshold.time", "1d12h30m");
    FlushThresholds flush = parse().orThrow().flush();
    assertThat(flush.rowsPerSegment(10)).hasValue(100);
    assertThat(flush.time()).isEqualTo(Duration.ofMinutes(36 * 60 + 30));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stream.kafka.consumer.prop.max.pol.records",
        "stream.kafka.consumer.prop.interceptor.classes",
        "stream.kafka.consumer.prop.client.id",
        "stream.kafka.decoder.prop.unknown",
        "stream.kafka.topic.consumption",
        "realtime.segment.flush.threshold.seconds",
        "max.pol.records",
      })
  void streamSettingThatNobodyGoesByIsWarnedOf(String key) {
    stream().put(key, "1");
    assertThat(parse().value()).isPresent();
    assertThat(parse().warnings())
        .singleElement()
        .extracting(Problem::path)
        .asString()
        .contains(key);
  }

  @Test
  void aStoredStreamFallsBackToKafkasDefaultsWhereRowsDoNotDependOnIt() {
    stream()
        .put("max.poll.records", "many")
        .put("fetch.min.bytes", "5")
        .put("stream.kafka.fetch.timeout.millis", "soon");
    assertThat(parse().problems()).hasSize(2);
    assertThat(parseStored().warnings()).hasSize(2);
    StreamConfig stream = parseStored().orThrow().stream();
    assertThat(stream.consumerProperties()).containsOnly(Map.entry("fetch.min.bytes", "5"));
    assertThat(stream.fetchTimeout()).isEqualTo(Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @CsvSource({
    "connections.max.idle.ms, -1",
    "connections.max.idle.ms, 9223372036854775807",
    "metadata.max.age.ms, 2592000000",
    "receive.buffer.bytes, -1",
    "fetch.min.bytes, 2147483647",
  })
  void numbersThatKafkaTakesArePassedOn(String key, String value) {
    stream().put(key, value);
    assertThat(parse().orThrow().stream().consumerProperties()).containsOnly(Map.entry(key, value));
  }

  @Test
  void kafkaPropertiesArePassedOnExceptThoseThatConsumptionOwns() {
    stream()
        .put("stream.kafka.consumer.prop.max.poll.records", 100)
        .put("security.protocol", "SASL_SSL")
        .put("sasl.jaas.config", "secret")
        .put("fetch.min.bytes", "1")
        .put("stream.kafka.consumer.prop.group.id", "mine")
        .put("stream.kafka.isolation.level", "read_uncommitted");
    Parsed<TableConfig> parsed = parse();
    StreamConfig stream = parsed.orThrow().stream();
    assertThat(stream.consumerProperties())
        .containsOnly(
            Map.entry("max.poll.records", "100"),
            Map.entry("security.protocol", "SASL_SSL"),
            Map.entry("sasl.jaas.config", "secret"),
            Map.entry("fetch.min.bytes", "1"));
    assertThat(stream.readCommitted()).isFalse();
    assertThat(parsed.warnings()).hasSize(1);
    assertThat(parsed.unrecognizedProperties()).isEmpty();
  }

  @Test
  void transformsRunAfterThoseThatTheyRead() {
    transforms("ts", "fromEpochDays(day)", "day", "toEpochDays(raw)");
    assertThat(parse().orThrow().transforms())
        .extracting(TableConfig.TransformConfig::column)
        .containsExactly("day", "ts", "made");
  }

  @Test
  void transformOfTheTableStandsInPlaceOfTheSchemas() {
    transforms("made", "fromEpochSeconds(second)");
    assertThat(parse().orThrow().transforms())
        .containsExactly(
            new TableConfig.TransformConfig(
                "made", TransformExpression.parse("fromEpochSeconds(second)")));
  }

  @Test
  void transformsThatCannotBeAreProblems() {
    transforms(
        "ts",
        "fromEpochDays(day)",
        "day",
        "toEpochDays(ts)",
        "fare",
        "nonsense(x)",
        "farre",
        "1",
        "ts",
        "5");
    assertThat(parse().problems())
        .extracting(Problem::path)
        .containsExactlyInAnyOrder(
            "$.ingestionConfig.transformConfigs[2].transformFunction",
            "$.ingestionConfig.transformConfigs[3].columnName",
            "$.ingestionConfig.transformConfigs[4].columnName");
    transforms("ts", "fromEpochDays(fare)", "day", "toEpochDays('x')");
    assertThat(parse().problems())
        .extracting(Problem::path)
        .containsExactlyInAnyOrder(
            "$.ingestionConfig.transformConfigs[0].transformFunction",
            "$.ingestionConfig.transformConfigs[1].transformFunction");
    transforms("ts", "fromEpochDays(day)", "day", "toEpochDays(ts)");
    assertThat(parse().problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("made from itself"));
  }

  @Test
  void renderedConfigIsUnderItsTypeAndReadsBackTheSame() {
    config.putNull("quota");
    TableConfig table = parse().orThrow();
    JsonNode rendered = ConfigObject.MAPPER.readTree(TableConfigJson.render(table)).get("REALTIME");
    assertThat(rendered.get("tableName").asString()).isEqualTo("rides_REALTIME");
    assertThat(rendered.has("quota")).isFalse();
    TableConfig again =
        TableConfigJson.parse(rendered.toString(), SCHEMA, table.version()).orThrow();
    assertThat(again).usingRecursiveComparison().ignoringFields("json").isEqualTo(table);
  }

  @Test
  void aStoredConfigFallsBackToDefaultsAndSaysWhere() {
    set("tableIndexConfig.bloomFilterConfigs={\"city\": {\"fpp\": 1.5}}");
    set("tableIndexConfig.invertedIndexColumns=[\"fare\", \"citty\", \"city\"]");
    set("tableIndexConfig.noDictionaryColumns=[\"fare\"]");
    set(
        "segmentsConfig={\"timeColumnName\": \"tss\", \"retentionTimeUnit\": \"MOONS\","
            + " \"retentionTimeValue\": 3}");
    set("query.timeoutMs=-1");
    stream().put("realtime.segment.flush.threshold.time", "soon");
    assertThat(parse().value()).isEmpty();

    Parsed<TableConfig> stored = parseStored();

    TableConfig table = stored.orThrow();
    assertThat(table.bloomColumns()).containsExactly(Map.entry("city", 0.05));
    assertThat(table.invertedColumns()).containsExactly("city");
    assertThat(table.rawColumns()).containsExactly("fare");
    assertThat(table.timeColumn()).isEmpty();
    assertThat(table.retention()).isEmpty();
    assertThat(table.queryTimeout()).isEmpty();
    assertThat(table.flush().time()).isEqualTo(Duration.ofHours(6));
    assertThat(table.json()).isEqualTo(config.toString());
    assertThat(stored.warnings())
        .extracting(Problem::path)
        .containsExactlyInAnyOrderElementsOf(
            parse().problems().stream().map(Problem::path).toList());
    assertThat(stored.warnings())
        .extracting(Problem::toString)
        .contains(
            "$.tableIndexConfig.bloomFilterConfigs.city.fpp: 1.5 is out of range; counts as"
                + " not written (above 0 and below 1)");
  }

  @Test
  void aStoredConfigThatIsRightReadsAsWrittenAndWarnsOfNothing() {
    set("tableIndexConfig.jsonIndexColumns=[\"city\"]");
    assertThat(parse().warnings()).isNotEmpty();
    assertThat(parseStored().warnings()).isEmpty();
    assertThat(parseStored().orThrow()).isEqualTo(parse().orThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tableName=\"drives\"",
        "tableType=\"OFFLINE\"",
        "tableIndexConfig=[]",
        "ingestionConfig=7",
        "tableIndexConfig.nullHandlingEnabled=\"maybe\"",
        "upsertConfig={\"mode\": \"FULL\"}",
        "ingestionConfig.filterConfig={\"filterFunction\": \"x\"}",
        "ingestionConfig.transformConfigs=[{\"columnName\": \"fare\", \"transformFunction\":"
            + " \"x(\"}]",
        "ingestionConfig.streamIngestionConfig={}",
      })
  void noDefaultStandsForWhatDecidesRowsAndAnswers(String setting) {
    set(setting);
    assertThat(parseStored().value()).isEmpty();
    assertThat(parseStored().problems()).isEqualTo(parse().problems()).isNotEmpty();
  }

  @Test
  void noDefaultStandsForADecoder() {
    stream().put("stream.kafka.decoder.class.name", "org.example.NobodysDecoder");
    assertThat(parseStored().value()).isEmpty();
  }

  // -- below

  private Parsed<TableConfig> parseStored() {
    return TableConfigJson.parseStored(config.toString(), SCHEMA, 3);
  }

  private Parsed<TableConfig> parse() {
    return TableConfigJson.parse(config.toString(), SCHEMA, 3);
  }

  private void assertProblems(String... paths) {
    Parsed<TableConfig> parsed = parse();
    assertThat(parsed.problems()).extracting(Problem::path).containsExactly(paths);
    assertThat(parsed.value()).isEmpty();
  }

  private ObjectNode object(String key) {
    return config.get(key) instanceof ObjectNode present ? present : config.putObject(key);
  }

  private ObjectNode stream() {
    return (ObjectNode)
        object("ingestionConfig").get("streamIngestionConfig").get("streamConfigMaps").get(0);
  }

  private void fields(String json) {
    config.set("fieldConfigList", ConfigObject.MAPPER.readTree(json));
  }

  private void transforms(String... columnsAndFunctions) {
    ArrayNode transforms = object("ingestionConfig").putArray("transformConfigs");
    for (int index = 0; index < columnsAndFunctions.length; index += 2) {
      transforms
          .addObject()
          .put("columnName", columnsAndFunctions[index])
          .put("transformFunction", columnsAndFunctions[index + 1]);
    }
  }

  /**
   * @param setting path of keys, an equals sign, JSON
   */
  private void set(String setting) {
    int equals = setting.indexOf('=');
    List<String> keys = List.of(setting.substring(0, equals).split("\\."));
    ObjectNode place = config;
    for (String key : keys.subList(0, keys.size() - 1)) {
      place = place.get(key) instanceof ObjectNode child ? child : place.putObject(key);
    }
    place.set(keys.getLast(), ConfigObject.MAPPER.readTree(setting.substring(equals + 1)));
  }
}
