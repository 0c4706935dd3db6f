package io.gamay.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.explain.BrokerOperators;
import io.gamay.query.explain.Measure;
import io.gamay.query.explain.SegmentExplanation;
import io.gamay.query.explain.SegmentExplanation.Extent;
import io.gamay.query.explain.SegmentGroups;
import io.gamay.query.merge.ExecutionStatistics;
import io.gamay.query.merge.GroupLoss;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.PartialResultMerger;
import io.gamay.query.sql.Query.Explain;
import io.gamay.query.vector.Vector;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequestCodec;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponse.TailCoverage;
import io.gamay.query.wire.ServerResponseCodec;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.schema.StoredType;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A broker over HTTP, before a server that answers when the test wants: queries are listed,
 * cancelled, given up by their clients, answered at length, and explained.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
final class RunningQueryIT {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String SQL = "SELECT id FROM events LIMIT 1000000";

  private final HttpClient http = HttpClient.newHttpClient();
  private final FakeServer server = new FakeServer();
  private EventsCluster cluster;
  private ConfigurableApplicationContext broker;

  @BeforeAll
  void start() throws Exception {
    cluster = new EventsCluster(server.port());
    broker =
        BrokerApplication.start(
            Map.of(
                "server.port",
                0,
                "gamay.zookeeper",
                cluster.zookeeper(),
                "gamay.query-timeout",
                "60s",
                "gamay.max-merge-memory",
                "200MB",
                "gamay.max-total-merge-memory",
                "300MB"));
    server.answer = request -> Mono.just(rows(request, 1));
    await().until(() -> query(SQL).get("exceptions").isEmpty());
  }

  @BeforeEach
  void forget() {
    server.asked.clear();
    server.cancelled.clear();
    server.dropped.set(0);
  }

  @AfterAll
  void stop() throws Exception {
    broker.close();
    cluster.close();
    server.close();
  }

  @Test
  void aQueryIsListedAndCancelledByItsIdAlsoOnItsServers() throws Exception {
    server.answer = _ -> Mono.never();
    CompletableFuture<HttpResponse<String>> answer = queryLater(SQL, "");
    await().until(() -> !server.asked.isEmpty());
    Map.Entry<String, JsonNode> listed = json(get("/queries")).properties().iterator().next();
    assertThat(listed.getValue().asString()).isEqualTo(SQL);
    assertThat(get("/queries/running").body())
        .contains("\"servers\":[\"Server_1\"]", "\"requestId\":\"" + listed.getKey() + "\"");

    HttpResponse<String> cancelled = delete("/query/" + listed.getKey() + "?verbose=true");
    assertThat(cancelled.statusCode()).isEqualTo(200);
    assertThat(cancelled.body())
        .contains("cancelled query " + listed.getKey(), "Server_1=told to stop");

    HttpResponse<String> told = answer.get();
    assertThat(told.headers().firstValue("X-Pinot-Error-Code")).contains("503");
    assertThat(json(told).at("/exceptions/0/message").asString())
        .isEqualTo("QueryCancellationError: query cancelled: on request of a client");
    assertThat(json(told).get("requestId").asString()).isEqualTo(listed.getKey());
    assertThat(server.cancelled).containsExactly(server.asked.peek().requestId());
    await().until(() -> server.dropped.get() == 1);
    await().until(() -> get("/queries").body().equals("{}"));
  }

  @Test
  void aQueryIsCancelledByTheIdThatItsClientGave() throws Exception {
    server.answer = _ -> Mono.never();
    CompletableFuture<HttpResponse<String>> answer = queryLater(SQL, "clientQueryId=mine");
    await().until(() -> !server.asked.isEmpty());
    assertThat(delete("/query/other?client=true").statusCode()).isEqualTo(404);
    assertThat(delete("/query/mine?client=true").statusCode()).isEqualTo(200);
    assertThat(json(answer.get()).at("/exceptions/0/errorCode").asInt()).isEqualTo(503);
    assertThat(json(answer.get()).get("clientRequestId").asString()).isEqualTo("mine");
  }

  @Test
  void onlyWhatIsUnderWayCanBeCancelled() throws Exception {
    assertThat(delete("/query/123456789").statusCode()).isEqualTo(404);
    assertThat(delete("/query/mine").statusCode()).isEqualTo(400);
  }

  @Test
  void aClientThatGoesAwayEndsItsQueryAndTheWorkOfServers() throws Exception {
    server.answer = _ -> Mono.never();
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port())) {
      send(client, SQL, "application/json");
      await().until(() -> !server.asked.isEmpty());
      assertThat(get("/queries").body()).contains(SQL);
    }
    await().until(() -> server.dropped.get() == 1);
    await().until(() -> get("/queries").body().equals("{}"));
  }

  @Test
  void aServerThatIsSilentEndsInATimeoutOfTheBroker() throws Exception {
    server.answer = _ -> Mono.never();
    JsonNode answer = json(queryLater(SQL, "timeoutMs=300").get());
    assertThat(answer.at("/exceptions/0/errorCode").asInt()).isEqualTo(400);
    assertThat(answer.at("/exceptions/0/message").asString()).contains("timeoutMs", "300 ms");
  }

  @Test
  void manyRowsAreSentWhileTheyAreRendered() throws Exception {
    int rows = 300_000;
    server.answer = request -> Mono.just(rows(request, rows));
    HttpResponse<InputStream> answer =
        http.send(request(SQL, "", "application/x-ndjson"), BodyHandlers.ofInputStream());
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).contains("\"columnNames\":[\"id\"]");
      for (int row = 0; row < rows; row++) {
        assertThat(lines.readLine()).isEqualTo("[" + row + "]");
      }
      JsonNode rest = MAPPER.readTree(lines.readLine());
      assertThat(rest.get("numRowsResultSet").asInt()).isEqualTo(rows);
      assertThat(rest.get("realtimeThreadCpuTimeNs").asLong()).isZero();
      assertThat(lines.readLine()).isNull();
    }
    await().until(() -> get("/queries").body().equals("{}"));
  }

  @Test
  void aClientThatStopsReadingHoldsTheQueryAndOneThatGoesAwayEndsIt() throws Exception {
    server.answer = request -> Mono.just(rows(request, 2_000_000));
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port())) {
      client.setReceiveBufferSize(1 << 16);
      client.setSoTimeout(60_000);
      send(client, "SELECT id FROM events LIMIT 2000000", "application/json");
      assertThat(client.getInputStream().readNBytes(100_000)).hasSize(100_000);
      assertThat(get("/queries").body()).contains("LIMIT 2000000");
      assertThat(json(get("/queries/running")).at("/0/memoryBytes").asLong())
          .isGreaterThan(16_000_000);
    }
    await().until(() -> get("/queries").body().equals("{}"));
  }

  @Test
  void answersComeInTheFormatThatIsAccepted() throws Exception {
    server.answer = request -> Mono.just(rows(request, 2));
    HttpResponse<String> csv = http.send(request(SQL, "", "text/csv"), BodyHandlers.ofString());
    assertThat(csv.headers().firstValue("Content-Type")).contains("text/csv");
    assertThat(csv.headers().firstValue("X-Gamay-Partial-Result")).contains("false");
    assertThat(csv.body()).isEqualTo("id\r\n0\r\n1\r\n");
    HttpResponse<String> failed =
        http.send(request("SELECT nothing FROM events", "", "text/csv"), BodyHandlers.ofString());
    assertThat(failed.statusCode()).isEqualTo(400);
    assertThat(failed.headers().firstValue("Content-Type")).contains("text/plain;charset=UTF-8");
    assertThat(failed.headers().firstValue("X-Pinot-Error-Code")).contains("710");
    assertThat(failed.body()).startsWith("UnknownColumnError: ").contains("nothing");
    HttpResponse<byte[]> arrow =
        http.send(
            request(SQL, "", "application/vnd.apache.arrow.stream"), BodyHandlers.ofByteArray());
    assertThat(arrow.headers().firstValue("Content-Type"))
        .contains("application/vnd.apache.arrow.stream");
    assertThat(arrow.body()).startsWith(0xff, 0xff, 0xff, 0xff);
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, 150000, false",
    "false, false, 150001, true",
    "true,  false, 1000,   true",
    "false, true,  1000,   false",
    "true,  true,  150001, true",
  })
  void whatBecameOfGroupsIsToldByPinotsFlags(
      boolean isLimited, boolean isTrimmed, long groupsOfServer, boolean isNear) throws Exception {
    GroupLoss loss = new GroupLoss(isLimited, isTrimmed);
    server.answer = request -> Mono.just(groups(request, loss, groupsOfServer));
    JsonNode answer =
        query(
            "SET sqlDialect = 'pinot'; SELECT id, COUNT(*) FROM events GROUP BY id ORDER BY id LIMIT 5");
    assertThat(answer.get("exceptions").isEmpty()).isTrue();
    assertThat(answer.get("numGroupsLimitReached").asBoolean()).isEqualTo(isLimited);
    assertThat(answer.get("numGroupsWarningLimitReached").asBoolean()).isEqualTo(isNear);
    assertThat(answer.get("groupsTrimmed").asBoolean()).isEqualTo(isTrimmed);
    assertThat(answer.get("partialResult").asBoolean()).isEqualTo(isLimited);
    assertThat(answer.get("notices").size()).isEqualTo((isLimited ? 1 : 0) + (isTrimmed ? 1 : 0));
  }

  @ParameterizedTest
  @CsvSource({
    "EXPLAIN PLAN FOR, application/x-ndjson, PLAN",
    "EXPLAIN PLAN FOR, text/csv, PLAN",
    "EXPLAIN PLAN FOR, application/vnd.apache.arrow.stream, PLAN",
    "EXPLAIN ANALYZE, application/x-ndjson, ANALYZE",
    "EXPLAIN ANALYZE, text/csv, ANALYZE",
    "EXPLAIN ANALYZE, application/vnd.apache.arrow.stream, ANALYZE",
  })
  void explanationsComeInTheFormatThatIsAccepted(String explain, String accept, Explain asked)
      throws Exception {
    server.answer = request -> Mono.just(explained(request));
    HttpResponse<byte[]> answer =
        http.send(
            request(explain + " SELECT COUNT(*) FROM events WHERE id > 3", "", accept),
            BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith(accept);
    assertThat(server.asked.peek().explain()).isEqualTo(asked);
    String body = new String(answer.body(), StandardCharsets.ISO_8859_1);
    assertThat(body)
        .contains("Operator", "Operator_Id", "Parent_Id")
        .containsSubsequence("BROKER_REDUCE(", "COMBINE_AGGREGATE");
    boolean isAnalyzed = asked == Explain.ANALYZE;
    assertThat(body.contains("SERVER(Server_1)")).isEqualTo(isAnalyzed);
    switch (accept) {
      case "text/csv" ->
          assertThat(body).startsWith("Operator,Operator_Id,Parent_Id" + (isAnalyzed ? "," : "\r"));
      case "application/x-ndjson" -> {
        List<JsonNode> lines = body.lines().map(MAPPER::readTree).toList();
        assertThat(lines.getFirst().has("dataSchema")).isTrue();
        assertThat(lines.get(1).get(0).asString()).startsWith("BROKER_REDUCE(");
        assertThat(lines.get(1).get(2).asInt()).isZero();
        assertThat(lines.getLast().get("numRowsResultSet").asInt()).isEqualTo(lines.size() - 2);
      }
      default -> assertThat(answer.body()).startsWith(0xff, 0xff, 0xff, 0xff);
    }
  }

  @Test
  void anAnswerThatNeedsMoreMemoryThanItMayIsAnErrorThatNamesTheLimit() throws Exception {
    server.answer = request -> Mono.just(rows(request, 300_000));
    JsonNode answer = json(queryLater(SQL, "maxQueryMemoryBytes=1000000").get());
    assertThat(answer.at("/exceptions/0/errorCode").asInt()).isEqualTo(245);
    assertThat(answer.at("/exceptions/0/message").asString())
        .contains("memory limit of 1000000 bytes", "raise the option maxQueryMemoryBytes");
    assertThat(answer.has("resultTable")).isFalse();
    assertThat(json(queryLater(SQL, "maxResultRows=299999").get()).at("/exceptions/0/message"))
        .asString()
        .contains("answer has 300000 rows, more than its limit of 299999", "maxResultRows");
  }

  @Test
  void rowsBeyondTheCapOfAQueryWithoutLimitAreNoticedAndNoError() throws Exception {
    server.answer = request -> Mono.just(rows(request, 100_001));
    JsonNode answer = query("SELECT id FROM events");
    assertThat(answer.get("exceptions").isEmpty()).isTrue();
    assertThat(answer.get("partialResult").asBoolean()).isTrue();
    assertThat(answer.get("numRowsResultSet").asInt()).isEqualTo(100_000);
    assertThat(answer.at("/notices/0").asString()).contains("no LIMIT", "100000 rows");
  }

  // The client

  private JsonNode query(String sql) throws Exception {
    return json(queryLater(sql, "").get());
  }

  private CompletableFuture<HttpResponse<String>> queryLater(String sql, String options) {
    return http.sendAsync(request(sql, options, "application/json"), BodyHandlers.ofString());
  }

  private HttpRequest request(String sql, String options, String accept) {
    return HttpRequest.newBuilder(uri("/query/sql"))
        .header("Accept", accept)
        .POST(
            BodyPublishers.ofString(
                MAPPER.writeValueAsString(Map.of("sql", sql, "queryOptions", options))))
        .build();
  }

  private static void send(Socket client, String sql, String accept) throws Exception {
    byte[] body = MAPPER.writeValueAsBytes(Map.of("sql", sql));
    String head =
        "POST /query/sql HTTP/1.1\r\nHost: broker\r\nAccept: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(accept, body.length);
    OutputStream out = client.getOutputStream();
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(body);
    out.flush();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> delete(String path) throws Exception {
    return http.send(HttpRequest.newBuilder(uri(path)).DELETE().build(), BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  private int port() {
    var web = ((WebServerApplicationContext) broker).getWebServer();
    return Objects.requireNonNull(web).getPort();
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return MAPPER.readTree(answer.body());
  }

  // The server

  /** Rows with the numbers from 0 on. */
  private static ServerResponse rows(ServerRequest request, int count) {
    Vector ids = new Vector(StoredType.LONG, false);
    BytesBlock order = new BytesBlock(8 * count, count);
    for (int row = 0; row < count; row++) {
      ids.appendLong(row);
      int start = order.append(Long.BYTES);
      ByteBuffer.wrap(order.bytes()).putLong(start, row);
    }
    return covering(request, count, new PartialResult.SelectedRows(order, List.of(ids)));
  }

  /** No groups, of which some are said to be lost. */
  private static ServerResponse groups(ServerRequest request, GroupLoss loss, long groupsOfServer) {
    PartialResult.Groups none = (PartialResult.Groups) nothing(request);
    return covering(request, 0, none.withLoss(loss))
        .withStatistics(ExecutionStatistics.ofGroups(groupsOfServer));
  }

  /** Of one segment. */
  private static ServerResponse explained(ServerRequest request) {
    SegmentGroups groups = new SegmentGroups();
    groups.add(SegmentExplanation.run(true, List.of(), Measure.NONE, Extent.ALL, 10));
    return covering(request, 0, nothing(request))
        .withExplanation(
            groups.explanation(
                BrokerOperators.combine(request.plan().work()), List.of(), Measure.NONE, 1_000));
  }

  private static PartialResult nothing(ServerRequest request) {
    try (PartialResultMerger merger =
        PartialResultMerger.onServer(request.plan().work(), QueryBudget.unlimited())) {
      return merger.result();
    }
  }

  /** Of all tails, up to an offset at least. */
  private static ServerResponse covering(ServerRequest request, long end, PartialResult result) {
    return ServerResponse.of(request.requestId(), Optional.of(result))
        .withTails(
            request.tails().stream()
                .map(
                    tail ->
                        new TailCoverage(
                            tail.partition(),
                            new OffsetRange(tail.fromOffset(), Math.max(end, tail.minimumEnd()))))
                .toList());
  }

  /** Speaks the servers' protocol. */
  private static final class FakeServer implements AutoCloseable {

    final ConcurrentLinkedQueue<ServerRequest> asked = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<String> cancelled = new ConcurrentLinkedQueue<>();
    final AtomicInteger dropped = new AtomicInteger();
    volatile Function<ServerRequest, Mono<ServerResponse>> answer = _ -> Mono.never();

    private final AtomicReference<DisposableServer> http = new AtomicReference<>();

    FakeServer() {
      http.set(
          HttpServer.create()
              .host("127.0.0.1")
              .route(
                  routes ->
                      routes
                          .post(
                              "/internal/query",
                              (request, response) ->
                                  response
                                      .header("Content-Type", "application/octet-stream")
                                      .sendByteArray(
                                          request
                                              .receive()
                                              .aggregate()
                                              .asByteArray()
                                              .flatMap(this::answered)))
                          .delete(
                              "/internal/query/{id}",
                              (request, response) -> {
                                cancelled.add(
                                    URLDecoder.decode(
                                        Objects.requireNonNull(request.param("id")),
                                        StandardCharsets.UTF_8));
                                return response.send();
                              }))
              .bindNow());
    }

    private Mono<byte[]> answered(byte[] body) {
      ServerRequest request = ServerRequestCodec.decode(body);
      asked.add(request);
      return answer
          .apply(request)
          .doOnCancel(dropped::incrementAndGet)
          .map(ServerResponseCodec::encode);
    }

    int port() {
      return http.get().port();
    }

    @Override
    public void close() {
      http.get().disposeNow();
    }
  }
}
