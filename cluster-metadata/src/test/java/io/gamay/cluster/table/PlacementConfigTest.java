package io.gamay.cluster.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.table.PlacementConfig.Grouping;
import io.gamay.cluster.table.PlacementConfig.Selector;
import io.gamay.cluster.table.PlacementConfig.Tier;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PlacementConfigTest {

  private static final SchemaDefinition SCHEMA =
      SchemaJson.parse(
              """
              {"schemaName": "trips",
               "dimensionFieldSpecs": [{"name": "city", "dataType": "STRING"}],
               "dateTimeFieldSpecs": [
                 {"name": "at", "dataType": "TIMESTAMP", "format": "TIMESTAMP", "granularity": "1:MILLISECONDS"}]}
              """)
          .value()
          .orElseThrow();

  @Test
  void withoutAWordAllServersOfTheTenantAreAlike() {
    assertThat(placement("", "")).isEqualTo(PlacementConfig.ofTenant("hot"));
  }

  @Test
  void overridesNameTheTagsOfConsumingAndCompletedSegments() {
    PlacementConfig placement =
        placement(
            ", \"tagOverrideConfig\": {\"realtimeConsuming\": \"in_REALTIME\","
                + " \"realtimeCompleted\": \"cold_OFFLINE\"}",
            "");
    assertThat(placement.consumingTag()).isEqualTo("in_REALTIME");
    assertThat(placement.completedTag()).isEqualTo("cold_OFFLINE");
    assertThat(placement.tags()).containsExactlyInAnyOrder("in_REALTIME", "cold_OFFLINE");
  }

  @Test
  void tiersSelectByAgeOrByName() {
    PlacementConfig placement =
        placement(
            "",
            """
            , "tierConfigs": [
              {"name": "old", "segmentSelectorType": "TIME", "segmentAge": "7d",
               "storageType": "pinot_server", "serverTag": "old_OFFLINE"},
              {"name": "some", "segmentSelectorType": "fixed", "segmentList": ["a", "b"],
               "serverTag": "some_REALTIME"}]
            """);
    assertThat(placement.tiers())
        .containsExactly(
            new Tier("old", new Selector.Age(Duration.ofDays(7)), "old_OFFLINE"),
            new Tier("some", new Selector.Named(Set.of("a", "b")), "some_REALTIME"));
    assertThat(placement.tag("old")).isEqualTo("old_OFFLINE");
    assertThat(placement.tag(PlacementConfig.COMPLETED)).isEqualTo("hot_REALTIME");
  }

  @Test
  void groupsAreOfAKindAndMayNameAnotherTag() {
    PlacementConfig placement =
        placement(
            "",
            """
            , "instanceAssignmentConfigMap": {
              "CONSUMING": {
                "tagPoolConfig": {"tag": "in_REALTIME"},
                "replicaGroupPartitionConfig": {
                  "replicaGroupBased": true, "numReplicaGroups": 2, "numInstancesPerReplicaGroup": 3,
                  "numPartitions": 4, "numInstancesPerPartition": 1, "partitionColumn": "city"}},
              "COMPLETED": {
                "tagPoolConfig": {"tag": "hot_REALTIME"},
                "replicaGroupPartitionConfig": {"replicaGroupBased": false, "numInstances": "5"}}}
            """);
    assertThat(placement.consumingTag()).isEqualTo("in_REALTIME");
    assertThat(placement.groupings())
        .isEqualTo(
            Map.of(
                "CONSUMING", new Grouping(true, 3, 4, 1),
                "COMPLETED", new Grouping(false, 5, 0, 0)));
    assertThat(placement.home("COMPLETED")).isEqualTo("COMPLETED");
  }

  @Test
  void sealedSegmentsStayOnTheGroupsThatConsumedThemIfNothingElseIsSaid() {
    PlacementConfig placement =
        placement(
            "",
            """
            , "instanceAssignmentConfigMap": {
              "CONSUMING": {"replicaGroupPartitionConfig": {"replicaGroupBased": true}}}
            """);
    assertThat(placement.home("COMPLETED")).isEqualTo("CONSUMING");
    assertThat(placement.grouping("COMPLETED")).contains(new Grouping(true, 0, 0, 0));
  }

  @Test
  void theOldStrategyMakesGroupsToo() {
    Parsed<TableConfig> parsed =
        parse(
            "",
            "",
            ", \"replicaGroupStrategyConfig\": {\"partitionColumn\": \"city\","
                + " \"numInstancesPerPartition\": 2}");
    assertThat(parsed.warnings()).isEmpty();
    assertThat(parsed.value().orElseThrow().placement().groupings())
        .isEqualTo(Map.of("CONSUMING", new Grouping(true, 0, 0, 2)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"name\": \"CONSUMING\", \"segmentSelectorType\": \"time\", \"segmentAge\": \"1d\","
            + " \"serverTag\": \"a_REALTIME\"} | name",
        "{\"segmentSelectorType\": \"time\", \"segmentAge\": \"1d\", \"serverTag\": \"a_REALTIME\"}"
            + " | name",
        "{\"name\": \"t\", \"segmentSelectorType\": \"space\", \"serverTag\": \"a_REALTIME\"} |"
            + " segmentSelectorType",
        "{\"name\": \"t\", \"segmentSelectorType\": \"time\", \"serverTag\": \"a_REALTIME\"} |"
            + " segmentAge",
        "{\"name\": \"t\", \"segmentSelectorType\": \"time\", \"segmentAge\": \"soon\","
            + " \"serverTag\": \"a_REALTIME\"} | segmentAge",
        "{\"name\": \"t\", \"segmentSelectorType\": \"fixed\", \"serverTag\": \"a_REALTIME\"} |"
            + " segmentList",
        "{\"name\": \"t\", \"segmentSelectorType\": \"time\", \"segmentAge\": \"1d\","
            + " \"serverTag\": \"a\"} | serverTag",
        "{\"name\": \"t\", \"segmentSelectorType\": \"time\", \"segmentAge\": \"1d\"} | serverTag",
        "{\"name\": \"t\", \"segmentSelectorType\": \"time\", \"segmentAge\": \"1d\","
            + " \"serverTag\": \"a_REALTIME\", \"storageType\": \"s3\"} | storageType",
      })
  void whatATierLacksIsNamedWithItsPath(String tier, String key) {
    Parsed<TableConfig> parsed = parse("", ", \"tierConfigs\": [" + tier + "]", "");
    assertThat(parsed.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path()).isEqualTo("$.tierConfigs[0]." + key);
              assertThat(problem.fix()).isNotEmpty();
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"replicaGroupBased\": true, \"numReplicaGroups\": 3} | numReplicaGroups | 3 groups,"
            + " where segmentsConfig.replication asks for 2 replicas",
        "{\"replicaGroupBased\": true, \"numInstancesPerReplicaGroup\": 1,"
            + " \"numInstancesPerPartition\": 2} | numInstancesPerPartition | 2 servers of a group"
            + " that has 1",
        "{\"replicaGroupBased\": true, \"partitionColumn\": \"town\"} | partitionColumn | there is"
            + " no column 'town' in the schema",
        "{\"replicaGroupBased\": true, \"numPartitions\": -1} | numPartitions | -1 is out of range",
      })
  void whatIsWrongWithGroupsIsNamedWithItsPath(String groups, String key, String message) {
    Parsed<TableConfig> parsed =
        parse(
            "",
            ", \"instanceAssignmentConfigMap\": {\"CONSUMING\": {\"replicaGroupPartitionConfig\": %s}}"
                .formatted(groups),
            "");
    assertThat(parsed.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path())
                  .isEqualTo(
                      "$.instanceAssignmentConfigMap.CONSUMING.replicaGroupPartitionConfig." + key);
              assertThat(problem.message()).isEqualTo(message);
              assertThat(problem.fix()).isNotEmpty();
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"tagPoolConfig\": {\"tag\": \"a_REALTIME\", \"poolBased\": true}",
        "\"tagPoolConfig\": {\"tag\": \"a_REALTIME\", \"numPools\": 2}",
        "\"partitionSelector\": \"FD_AWARE_INSTANCE_PARTITION_SELECTOR\"",
        "\"replicaGroupPartitionConfig\": {\"numPartitions\": 2}",
        "\"replicaGroupPartitionConfig\": {\"replicaGroupBased\": true, \"numInstances\": 2}",
      })
  void whatHasNoEffectIsWarnedOf(String kind) {
    Parsed<TableConfig> parsed =
        parse("", ", \"instanceAssignmentConfigMap\": {\"COMPLETED\": {" + kind + "}}", "");
    assertThat(parsed.problems()).isEmpty();
    assertThat(parsed.warnings())
        .singleElement()
        .satisfies(warning -> assertThat(warning.message()).contains("has no effect"));
  }

  @Test
  void aKindThatThereIsNotIsRefusedAndATagMustLookLikeOne() {
    assertThat(parse("", ", \"instanceAssignmentConfigMap\": {\"WARM\": {}}", "").problems())
        .extracting(Problem::path)
        .containsExactly("$.instanceAssignmentConfigMap.WARM");
    assertThat(
            parse(", \"tagOverrideConfig\": {\"realtimeCompleted\": \"cold\"}", "", "").problems())
        .extracting(Problem::path)
        .containsExactly("$.tenants.tagOverrideConfig.realtimeCompleted");
  }

  @Test
  void anotherPlacementDoesNotMakeOtherSegments() {
    TableConfig plain = parse("", "", "").value().orElseThrow();
    TableConfig moved =
        parse(", \"tagOverrideConfig\": {\"realtimeCompleted\": \"cold_REALTIME\"}", "", "")
            .value()
            .orElseThrow();
    assertThat(moved.isConsumedLike(plain)).isTrue();
    assertThat(moved.placement()).isNotEqualTo(plain.placement());
  }

  private static PlacementConfig placement(String tenants, String more) {
    Parsed<TableConfig> parsed = parse(tenants, more, "");
    assertThat(parsed.problems()).isEmpty();
    assertThat(parsed.warnings()).isEmpty();
    return parsed.value().orElseThrow().placement();
  }

  private static Parsed<TableConfig> parse(String tenants, String more, String segments) {
    return TableConfigJson.parse(
        """
        {"tableName": "trips", "tableType": "REALTIME",
         "segmentsConfig": {"timeColumnName": "at", "replication": "2"%s},
         "tenants": {"server": "hot"%s}, "tableIndexConfig": {}, "metadata": {},
         "ingestionConfig": {"streamIngestionConfig": {"streamConfigMaps": [{
           "streamType": "kafka",
           "stream.kafka.topic.name": "trips",
           "stream.kafka.broker.list": "kafka:9092",
           "stream.kafka.decoder.class.name": "org.apache.pinot.plugin.inputformat.json.JSONMessageDecoder",
           "stream.kafka.consumer.factory.class.name": "org.apache.pinot.plugin.stream.kafka30.KafkaConsumerFactory"}]}}
         %s}
        """
            .formatted(segments, tenants, more),
        SCHEMA,
        1);
  }
}
