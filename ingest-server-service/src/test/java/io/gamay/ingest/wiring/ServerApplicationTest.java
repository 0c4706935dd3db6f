package io.gamay.ingest.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import io.gamay.cluster.store.CuratorMetadataStore;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.ingest.ServerApplication;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequestCodec;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponseCodec;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.testkit.process.FreePorts;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.curator.test.TestingServer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** A whole server on a real ZooKeeper and a real Kafka; the test writes what a controller would. */
@Timeout(180)
class ServerApplicationTest {

  private static final String TABLE_ID = "events-1";
  private static final String INSTANCE = "Server_test";

  private static final String SCHEMA =
      """
      {"schemaName": "events", "dimensionFieldSpecs": [{"name": "id", "dataType": "LONG"}],
       "dateTimeFieldSpecs": [{"name": "at", "dataType": "LONG",
         "format": "1:MILLISECONDS:EPOCH", "granularity": "1:MILLISECONDS"}]}
      """;

  private static final String TABLE =
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

  @TempDir Path directory;

  @Test
  void rowsInKafkaAreCountedAndBadOnesListedAlsoAfterARestart() throws Exception {
    EmbeddedKafkaKraftBroker kafka = new EmbeddedKafkaKraftBroker(1, 1, "events");
    kafka.afterPropertiesSet();
    DisposableServer neighbour =
        HttpServer.create().host("127.0.0.1").handle((_, response) -> response.send()).bindNow();
    try (TestingServer zookeeper = new TestingServer();
        MetadataStore store =
            CuratorMetadataStore.connect(
                zookeeper.getConnectString(), "gamay", Duration.ofSeconds(10))) {
      createTable(store);
      produce(kafka, "{\"id\": 1}", "{\"id\": 2}", "{\"id\": ", "{\"id\": 3}");
      Map<String, Object> settings = settings(zookeeper, kafka);
      String base = "http://127.0.0.1:" + settings.get("server.port");
      try (ConfigurableApplicationContext context = ServerApplication.start(settings)) {
        await().until(() -> get(base + "/health").body().equals("OK"));
        assertCounted(base, 3, 4);
        assertThat(get(base + "/internal/tables/" + TABLE_ID + "/consuming").body())
            .contains("INITIAL_CONSUMING", "\"indexed\":3", "\"rejected\":1");
        assertThat(get(base + "/internal/tables/" + TABLE_ID + "/quarantine").body())
            .contains("\"offset\":2");
        assertThat(get(base + "/internal/tables/" + TABLE_ID + "/memory").body())
            .contains(
                "\"docCount\":3", "\"column\":\"id\"", "\"column\":\"$offset\"", "unusedSlab");
        assertThat(
                context
                    .getBean(MeterRegistry.class)
                    .get("gamay_server_mutable_bytes")
                    .gauge()
                    .value())
            .isPositive();
        assertThat(
                context
                    .getBean(MeterRegistry.class)
                    .get("gamay_server_paused_partitions")
                    .tag("reason", "memory")
                    .gauge()
                    .value())
            .isZero();
        assertThat(
                context
                    .getBean(MeterRegistry.class)
                    .get("gamay_server_decode_detours")
                    .functionCounter()
                    .count())
            .as("the record that is no JSON")
            .isEqualTo(1);
        assertThat(
                context
                    .getBean(MeterRegistry.class)
                    .get("gamay_server_result_cache_limit_bytes")
                    .gauge()
                    .value())
            .isPositive();
        assertThat(get(base + "/actuator/health").statusCode()).isEqualTo(200);
        assertThat(get(base + "/v3/api-docs").body())
            .contains("\"/internal/query\":{\"post\"", "\"/internal/query/{id}\":{\"delete\"");
        assertRefusesWhatIsNoRequest(base);
        assertEndsOnRequestAndWithItsConnection(base);
        produce(kafka, "{\"id\": 4}");
        await().untilAsserted(() -> assertCounted(base, 4, 5));
        fillDisk();
        await()
            .untilAsserted(
                () ->
                    assertThat(get(base + "/actuator/health").body())
                        .startsWith("{\"components\":")
                        .contains("\"disk\":{\"details\":", "gamay.disk.segments-max")
                        .contains("\"status\":\"DEGRADED\"}"));
        assertThat(get(base + "/actuator/health").statusCode()).isEqualTo(200);
        assertThat(get(base + "/actuator/health").body()).doesNotContain("diskSpace");
        assertThat(get(base + "/health").body()).isEqualTo("OK");
        assertCounted(base, 4, 5);
      }
      Files.delete(ballast());
      assertThat(get("http://127.0.0.1:" + neighbour.port()).statusCode())
          .as("another service in this JVM goes on")
          .isEqualTo(200);
      try (ConfigurableApplicationContext _ = ServerApplication.start(settings)) {
        await().until(() -> get(base + "/health").body().equals("OK"));
        assertCounted(base, 4, 5);
      }
    } finally {
      neighbour.disposeNow();
      kafka.destroy();
    }
  }

  /** Something of a segment that is larger than the server's budget. */
  private void fillDisk() throws Exception {
    Files.createDirectories(ballast().getParent());
    try (RandomAccessFile file = new RandomAccessFile(ballast().toFile(), "rw")) {
      file.setLength(2 << 20);
    }
  }

  private Path ballast() {
    return directory.resolve(
        Path.of("server", "segments", "other-1", "other__0__0__20260101T0000Z", "fetched-0"));
  }

  private static void assertCounted(String base, long rows, long end) throws Exception {
    ServerResponse response = count(base, end);
    assertThat(response.errors()).isEmpty();
    assertThat(response.tails())
        .containsExactly(new ServerResponse.TailCoverage(0, new OffsetRange(0, end)));
    assertThat(response.result().orElseThrow()).isInstanceOf(PartialResult.Groups.class);
    assertThat(response.statistics().docsScanned()).isEqualTo(rows);
  }

  /** Queries that wait for an offset that does not come. */
  private static void assertEndsOnRequestAndWithItsConnection(String base) throws Exception {
    assertThat(get(base + "/internal/queries").body()).isEqualTo("[]");
    CompletableFuture<ServerResponse> stopped =
        CompletableFuture.supplyAsync(() -> countUnchecked(base, 1_000));
    await().until(() -> get(base + "/internal/queries").body().contains("\"request-1\""));
    try (HttpClient http = HttpClient.newHttpClient()) {
      for (int status : new int[] {404, 200}) {
        String id = status == 200 ? "request-1" : "request-2";
        HttpRequest delete =
            HttpRequest.newBuilder(URI.create(base + "/internal/query/" + id)).DELETE().build();
        assertThat(http.send(delete, HttpResponse.BodyHandlers.ofString()).statusCode())
            .isEqualTo(status);
      }
    }
    assertThat(stopped.get(20, TimeUnit.SECONDS).errors())
        .containsExactly(
            new ServerResponse.ServerError(
                QueryErrorCode.QUERY_CANCELLATION, "query cancelled: on request"));
    await().until(() -> get(base + "/internal/queries").body().equals("[]"));
    byte[] body = ServerRequestCodec.encode(countRequest(1_000));
    try (Socket broker = new Socket(InetAddress.getLoopbackAddress(), URI.create(base).getPort())) {
      broker
          .getOutputStream()
          .write(
              "POST /internal/query HTTP/1.1\r\nHost: server\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n"
                  .formatted(body.length)
                  .getBytes(StandardCharsets.US_ASCII));
      broker.getOutputStream().write(body);
      await().until(() -> get(base + "/internal/queries").body().contains("\"request-1\""));
    }
    await().until(() -> get(base + "/internal/queries").body().equals("[]"));
  }

  private static void assertRefusesWhatIsNoRequest(String base) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      for (String body : new String[] {"no request", ""}) {
        HttpResponse<String> response =
            http.send(
                HttpRequest.newBuilder(URI.create(base + "/internal/query"))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).isNotEmpty();
      }
    }
  }

  private static ServerResponse countUnchecked(String base, long minimumEnd) {
    try {
      return count(base, minimumEnd);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static ServerResponse count(String base, long minimumEnd) throws Exception {
    ServerRequest request = countRequest(minimumEnd);
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

  private static ServerRequest countRequest(long minimumEnd) {
    AggregateCall count =
        new AggregateCall(
            AggregateFunction.COUNT,
            List.of(),
            List.of(),
            Optional.empty(),
            ResultType.of(DataType.LONG),
            false,
            AggregateCall.EmptyHabit.STANDARD_NULL);
    return ServerRequest.of(
        "request-1",
        TABLE_ID,
        new ServerPlan("events", 1, Optional.empty(), new ServerWork.Aggregate(List.of(count))),
        List.of(),
        List.of(new ServerRequest.TailPart(0, 0, minimumEnd, true)),
        Duration.ofSeconds(60));
  }

  private static HttpResponse<String> get(String uri) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  private Map<String, Object> settings(TestingServer zookeeper, EmbeddedKafkaKraftBroker kafka)
      throws Exception {
    return Map.of(
        "server.port", FreePorts.next(),
        "gamay.zookeeper", zookeeper.getConnectString(),
        "gamay.instance-id", INSTANCE,
        "gamay.data-dir", directory.resolve("server"),
        "gamay.disk.segments-max", "1MB",
        "gamay.kafka.builtin", kafka.getBrokersAsString(),
        "gamay.deep-store.uri", directory.resolve("deepstore").toUri());
  }

  private static void produce(EmbeddedKafkaKraftBroker kafka, String... records) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.getBrokersAsString()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (String record : records) {
        var _ =
            producer.send(
                new ProducerRecord<>("events", 0, null, record.getBytes(StandardCharsets.UTF_8)));
      }
    }
  }

  private static void createTable(MetadataStore store) {
    SegmentName name = SegmentName.create("events", 0, 0, Instant.EPOCH);
    SegmentMetadata segment =
        SegmentMetadata.consuming(name, 0, 1, 1, EncodingDecisions.DEFAULT, Instant.now());
    ShardId shard = ShardId.of(name);
    AssignmentShard assignment =
        new AssignmentShard(
            shard,
            Map.of(
                name, new SegmentAssignment(Map.of(INSTANCE, WantedState.CONSUMING), List.of())));
    store.commit(
        List.of(
            create(
                ClusterPaths.schema("events"), new SchemaNode("events", 1, Optional.of(TABLE_ID))),
            text(ClusterPaths.schemaText("events", 1), SCHEMA),
            create(
                ClusterPaths.table(TABLE_ID),
                new TableNode(TABLE_ID, "events", 1, 1, Instant.EPOCH, Map.of(), false)),
            text(ClusterPaths.tableConfigText(TABLE_ID, 1), TABLE),
            create(ClusterPaths.segment(TABLE_ID, name), segment),
            create(ClusterPaths.assignment(TABLE_ID, shard), assignment)));
  }

  private static Operation create(String path, Object content) {
    return new Operation.Create(path, ClusterJson.write(content), false);
  }

  private static Operation text(String path, String json) {
    return new Operation.Create(path, json.getBytes(StandardCharsets.UTF_8), false);
  }
}
