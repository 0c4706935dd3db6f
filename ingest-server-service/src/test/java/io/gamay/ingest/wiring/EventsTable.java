package io.gamay.ingest.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.SchemaNode;
import io.gamay.cluster.layout.TableNode;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequestCodec;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponseCodec;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.testkit.process.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.curator.test.TestingServer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/**
 * A table of one topic with one partition: what a controller would write of it, records for it, the
 * settings of the server that hosts it, and what others ask this server.
 */
final class EventsTable {

  /** The table's and the topic's. */
  static final String NAME = "events";

  static final String ID = "events-1";

  /** Of the server. */
  static final String INSTANCE = "Server_test";

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

  private EventsTable() {}

  static SegmentName segment(int sequence) {
    return SegmentName.create(NAME, 0, sequence, Instant.EPOCH);
  }

  static SegmentMetadata consuming(int sequence, long startOffset) {
    return SegmentMetadata.consuming(
        segment(sequence), startOffset, 1, 1, EncodingDecisions.DEFAULT, Instant.now());
  }

  /** Writes the table and its segments, all wanted on the server as they are. */
  static void create(MetadataStore store, List<SegmentMetadata> segments) {
    ShardId shard = ShardId.of(segments.getFirst().name());
    Map<SegmentName, SegmentAssignment> assigned = new HashMap<>();
    List<Operation> operations = new ArrayList<>();
    operations.add(create(ClusterPaths.schema(NAME), new SchemaNode(NAME, 1, Optional.of(ID))));
    operations.add(text(ClusterPaths.schemaText(NAME, 1), SCHEMA));
    operations.add(
        create(
            ClusterPaths.table(ID), new TableNode(ID, NAME, 1, 1, Instant.EPOCH, Map.of(), false)));
    operations.add(text(ClusterPaths.tableConfigText(ID, 1), CONFIG));
    for (SegmentMetadata segment : segments) {
      assertThat(ShardId.of(segment.name())).isEqualTo(shard);
      operations.add(create(ClusterPaths.segment(ID, segment.name()), segment));
      WantedState wanted =
          segment.state() == SegmentState.ONLINE ? WantedState.ONLINE : WantedState.CONSUMING;
      assigned.put(segment.name(), new SegmentAssignment(Map.of(INSTANCE, wanted), List.of()));
    }
    operations.add(
        create(ClusterPaths.assignment(ID, shard), new AssignmentShard(shard, assigned)));
    store.commit(operations);
  }

  private static Operation create(String path, Object content) {
    return new Operation.Create(path, ClusterJson.write(content), false);
  }

  private static Operation text(String path, String json) {
    return new Operation.Create(path, json.getBytes(StandardCharsets.UTF_8), false);
  }

  static void produce(EmbeddedKafkaKraftBroker kafka, List<String> records) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.getBrokersAsString()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (String record : records) {
        var _ =
            producer.send(
                new ProducerRecord<>(NAME, 0, null, record.getBytes(StandardCharsets.UTF_8)));
      }
    }
  }

  /** Of a server that keeps its files in {@code server} and objects in {@code deepstore}. */
  static Map<String, Object> serverSettings(
      Path directory, TestingServer zookeeper, EmbeddedKafkaKraftBroker kafka) throws IOException {
    Map<String, Object> settings = new HashMap<>();
    settings.put("server.port", FreePorts.next());
    settings.put("gamay.zookeeper", zookeeper.getConnectString());
    settings.put("gamay.instance-id", INSTANCE);
    settings.put("gamay.data-dir", directory.resolve("server"));
    settings.put("gamay.kafka.builtin", kafka.getBrokersAsString());
    settings.put("gamay.deep-store.uri", directory.resolve("deepstore").toUri());
    return settings;
  }

  static ServerResponse ask(String base, ServerRequest request) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> response =
          http.send(
              HttpRequest.newBuilder(URI.create(base + "/internal/query"))
                  .header("Content-Type", "application/octet-stream")
                  .POST(HttpRequest.BodyPublishers.ofByteArray(ServerRequestCodec.encode(request)))
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
      assertThat(response.statusCode()).isEqualTo(200);
      return ServerResponseCodec.decode(response.body());
    }
  }

  static HttpResponse<String> get(String uri) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString());
    }
  }
}
