package io.gamay.broker;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.instance.CurrentStateWriter;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRegistration;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.SchemaNode;
import io.gamay.cluster.layout.TableNode;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.store.CuratorMetadataStore;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.segment.schema.EncodingDecisions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.curator.test.TestingServer;

/**
 * A ZooKeeper that knows of one table with one consuming segment, and of a server that serves it:
 * what brokers see before they ask.
 */
final class EventsCluster implements AutoCloseable {

  static final String TABLE_ID = "events-1";
  static final String SERVER = "Server_1";

  private static final SegmentName SEGMENT = SegmentName.create("events", 0, 0, Instant.EPOCH);

  private static final String SCHEMA =
      """
      {"schemaName": "events", "dimensionFieldSpecs": [{"name": "id", "dataType": "LONG"}],
       "dateTimeFieldSpecs": [{"name": "at", "dataType": "LONG",
         "format": "1:MILLISECONDS:EPOCH", "granularity": "1:MILLISECONDS"}]}
      """;

  private static final String CONFIG =
      """
      {"tableName": "events", "tableType": "REALTIME",
       "segmentsConfig": {"schemaName": "events", "timeColumnName": "at", "replication": "1"},
       "tenants": {}, "metadata": {},
       "tableIndexConfig": {"loadMode": "MMAP",
         "streamConfigs": {
           "streamType": "kafka", "stream.kafka.topic.name": "events",
           "stream.kafka.broker.list": "builtin:kafka",
           "stream.kafka.consumer.type": "lowlevel",
           "stream.kafka.consumer.factory.class.name":
             "org.apache.pinot.plugin.stream.kafka20.KafkaConsumerFactory",
           "stream.kafka.decoder.class.name":
             "org.apache.pinot.plugin.stream.kafka.KafkaJSONMessageDecoder"}}}
      """;

  private final TestingServer zookeeper;
  private final MetadataStore store;
  private final InstanceRegistration registration;
  private final CurrentStateWriter states;

  /**
   * @param serverPort where the server listens, on this machine
   */
  EventsCluster(int serverPort) throws Exception {
    zookeeper = new TestingServer(true);
    store =
        CuratorMetadataStore.connect(zookeeper.getConnectString(), "gamay", Duration.ofSeconds(10));
    registration =
        InstanceRegistration.register(
            store,
            new InstanceConfig(SERVER, InstanceRole.SERVER, "127.0.0.1", serverPort, List.of()));
    createTable(store);
    states = new CurrentStateWriter(store, registration);
    states.publish(TABLE_ID, Map.of(SEGMENT, new CurrentSegment(ServingState.CONSUMING, "")));
  }

  String zookeeper() {
    return zookeeper.getConnectString();
  }

  @Override
  public void close() throws IOException {
    states.close();
    registration.close();
    store.close();
    zookeeper.close();
  }

  private static void createTable(MetadataStore store) {
    SegmentMetadata segment =
        SegmentMetadata.consuming(SEGMENT, 0, 1, 1, EncodingDecisions.DEFAULT, Instant.EPOCH);
    ShardId shard = ShardId.of(SEGMENT);
    AssignmentShard assignment =
        new AssignmentShard(
            shard,
            Map.of(
                SEGMENT, new SegmentAssignment(Map.of(SERVER, WantedState.CONSUMING), List.of())));
    store.commit(
        List.of(
            create(
                ClusterPaths.schema("events"), new SchemaNode("events", 1, Optional.of(TABLE_ID))),
            text(ClusterPaths.schemaText("events", 1), SCHEMA),
            create(
                ClusterPaths.table(TABLE_ID),
                new TableNode(TABLE_ID, "events", 1, 1, Instant.EPOCH, Map.of(), false)),
            text(ClusterPaths.tableConfigText(TABLE_ID, 1), CONFIG),
            create(ClusterPaths.segment(TABLE_ID, SEGMENT), segment),
            create(ClusterPaths.assignment(TABLE_ID, shard), assignment)));
  }

  private static Operation create(String path, Object content) {
    return new Operation.Create(path, ClusterJson.write(content), false);
  }

  private static Operation text(String path, String json) {
    return new Operation.Create(path, json.getBytes(StandardCharsets.UTF_8), false);
  }
}
