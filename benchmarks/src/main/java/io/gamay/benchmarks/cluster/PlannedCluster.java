package io.gamay.benchmarks.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.CurrentShard;
import io.gamay.cluster.layout.LiveNode;
import io.gamay.cluster.layout.TableNode;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.Value;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The metadata nodes of a cluster in good order: each partition has sealed segments and one that
 * consumes, every member serves what it is to serve. A partition's members are neighbours in the
 * ring of servers.
 *
 * @param partitions of each table
 * @param segments of each partition, the consuming one included
 */
record PlannedCluster(int servers, int tables, int partitions, int segments, int replication) {

  static final Instant NOW = Instant.parse("2026-08-21T18:34:00Z");
  private static final long INCARNATION = 7;
  private static final long SEGMENT_ROWS = 1_000_000;

  static String server(int number) {
    return "Server_10.20.%d.%d_8098".formatted(number / 250, number % 250);
  }

  static String table(int number) {
    return "events_of_team_%05d".formatted(number);
  }

  static String tableId(int number) {
    return table(number) + "-01j5t3k9z8";
  }

  /** Hands out every node's path and content. */
  void writeTo(BiConsumer<String, byte[]> sink) {
    for (int server = 0; server < servers; server++) {
      InstanceConfig config =
          new InstanceConfig(
              server(server),
              InstanceRole.SERVER,
              "10.20.%d.%d".formatted(server / 250, server % 250),
              8098,
              List.of("DefaultTenant_REALTIME"));
      put(sink, ClusterPaths.instance(server(server)), config);
      put(sink, ClusterPaths.live(server(server)), new LiveNode(INCARNATION));
    }
    for (int table = 0; table < tables; table++) {
      writeTable(table, sink);
    }
  }

  private void writeTable(int table, BiConsumer<String, byte[]> sink) {
    String name = table(table);
    sink.accept(ClusterPaths.schemaText(name, 1), schema(name).getBytes(UTF_8));
    put(
        sink,
        ClusterPaths.table(tableId(table)),
        new TableNode(tableId(table), name, 1, 1, NOW, Map.of(0, 0L), false));
    sink.accept(ClusterPaths.tableConfigText(tableId(table), 1), config(name).getBytes(UTF_8));
    for (int partition = 0; partition < partitions; partition++) {
      writePartition(table, partition, sink);
    }
  }

  private void writePartition(int table, int partition, BiConsumer<String, byte[]> sink) {
    Map<ShardId, Map<SegmentName, SegmentAssignment>> assignment = new HashMap<>();
    Map<ShardId, Map<SegmentName, CurrentSegment>> current = new HashMap<>();
    for (int sequence = 0; sequence < segments; sequence++) {
      SegmentName name = SegmentName.create(table(table), partition, sequence, NOW);
      boolean isLast = sequence == segments - 1;
      SegmentMetadata metadata = isLast ? consuming(name) : online(table, name);
      put(sink, ClusterPaths.segment(tableId(table), name), metadata);
      assignment
          .computeIfAbsent(ShardId.of(name), _ -> new HashMap<>())
          .put(
              name,
              new SegmentAssignment(
                  wanted(table, partition, isLast ? WantedState.CONSUMING : WantedState.ONLINE),
                  List.of()));
      current
          .computeIfAbsent(ShardId.of(name), _ -> new HashMap<>())
          .put(name, new CurrentSegment(isLast ? ServingState.CONSUMING : ServingState.ONLINE, ""));
    }
    assignment.forEach(
        (shard, of) ->
            put(
                sink,
                ClusterPaths.assignment(tableId(table), shard),
                new AssignmentShard(shard, of)));
    for (String member : wanted(table, partition, WantedState.ONLINE).keySet()) {
      current.forEach(
          (shard, of) ->
              put(
                  sink,
                  ClusterPaths.current(member, tableId(table), shard),
                  new CurrentShard(INCARNATION, of)));
    }
  }

  /** As the newest segment of a partition looks. */
  SegmentMetadata consuming(SegmentName name) {
    return SegmentMetadata.consuming(
        name, name.sequence() * SEGMENT_ROWS, 1, 1, EncodingDecisions.DEFAULT, NOW);
  }

  private SegmentMetadata online(int table, SegmentName name) {
    long start = name.sequence() * SEGMENT_ROWS;
    Map<String, StoredCopy.Bounds> bounds = new HashMap<>();
    long millis = NOW.toEpochMilli() + name.sequence() * Duration.ofHours(1).toMillis();
    bounds.put("ts", bounds(new Value.LongValue(millis), new Value.LongValue(millis + 3_599_000)));
    bounds.put("user_id", bounds(new Value.LongValue(17), new Value.LongValue(99_999_983)));
    bounds.put("price", bounds(new Value.DoubleValue(0.01), new Value.DoubleValue(9_999.99)));
    bounds.put(
        "city",
        bounds(new Value.StringValue("Aachen"), new Value.StringValue("Zwolle, Overijssel")));
    return consuming(name)
        .committing(start + SEGMENT_ROWS, new CommitAttempt(1, server(0), NOW))
        .online(
            new StoredCopy(
                tableId(table) + "/" + name + "/1",
                name.hashCode(),
                31_457_280,
                (int) SEGMENT_ROWS,
                new LedgerCounts(SEGMENT_ROWS, 0, 0, 0, 0),
                List.of(),
                bounds));
  }

  private static StoredCopy.Bounds bounds(Value min, Value max) {
    return new StoredCopy.Bounds(min, max);
  }

  private Map<String, WantedState> wanted(int table, int partition, WantedState state) {
    Map<String, WantedState> wanted = new LinkedHashMap<>();
    for (int replica = 0; replica < replication; replica++) {
      wanted.put(server((table * partitions + partition + replica * 31) % servers), state);
    }
    return wanted;
  }

  private static void put(BiConsumer<String, byte[]> sink, String path, Object value) {
    sink.accept(path, ClusterJson.write(value));
  }

  private static String schema(String name) {
    return """
        {"schemaName": "%s",
         "dimensionFieldSpecs": [{"name": "user_id", "dataType": "LONG"}, {"name": "city", "dataType": "STRING"}],
         "metricFieldSpecs": [{"name": "price", "dataType": "DOUBLE"}],
         "dateTimeFieldSpecs": [{"name": "ts", "dataType": "TIMESTAMP", "format": "TIMESTAMP", "granularity": "1:MILLISECONDS"}]}
        """
        .formatted(name);
  }

  private String config(String name) {
    return """
        {"tableName": "%s", "tableType": "REALTIME",
         "segmentsConfig": {"timeColumnName": "ts", "replication": "%d"}, "tenants": {},
         "tableIndexConfig": {"streamConfigs":
           {"streamType": "kafka", "stream.kafka.topic.name": "%s", "stream.kafka.broker.list": "kafka:9092",
            "stream.kafka.decoder.class.name": "JSONMessageDecoder"}}, "metadata": {}}
        """
        .formatted(name, replication, name);
  }
}
