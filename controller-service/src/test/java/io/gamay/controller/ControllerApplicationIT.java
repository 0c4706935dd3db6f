package io.gamay.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.commit.CommitAnswer;
import io.gamay.cluster.commit.CommitReport;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRegistration;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.TableNode;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.store.CuratorMetadataStore;
import io.gamay.cluster.table.StreamConfig;
import io.gamay.controller.stream.StreamCatalog;
import io.gamay.segment.ledger.LedgerCounts;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.curator.test.TestingServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.JsonNode;

/**
 * The controller's process against a real ZooKeeper; Kafka's place is taken by a table of offsets.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ControllerApplicationIT {

  private static final String SCHEMA =
      """
      {"schemaName": "trips",
       "dimensionFieldSpecs": [{"name": "city", "dataType": "STRING"}],
       "metricFieldSpecs": [{"name": "fare", "dataType": "DOUBLE"}],
       "dateTimeFieldSpecs": [
         {"name": "at", "dataType": "TIMESTAMP", "format": "TIMESTAMP", "granularity": "1:MILLISECONDS"}]}
      """;
  private static final String TABLE =
      """
      {"tableName": "trips", "tableType": "REALTIME",
       "segmentsConfig": {"timeColumnName": "at", "replication": "1"},
       "tenants": {}, "tableIndexConfig": {}, "metadata": {},
       "ingestionConfig": {"streamIngestionConfig": {"streamConfigMaps": [{
         "streamType": "kafka",
         "stream.kafka.topic.name": "trips",
         "stream.kafka.broker.list": "builtin:kafka",
         "stream.kafka.decoder.class.name": "org.apache.pinot.plugin.inputformat.json.JSONMessageDecoder",
         "stream.kafka.consumer.factory.class.name": "org.apache.pinot.plugin.stream.kafka30.KafkaConsumerFactory",
         "stream.kafka.consumer.prop.auto.offset.reset": "smallest",
         "realtime.segment.flush.threshold.rows": "1000"}]}}}
      """;

  private final HttpClient http = HttpClient.newHttpClient();
  @TempDir static Path directory;
  private TestingServer zookeeper;
  private ConfigurableApplicationContext controller;

  @Configuration
  static class FakeStreams {
    @Bean
    @Primary
    StreamCatalog fakeStreams() {
      return new StreamCatalog() {
        @Override
        public int partitionCount(StreamConfig stream) {
          return stream.topic().equals("trips") ? 2 : 0;
        }

        @Override
        public Map<Integer, Long> startOffsets(
            StreamConfig stream,
            StreamConfig.StartOffset start,
            Set<Integer> partitions,
            Instant reference) {
          return partitions.stream().collect(Collectors.toMap(p -> p, p -> 100L * p));
        }

        @Override
        public void close() {}
      };
    }
  }

  @AfterAll
  void stop() throws IOException {
    controller.close();
    zookeeper.close();
  }

  @BeforeAll
  void start() {
    zookeeper = startZooKeeper();
    controller = start("Controller_a");
    await(() -> assertThat(get("/leader").get("isMe").asBoolean()).isTrue());
  }

  @Test
  @Order(1)
  void healthAndVersionAreServedAsPinotServesThem() throws Exception {
    assertThat(send("GET", "/health", "").body()).isEqualTo("OK");
    assertThat(send("GET", "/version", "").statusCode()).isEqualTo(200);
    JsonNode health = get("/actuator/health");
    assertThat(health.get("status").asString()).isEqualTo("UP");
    assertThat(health.at("/components/zooKeeper/details/session").asString())
        .isEqualTo("CONNECTED");
    assertThat(health.at("/components/leadership/details/isLeader").asBoolean()).isTrue();
    assertThat(send("GET", "/v3/api-docs", "").statusCode()).isEqualTo(200);
  }

  @Test
  @Order(2)
  void everyProblemOfASchemaIsNamedWithItsPath() throws Exception {
    HttpResponse<String> answer =
        send(
            "POST",
            "/schemas",
            """
            {"dimensionFieldSpecs": [{"name": "a", "dataType": "NUMBER"}, {"dataType": "INT"}]}
            """);

    assertThat(answer.statusCode()).isEqualTo(400);
    JsonNode body = json(answer.body());
    assertThat(body.get("code").asInt()).isEqualTo(400);
    assertThat(body.get("error").asString())
        .contains("$.schemaName")
        .contains("$.dimensionFieldSpecs[0].dataType")
        .contains("$.dimensionFieldSpecs[1].name");
  }

  @Test
  @Order(3)
  void aTableNeedsItsSchemaFirst() throws Exception {
    assertThat(send("POST", "/tables", TABLE).statusCode()).isEqualTo(400);
    assertThat(send("GET", "/schemas/trips", "").statusCode()).isEqualTo(404);
    assertThat(send("GET", "/tables/trips", "").statusCode()).isEqualTo(404);
  }

  @Test
  @Order(4)
  void aSchemaAndATableAreMadeAndTheirPartitionsWaitForAServer() throws Exception {
    HttpResponse<String> schema = send("POST", "/schemas", SCHEMA);
    assertThat(schema.body())
        .isEqualTo("{\"unrecognizedProperties\":{},\"status\":\"trips successfully added\"}");
    HttpResponse<String> table = send("POST", "/tables", TABLE);
    assertThat(table.statusCode()).as(table.body()).isEqualTo(200);
    assertThat(json(table.body()).get("status").asString())
        .isEqualTo("Table trips_REALTIME successfully added");
    assertThat(json(table.body()).at("/warnings/0").asString())
        .contains("0 servers with tag DefaultTenant_REALTIME are alive");
    assertThat(send("POST", "/tables", TABLE).statusCode()).isEqualTo(409);
    assertThat(send("DELETE", "/schemas/trips", "").statusCode()).isEqualTo(409);
    assertThat(get("/tables").at("/tables/0").asString()).isEqualTo("trips");
    assertThat(get("/tables/trips").at("/REALTIME/tableName").asString())
        .isEqualTo("trips_REALTIME");
    assertThat(get("/tables/trips/schema").get("schemaName").asString()).isEqualTo("trips");

    await(() -> assertThat(segmentNames()).hasSize(2));
    assertThat(get("/tables/trips/ledger").at("/partitions/1/consumingFrom").asLong())
        .isEqualTo(100);
  }

  @Test
  @Order(4)
  void aSchemaMayComeAsAFileOfAForm() throws Exception {
    HttpResponse<String> answer = sendFile("/schemas", SCHEMA);
    assertThat(answer.body())
        .isEqualTo("{\"unrecognizedProperties\":{},\"status\":\"trips successfully added\"}");
    HttpResponse<String> wrong = sendFile("/schemas", "{}");
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(json(wrong.body()).get("error").asString()).contains("$.schemaName");
  }

  private HttpResponse<String> sendFile(String path, String content) throws Exception {
    String form =
        "--gamay\r\nContent-Disposition: form-data; name=\"schemaName\"; filename=\"s.json\"\r\n"
            + "Content-Type: application/octet-stream\r\n\r\n"
            + content
            + "\r\n--gamay--\r\n";
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(controller) + path))
            .header("Content-Type", "multipart/form-data; boundary=gamay")
            .POST(BodyPublishers.ofString(form))
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  @Order(4)
  void aTopicThatIsNotThereIsAWarningAndABodyNeedNotSayThatItIsJson() throws Exception {
    sendForm("/schemas", SCHEMA.replace("trips", "lost"));
    HttpResponse<String> table = sendForm("/tables", TABLE.replace("trips", "lost"));
    assertThat(table.statusCode()).as(table.body()).isEqualTo(200);
    assertThat(json(table.body()).at("/warnings/0").asString())
        .contains("there is no topic 'lost' now");
    assertThat(send("DELETE", "/tables/lost", "").statusCode()).isEqualTo(200);
  }

  /** As {@code curl -d} sends a body. */
  private HttpResponse<String> sendForm(String path, String content) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(controller) + path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(content))
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  @Order(5)
  void aServerThatComesGetsThePartitionsAndItsReportsRollThemOver() throws Exception {
    try (CuratorMetadataStore session =
            CuratorMetadataStore.connect(
                zookeeper.getConnectString(), "it", Duration.ofSeconds(10));
        InstanceRegistration server =
            InstanceRegistration.register(
                session,
                new InstanceConfig(
                    "Server_1",
                    InstanceRole.SERVER,
                    "127.0.0.1",
                    1,
                    List.of("DefaultTenant_REALTIME")))) {
      await(
          () -> {
            JsonNode ideal = get("/tables/trips/idealstate").get("REALTIME");
            assertThat(ideal.propertyStream().map(e -> e.getValue().toString()).toList())
                .containsOnly("{\"Server_1\":\"CONSUMING\"}")
                .hasSize(2);
          });
      SegmentName segment =
          segmentNames().stream()
              .map(SegmentName::parse)
              .filter(name -> name.partition() == 1)
              .findFirst()
              .orElseThrow();
      String tableId = tableId(session);

      CommitAnswer commit = report("consumed", consumed(server, tableId, segment, 150));
      assertThat(commit.kind()).isEqualTo(CommitAnswer.Kind.COMMIT);
      assertThat(commit.endOffset()).isEqualTo(150);
      CommitAnswer keep = report("committed", committed(server, tableId, segment));
      assertThat(keep.kind()).isEqualTo(CommitAnswer.Kind.KEEP);

      await(
          () -> {
            JsonNode partition = get("/tables/trips/ledger").at("/partitions/1");
            assertThat(partition.get("closes").asBoolean()).isTrue();
            assertThat(partition.at("/committed/indexed").asLong()).isEqualTo(50);
            assertThat(partition.get("consumingFrom").asLong()).isEqualTo(150);
          });
      JsonNode info = get("/tables/trips/consumingSegmentsInfo");
      assertThat(info.get("serversFailingToRespond").asInt()).isEqualTo(1);
    }
  }

  @Test
  @Order(6)
  void aReloadIsSentToTheServersAndItsJobTellsHowFarTheyAre() throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    AtomicInteger heldOrder = new AtomicInteger();
    AtomicInteger heldConfig = new AtomicInteger();
    String sealed = sealedSegment();
    DisposableServer fake = fakeServer(asked, sealed, heldConfig, heldOrder);
    try (CuratorMetadataStore session =
            CuratorMetadataStore.connect(
                zookeeper.getConnectString(), "it", Duration.ofSeconds(10));
        InstanceRegistration _ =
            InstanceRegistration.register(
                session,
                new InstanceConfig(
                    "Server_1",
                    InstanceRole.SERVER,
                    "127.0.0.1",
                    fake.port(),
                    List.of("DefaultTenant_REALTIME")))) {
      await(
          () ->
              assertThat(get("/instances/Server_1").get("port").asString())
                  .isEqualTo(Integer.toString(fake.port())));
      await(
          () -> assertThat(get("/liveinstances").get("instances").toString()).contains("Server_1"));
      String all = "/internal/tables/" + tableId(session) + "/";

      JsonNode job = submitted("/segments/trips/reload?type=REALTIME");
      assertThat(job.get("numMessagesSent").asString()).isEqualTo("1");
      assertThat(job.get("reloadJobMetaZKStorageStatus").asString()).isEqualTo("SUCCESS");
      assertThat(asked).containsExactly("POST " + all + "reload");
      asked.clear();
      JsonNode status = status(job.get("reloadJobId").asString());
      assertThat(status.get("totalSegmentCount").asInt()).isEqualTo(1);
      assertThat(status.get("successCount").asInt()).isZero();
      assertThat(status.get("totalServersQueried").asInt()).isEqualTo(1);
      assertThat(status.get("totalServerCallsFailed").asInt()).isZero();
      assertThat(status.get("estimatedTimeRemainingInMinutes").asDouble()).isEqualTo(-1);
      assertThat(status.at("/metadata/tableName").asString()).isEqualTo("trips_REALTIME");
      assertThat(status.at("/metadata/jobType").asString()).isEqualTo("RELOAD_SEGMENT");
      assertThat(asked).containsExactly("GET " + all + "reloaded");
      heldConfig.set(1);
      status = status(job.get("reloadJobId").asString());
      assertThat(status.get("successCount").asInt()).isEqualTo(1);
      asked.clear();

      JsonNode download = submitted("/segments/trips/reload?forceDownload=true");
      assertThat(asked).containsExactly("POST " + all + "reload");
      String downloadId = download.get("reloadJobId").asString();
      assertThat(downloadId).endsWith("~download1");
      assertThat(table(session).downloads().reach()).containsExactly(Map.entry(1, 0));
      assertThat(status(downloadId).get("successCount").asInt()).isZero();
      heldOrder.set(1);
      status = status(download.get("reloadJobId").asString());
      assertThat(status.get("successCount").asInt()).isEqualTo(1);
      assertThat(status.get("estimatedTimeRemainingInMinutes").asDouble()).isZero();
      assertThat(status.get("timeElapsedInMinutes").asDouble()).isBetween(0.0, 10.0);
      assertThat(status.at("/metadata/forceDownload").asString()).isEqualTo("true");
      asked.clear();

      HttpResponse<String> one =
          send("POST", "/segments/trips/" + sealed + "/reload?forceDownload=true", "");
      assertThat(one.statusCode()).as(one.body()).isEqualTo(200);
      assertThat(table(session).downloads().wanted(SegmentName.parse(sealed))).isEqualTo(2);
      String consuming =
          get("/tables/trips/ledger").at("/partitions/0/segments/0/segment").asString();
      assertThat(send("POST", "/segments/trips/" + consuming + "/reload?forceDownload=true", ""))
          .satisfies(answer -> assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200));
      assertThat(table(session).downloads().newest())
          .as("orders are of sealed segments")
          .isEqualTo(2);
      String said = json(one.body()).get("status").asString();
      assertThat(said)
          .matches(
              "Submitted reload job id: \\S+, sent 1 reload messages."
                  + " Job meta ZK storage status: SUCCESS");
      String id = said.replaceAll(".*id: (\\S+), sent.*", "$1");
      try (ConfigurableApplicationContext other = start("Controller_c")) {
        await(
            () -> {
              HttpResponse<String> elsewhere =
                  send(port(other), "GET", "/segments/segmentReloadStatus/" + id, "");
              assertThat(elsewhere.statusCode()).isEqualTo(200);
              assertThat(json(elsewhere.body()).at("/metadata/segmentName").asString())
                  .isEqualTo(sealed);
              assertThat(json(elsewhere.body()).get("totalSegmentCount").asInt()).isEqualTo(1);
              assertThat(json(elsewhere.body()).get("successCount").asInt()).isZero();
            });
      }
    } finally {
      fake.disposeNow();
    }
    await(() -> assertThat(get("/liveinstances").toString()).doesNotContain("Server_1"));
    JsonNode dead = status(submitted("/segments/trips/reload").get("reloadJobId").asString());
    assertThat(dead.get("successCount").asInt()).isZero();
    assertThat(dead.get("totalServerCallsFailed").asInt()).isEqualTo(1);
  }

  @Test
  @Order(6)
  void aPathAtWhichNothingIsSaysWhereTheApiIsDescribed() throws Exception {
    HttpResponse<String> answer = send("GET", "/no/such/path", "");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(json(answer.body()).get("error").asString())
        .startsWith("nothing is at GET /no/such/path; /swagger-ui.html");
  }

  @Test
  @Order(6)
  void aReloadOfWhatIsNotThereIsNotFound() throws Exception {
    String ofTrips;
    try (CuratorMetadataStore session =
        CuratorMetadataStore.connect(zookeeper.getConnectString(), "it", Duration.ofSeconds(10))) {
      ofTrips = "/segments/segmentReloadStatus/" + tableId(session);
    }
    for (String request :
        List.of(
            "POST /segments/nobody/reload",
            "POST /segments/nobody/reload?forceDownload=true",
            "POST /segments/trips/reload?type=OFFLINE",
            "POST /segments/trips/trips__9__9__20260101T0000Z/reload",
            "GET /segments/nobody/needReload",
            "GET /segments/segmentReloadStatus/nobody",
            "GET /segments/segmentReloadStatus/nobody-1~1~1~1~reload",
            "GET " + ofTrips + "~1~1~1",
            "GET " + ofTrips + "~1~1~1~upload",
            "GET " + ofTrips + "~1~99999999999~1~reload",
            "GET " + ofTrips + "~1~999~1~reload",
            "GET " + ofTrips + "~1~1~1~download999",
            "GET " + ofTrips + "~1~1~1~reload~%7Bx%7D",
            "GET " + ofTrips + "~1~1~1~reload~%7Bx%7D__0__0__20260101T0000Z",
            "GET " + ofTrips + "~1~1~1~reload~others__0__0__20260101T0000Z")) {
      String[] parts = request.split(" ", -1);
      HttpResponse<String> answer = send(parts[0], parts[1], "");
      assertThat(answer.statusCode()).as(request).isEqualTo(404);
      assertThat(json(answer.body()).get("code").asInt()).isEqualTo(404);
    }
  }

  private String sealedSegment() {
    return get("/tables/trips/ledger").at("/partitions/1/segments/0/segment").asString();
  }

  private static TableNode table(CuratorMetadataStore session) {
    byte[] node = session.get(ClusterPaths.table(tableId(session))).orElseThrow().data();
    return ClusterJson.read(node, TableNode.class);
  }

  /** Takes every order, and tells what it holds of one segment. */
  private static DisposableServer fakeServer(
      List<String> asked, String segment, AtomicInteger config, AtomicInteger downloadOrder) {
    return HttpServer.create()
        .host("127.0.0.1")
        .port(0)
        .handle(
            (request, response) -> {
              asked.add(request.method() + " " + request.uri());
              String body =
                  request.uri().contains("/reloaded")
                      ? """
                      [{"segment": "%s", "configVersion": %s, "isIndexed": true,
                        "downloadOrder": %s, "trouble": ""}]
                      """
                          .formatted(segment, config, downloadOrder)
                      : "[]";
              return response
                  .header("Content-Type", "application/json")
                  .sendString(Mono.just(body));
            })
        .bindNow();
  }

  private JsonNode submitted(String path) throws Exception {
    HttpResponse<String> answer = send("POST", path, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(json(answer.body()).get("status").asString()).get("trips_REALTIME");
  }

  private JsonNode status(String jobId) {
    return get("/segments/segmentReloadStatus/" + jobId);
  }

  @Test
  @Order(6)
  void aFollowerSendsChangesOnToTheLeader() throws Exception {
    try (ConfigurableApplicationContext follower = start("Controller_b")) {
      await(
          () ->
              assertThat(
                      json(send(port(follower), "GET", "/leader", "").body())
                          .get("leader")
                          .asString())
                  .isEqualTo("Controller_a"));
      HttpResponse<String> made =
          send(port(follower), "POST", "/schemas", SCHEMA.replace("trips", "other"));

      assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
      assertThat(send(port(follower), "DELETE", "/schemas/other", "").statusCode()).isEqualTo(200);
    }
  }

  @Test
  @Order(7)
  void aTableAboveItsStorageQuotaIsPausedUntilThatIsRaised() throws Exception {
    String quota = "\"metadata\": {}, \"quota\": {\"storage\": \"%s\"}";
    HttpResponse<String> unreadable =
        send("PUT", "/tables/trips", TABLE.replace("\"metadata\": {}", quota.formatted("much")));
    assertThat(unreadable.statusCode()).isEqualTo(400);
    assertThat(unreadable.body()).contains("$.quota.storage", "'much' is not a size");

    HttpResponse<String> small =
        send("PUT", "/tables/trips", TABLE.replace("\"metadata\": {}", quota.formatted("999")));
    assertThat(small.statusCode()).as(small.body()).isEqualTo(200);
    await(() -> assertThat(get("/tables/trips/pauseStatus").at("/pauseFlag").asBoolean()).isTrue());
    JsonNode status = get("/tables/trips/pauseStatus");
    assertThat(status.get("reasonCode").asString()).isEqualTo("STORAGE_QUOTA_EXCEEDED");
    assertThat(status.get("comment").asString())
        .isEqualTo("its sealed segments take 1000 bytes, quota.storage allows 999");
    await(
        () ->
            assertThat(send("GET", "/tables/trips/health", "").body())
                .contains("STORAGE_QUOTA_EXCEEDED", "quota.storage allows 999", "raise"));
    await(
        () -> {
          assertThat(gauge("gamay_controller_storage_bytes")).contains(1000.0);
          assertThat(gauge("gamay_controller_storage_quota_bytes")).contains(999.0);
        });

    HttpResponse<String> resumed = send("POST", "/tables/trips/resumeConsumption", "");
    assertThat(json(resumed.body()).get("pauseFlag").asBoolean()).isFalse();
    assertThat(json(resumed.body()).get("notice").asString()).contains("paused again");
    await(() -> assertThat(get("/tables/trips/pauseStatus").at("/pauseFlag").asBoolean()).isTrue());

    HttpResponse<String> large =
        send("PUT", "/tables/trips", TABLE.replace("\"metadata\": {}", quota.formatted("1000")));
    assertThat(large.statusCode()).as(large.body()).isEqualTo(200);
    await(
        () -> assertThat(get("/tables/trips/pauseStatus").at("/pauseFlag").asBoolean()).isFalse());
    assertThat(get("/tables/trips/pauseStatus").get("notice").isNull()).isTrue();
  }

  @Test
  @Order(8)
  void aDeletedTableIsGoneAtOnceAndItsNameIsFree() throws Exception {
    HttpResponse<String> deleted = send("DELETE", "/tables/trips_REALTIME", "");
    assertThat(deleted.body()).isEqualTo("{\"status\":\"Tables: [trips_REALTIME] deleted\"}");
    assertThat(send("GET", "/tables/trips", "").statusCode()).isEqualTo(404);
    try (CuratorMetadataStore session =
        CuratorMetadataStore.connect(zookeeper.getConnectString(), "it", Duration.ofSeconds(10))) {
      await(
          () -> {
            assertThat(session.children("/tables")).isEmpty();
            assertThat(session.children("/segments")).isEmpty();
            assertThat(session.children("/assignment")).isEmpty();
          });
    }
    assertThat(send("POST", "/tables", TABLE).statusCode()).isEqualTo(200);
  }

  @Test
  @Order(9)
  void anUnknownSettingIsRefused() {
    assertThatThrownBy(
            () ->
                ControllerApplication.start(
                    Map.of("gamay.zookeper", "127.0.0.1:1", "gamay.zookeeper", "127.0.0.1:1")))
        .hasStackTraceContaining("gamay.zookeper");
  }

  @Test
  @Order(10)
  void healthSaysThatZooKeeperIsGone() throws Exception {
    zookeeper.stop();
    await(
        () -> {
          HttpResponse<String> health = send("GET", "/health", "");
          assertThat(health.statusCode()).isEqualTo(503);
          assertThat(health.body()).contains("zookeeper");
        });
  }

  private static TestingServer startZooKeeper() {
    try {
      return new TestingServer(true);
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  private ConfigurableApplicationContext start(String id) {
    return new SpringApplicationBuilder(ControllerApplication.class, FakeStreams.class)
        .properties("spring.config.name=gamay-controller")
        .run(
            "--server.port=0",
            "--gamay.cluster=it",
            "--gamay.instance-id=" + id,
            "--gamay.data-dir=" + directory,
            "--gamay.zookeeper=" + zookeeper.getConnectString());
  }

  private static int port(ConfigurableApplicationContext context) {
    return Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer()).getPort();
  }

  private static CommitReport consumed(
      InstanceRegistration server, String tableId, SegmentName segment, long position) {
    return new CommitReport.Consumed(
        server.config().id(),
        tableId,
        segment,
        position,
        List.of(),
        50,
        CommitReport.StopReason.ROW_LIMIT);
  }

  private static CommitReport committed(
      InstanceRegistration server, String tableId, SegmentName segment) {
    StoredCopy copy =
        new StoredCopy(
            tableId + "/" + segment + "/1",
            7,
            1000,
            50,
            new LedgerCounts(50, 0, 0, 0, 0),
            List.of(),
            Map.of());
    return new CommitReport.Committed(server.config().id(), tableId, segment, 1, copy, List.of());
  }

  private Optional<Double> gauge(String name) {
    return Optional.ofNullable(
            controller
                .getBean(MeterRegistry.class)
                .find(name)
                .tag("table", "trips_REALTIME")
                .gauge())
        .map(Gauge::value);
  }

  private CommitAnswer report(String kind, CommitReport report) throws Exception {
    HttpResponse<String> answer =
        send("POST", "/internal/commit/" + kind, ClusterJson.mapper().writeValueAsString(report));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return ClusterJson.mapper().readValue(answer.body(), CommitAnswer.class);
  }

  private static String tableId(CuratorMetadataStore session) {
    return session.children("/tables").stream()
        .filter(id -> id.startsWith("trips-"))
        .findFirst()
        .orElseThrow();
  }

  private List<String> segmentNames() {
    return get("/segments/trips").at("/0/REALTIME").valueStream().map(JsonNode::asString).toList();
  }

  private JsonNode get(String path) {
    try {
      HttpResponse<String> answer = send("GET", path, "");
      assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isLessThan(300);
      return json(answer.body());
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static JsonNode json(String text) {
    return ClusterJson.mapper().readTree(text);
  }

  private HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    return send(port(controller), method, path, body);
  }

  private HttpResponse<String> send(int port, String method, String path, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(30))
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static void await(org.awaitility.core.ThrowingRunnable assertion) {
    Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(assertion);
  }
}
