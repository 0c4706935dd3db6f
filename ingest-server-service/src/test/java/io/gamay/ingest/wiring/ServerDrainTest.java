package io.gamay.ingest.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceOrder;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.table.SchemaDefinition;
import io.gamay.cluster.table.SchemaJson;
import io.gamay.cluster.table.TableConfig;
import io.gamay.cluster.table.TableConfigJson;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.segment.schema.EncodingDecisions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/** Time passes only while the drain pauses; what happens meanwhile is said step by step. */
class ServerDrainTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final String OWN = "own";

  private static final String SCHEMA =
      """
      {"schemaName": "t", "dimensionFieldSpecs": [{"name": "id", "dataType": "LONG"}],
       "dateTimeFieldSpecs": [{"name": "at", "dataType": "LONG",
         "format": "1:MILLISECONDS:EPOCH", "granularity": "1:MILLISECONDS"}]}
      """;

  private static final String TABLE =
      """
      {"tableName": "t", "tableType": "REALTIME",
       "segmentsConfig": {"timeColumnName": "at", "replication": "2"},
       "tenants": {}, "metadata": {},
       "tableIndexConfig": {"streamConfigs": {
         "streamType": "kafka",
         "stream.kafka.topic.name": "t",
         "stream.kafka.broker.list": "builtin:kafka",
         "stream.kafka.decoder.class.name": "org.apache.pinot.plugin.inputformat.json.JSONMessageDecoder",
         "stream.kafka.consumer.factory.class.name": "org.apache.pinot.plugin.stream.kafka30.KafkaConsumerFactory"}}}
      """;

  private ClusterView view = ClusterView.EMPTY;
  private long nanos;
  private long begun;
  private int underWay;
  private int announcements;

  @Test
  void serverThatNobodyCouldTakeOverFromLeavesAtOnceAndWithoutAWord() {
    view = view(live(OWN), Map.of(OWN, ServingState.CONSUMING));
    assertThat(drain(_ -> begun++)).isZero();
    view = view(live(OWN), Map.of(OWN, ServingState.CONSUMING, "dead", ServingState.CONSUMING));
    assertThat(drain(_ -> begun++)).isZero();
    view = ClusterView.EMPTY;
    assertThat(drain(_ -> begun++)).isZero();
    assertThat(announcements).isZero();
  }

  @Test
  void serverWhoseReplicaAnswersLeavesOnceItIsAskedNoMoreAndHasAnswered() {
    view = view(live(OWN, "b"), Map.of(OWN, ServingState.CONSUMING, "b", ServingState.CONSUMING));
    long millis =
        drain(
            step -> {
              begun += step < 10 ? 3 : 0;
              underWay = step < 50 ? 1 : 0;
            });
    assertThat(announcements).isOne();
    assertThat(millis).isBetween(1_500L, 1_600L);
  }

  @Test
  void serverWaitsForAReplicaThatIsCatchingUp() {
    Map<String, ServingState> states = new HashMap<>();
    states.put(OWN, ServingState.CONSUMING);
    states.put("b", ServingState.LOADING);
    view = view(live(OWN, "b"), states);
    long millis =
        drain(
            step -> {
              begun += step < 205 ? 1 : 0;
              if (step == 200) {
                states.put("b", ServingState.CONSUMING);
                view = view(live(OWN, "b"), states);
              }
            });
    assertThat(millis).isBetween(4_500L, 4_700L);
  }

  @Test
  void replicaThatStopsTooIsNotWaitedFor() {
    Map<String, InstanceView> instances = new HashMap<>(live(OWN));
    instances.put("b", instance("b", Optional.of(Instant.EPOCH), InstanceOrder.NONE));
    view = view(instances, Map.of(OWN, ServingState.CONSUMING, "b", ServingState.CONSUMING));
    assertThat(drain(_ -> begun++)).isZero();
    instances.put("b", instance("b", Optional.empty(), InstanceOrder.NONE.withQueries(false)));
    view = view(instances, Map.of(OWN, ServingState.CONSUMING, "b", ServingState.CONSUMING));
    assertThat(drain(_ -> begun++)).isZero();
  }

  @Test
  void replicaThatDoesNotBecomeReadyIsWaitedForUntilTheTimeIsOver() {
    view = view(live(OWN, "b"), Map.of(OWN, ServingState.CONSUMING, "b", ServingState.ERROR));
    assertThat(drain(_ -> begun++)).isBetween(20_000L, 20_100L);
  }

  @Test
  void queryThatDoesNotEndIsWaitedForUntilTheTimeIsOver() {
    view = view(live(OWN, "b"), Map.of(OWN, ServingState.CONSUMING, "b", ServingState.CONSUMING));
    underWay = 1;
    assertThat(drain(_ -> {})).isBetween(20_000L, 20_100L);
  }

  @Test
  void queriesForWhatOnlyThisServerHasDelayItNotForLong() {
    ClusterView both =
        view(live(OWN, "b"), Map.of(OWN, ServingState.CONSUMING, "b", ServingState.CONSUMING));
    ClusterView alone = view(live(OWN), Map.of(OWN, ServingState.CONSUMING));
    Map<String, TableView> tables = new HashMap<>();
    tables.put("both", Objects.requireNonNull(both.tables().get("t")));
    tables.put("alone", Objects.requireNonNull(alone.tables().get("t")));
    view = new ClusterView(1, Optional.empty(), 0, both.instances(), tables);
    assertThat(drain(_ -> begun++)).isBetween(2_000L, 2_100L);
  }

  @Test
  void withoutATimeToWaitItDoesNotWait() {
    view = view(live(OWN, "b"), Map.of(OWN, ServingState.CONSUMING, "b", ServingState.CONSUMING));
    newDrain(_ -> begun++).run(() -> announcements++, Duration.ZERO);
    assertThat(nanos).isZero();
    assertThat(announcements).isZero();
  }

  @Test
  void sealedCopyElsewhereStandsInForConsumedRowsButNotTheOtherWayRound() {
    ClusterView sealedElsewhere =
        view(live(OWN, "b"), Map.of(OWN, ServingState.CONSUMING, "b", ServingState.ONLINE));
    assertThat(Relief.of(OWN, sealedElsewhere)).isEqualTo(new Relief(1, List.of(), 0));
    ClusterView sealedHere =
        view(live(OWN, "b"), Map.of(OWN, ServingState.ONLINE, "b", ServingState.CONSUMING));
    assertThat(Relief.of(OWN, sealedHere).awaited()).hasSize(1);
  }

  /** Returns how many milliseconds it took. */
  private long drain(IntConsumer meanwhile) {
    long start = nanos;
    newDrain(meanwhile).run(() -> announcements++, TIMEOUT);
    return (nanos - start) / 1_000_000;
  }

  private ServerDrain newDrain(IntConsumer meanwhile) {
    int[] step = {0};
    return new ServerDrain(
        OWN,
        () -> view,
        new ServerDrain.Queries() {
          @Override
          public long begun() {
            return begun;
          }

          @Override
          public int underWay() {
            return underWay;
          }
        },
        () -> nanos,
        time -> {
          nanos += time.toNanos();
          meanwhile.accept(step[0]++);
        });
  }

  private static Map<String, InstanceView> live(String... ids) {
    Map<String, InstanceView> instances = new HashMap<>();
    for (String id : ids) {
      instances.put(id, instance(id, Optional.empty(), InstanceOrder.NONE));
    }
    return instances;
  }

  private static InstanceView instance(
      String id, Optional<Instant> stoppingSince, InstanceOrder order) {
    return new InstanceView(
        new InstanceConfig(id, InstanceRole.SERVER, "127.0.0.1", 1, List.of()),
        true,
        stoppingSince,
        order);
  }

  /** One table, one partition, one segment. */
  private static ClusterView view(
      Map<String, InstanceView> instances, Map<String, ServingState> states) {
    Map<String, WantedState> wanted = new LinkedHashMap<>();
    Map<String, CurrentSegment> current = new HashMap<>();
    states.forEach(
        (id, state) -> {
          wanted.put(id, WantedState.CONSUMING);
          current.put(id, new CurrentSegment(state, ""));
        });
    SegmentMetadata metadata =
        SegmentMetadata.consuming(
            SegmentName.create("t", 0, 0, Instant.EPOCH),
            0,
            1,
            1,
            EncodingDecisions.DEFAULT,
            Instant.EPOCH);
    TreeMap<Integer, SegmentView> segments = new TreeMap<>();
    segments.put(0, new SegmentView(metadata, new SegmentAssignment(wanted, List.of()), current));
    TreeMap<Integer, PartitionView> partitions = new TreeMap<>();
    partitions.put(0, new PartitionView(0, segments));
    return new ClusterView(1, Optional.empty(), 0, instances, Map.of("t", table(partitions)));
  }

  private static TableView table(NavigableMap<Integer, PartitionView> partitions) {
    SchemaDefinition schema = SchemaJson.parse(SCHEMA).orThrow();
    TableConfig config = TableConfigJson.parse(TABLE, schema, 1).orThrow();
    return new TableView(
        "t-1",
        config,
        schema.tableSchema(1, config.nullHandling()),
        Map.of(),
        Map.of(),
        partitions);
  }
}
