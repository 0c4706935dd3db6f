package io.gamay.ingest.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.cluster.store.CuratorMetadataStore;
import io.gamay.cluster.store.MetadataStore;
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
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.DataType;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.curator.test.TestingServer;
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

  @TempDir Path directory;

  @Test
  void rowsInKafkaAreCountedAndBadOnesListedAlsoAfterARestart() throws Exception {
    EmbeddedKafkaKraftBroker kafka = new EmbeddedKafkaKraftBroker(1, 1, EventsTable.NAME);
    kafka.afterPropertiesSet();
    DisposableServer neighbour =
        HttpServer.create().host("127.0.0.1").handle((_, response) -> response.send()).bindNow();
    try (TestingServer zookeeper = new TestingServer();
        MetadataStore store =
            CuratorMetadataStore.connect(
                zookeeper.getConnectString(), "gamay", Duration.ofSeconds(10))) {
      EventsTable.create(store, List.of(EventsTable.consuming(0, 0)));
      EventsTable.produce(kafka, List.of("{\"id\": 1}", "{\"id\": 2}", "{\"id\": ", "{\"id\": 3}"));
      Map<String, Object> settings = EventsTable.serverSettings(directory, zookeeper, kafka);
      settings.put("gamay.disk.segments-max", "1MB");
      String base = "http://127.0.0.1:" + settings.get("server.port");
      try (ConfigurableApplicationContext context = ServerApplication.start(settings)) {
        await().until(() -> EventsTable.get(base + "/health").body().equals("OK"));
        assertCounted(base, 3, 4);
        assertThat(
                EventsTable.get(base + "/internal/tables/" + EventsTable.ID + "/consuming").body())
            .contains("INITIAL_CONSUMING", "\"indexed\":3", "\"rejected\":1");
        assertThat(
                EventsTable.get(base + "/internal/tables/" + EventsTable.ID + "/quarantine").body())
            .contains("\"offset\":2");
        assertThat(EventsTable.get(base + "/internal/tables/" + EventsTable.ID + "/memory").body())
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
        assertThat(EventsTable.get(base + "/actuator/health").statusCode()).isEqualTo(200);
        assertThat(EventsTable.get(base + "/v3/api-docs").body())
            .contains("\"/internal/query\":{\"post\"", "\"/internal/query/{id}\":{\"delete\"");
        assertRefusesWhatIsNoRequest(base);
        assertEndsOnRequestAndWithItsConnection(base);
        EventsTable.produce(kafka, List.of("{\"id\": 4}"));
        await().untilAsserted(() -> assertCounted(base, 4, 5));
        fillDisk();
        await()
            .untilAsserted(
                () ->
                    assertThat(EventsTable.get(base + "/actuator/health").body())
                        .startsWith("{\"components\":")
                        .contains("\"disk\":{\"details\":", "gamay.disk.segments-max")
                        .contains("\"status\":\"DEGRADED\"}"));
        assertThat(EventsTable.get(base + "/actuator/health").statusCode()).isEqualTo(200);
        assertThat(EventsTable.get(base + "/actuator/health").body()).doesNotContain("diskSpace");
        assertThat(EventsTable.get(base + "/health").body()).isEqualTo("OK");
        assertCounted(base, 4, 5);
      }
      Files.delete(ballast());
      assertThat(EventsTable.get("http://127.0.0.1:" + neighbour.port()).statusCode())
          .as("another service in this JVM goes on")
          .isEqualTo(200);
      try (ConfigurableApplicationContext _ = ServerApplication.start(settings)) {
        await().until(() -> EventsTable.get(base + "/health").body().equals("OK"));
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
    assertThat(EventsTable.get(base + "/internal/queries").body()).isEqualTo("[]");
    CompletableFuture<ServerResponse> stopped =
        CompletableFuture.supplyAsync(() -> countUnchecked(base, 1_000));
    await()
        .until(() -> EventsTable.get(base + "/internal/queries").body().contains("\"request-1\""));
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
    await().until(() -> EventsTable.get(base + "/internal/queries").body().equals("[]"));
    byte[] body = ServerRequestCodec.encode(countRequest(1_000));
    try (Socket broker = new Socket(InetAddress.getLoopbackAddress(), URI.create(base).getPort())) {
      broker
          .getOutputStream()
          .write(
              "POST /internal/query HTTP/1.1\r\nHost: server\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n"
                  .formatted(body.length)
                  .getBytes(StandardCharsets.US_ASCII));
      broker.getOutputStream().write(body);
      await()
          .until(
              () -> EventsTable.get(base + "/internal/queries").body().contains("\"request-1\""));
    }
    await().until(() -> EventsTable.get(base + "/internal/queries").body().equals("[]"));
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
    return EventsTable.ask(base, countRequest(minimumEnd));
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
        EventsTable.ID,
        new ServerPlan("events", 1, Optional.empty(), new ServerWork.Aggregate(List.of(count))),
        List.of(),
        List.of(new ServerRequest.TailPart(0, 0, minimumEnd, true)),
        Duration.ofSeconds(60));
  }
}
