package io.gamay.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.query.merge.PartialResult;
import io.gamay.query.offset.OffsetToken;
import io.gamay.query.offset.TableOffsets;
import io.gamay.query.vector.Vector;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequest.TailPart;
import io.gamay.query.wire.ServerRequestCodec;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponse.TailCoverage;
import io.gamay.query.wire.ServerResponseCodec;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.schema.StoredType;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two brokers over HTTP, and a server that answers the second one from a replica that is behind,
 * unless more is asked of it: offsets and tokens as clients see them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
final class OffsetTokenIT {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String TOKEN = "X-Gamay-Offset-Token";
  private static final String SQL = "SELECT id FROM events LIMIT 1000000";
  private static final int AHEAD = 9;
  private static final int BEHIND = 5;

  private final HttpClient http = HttpClient.newHttpClient();
  private final ConcurrentLinkedDeque<ServerRequest> asked = new ConcurrentLinkedDeque<>();

  /** Where the replica is that a broker gets to, by the broker's id. */
  private final Map<String, Integer> positions = new ConcurrentHashMap<>();

  private final DisposableServer server =
      HttpServer.create()
          .host("127.0.0.1")
          .route(
              routes ->
                  routes.post(
                      "/internal/query",
                      (request, response) ->
                          response
                              .header("Content-Type", "application/octet-stream")
                              .sendByteArray(
                                  request.receive().aggregate().asByteArray().map(this::answered))))
          .bindNow();

  private EventsCluster cluster;
  private ConfigurableApplicationContext one;
  private ConfigurableApplicationContext two;

  @BeforeAll
  void start() throws Exception {
    cluster = new EventsCluster(server.port());
    one = broker();
    two = broker();
    awaitAnswer(one);
    awaitAnswer(two);
    positions.put(json(post(one, SQL, "")).get("brokerId").asString(), AHEAD);
    assertThat(json(post(two, SQL, "")).get("brokerId").asString()).isNotIn(positions.keySet());
  }

  private ConfigurableApplicationContext broker() {
    return BrokerApplication.start(
        Map.of("server.port", 0, "gamay.zookeeper", cluster.zookeeper()));
  }

  private void awaitAnswer(ConfigurableApplicationContext broker) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> assertThat(post(broker, SQL, "").body()).contains("\"exceptions\":[]"));
  }

  @BeforeEach
  void forget() {
    asked.clear();
  }

  @AfterAll
  void stop() throws Exception {
    one.close();
    two.close();
    cluster.close();
    server.disposeNow();
  }

  @Test
  void answerOfEachFormSaysItsOffsets() throws Exception {
    HttpResponse<String> json = post(one, SQL, "");
    assertThat(json(json).get("offsets").toString()).isEqualTo("{\"0\":9}");
    String token = json(json).get("offsetToken").asString();
    assertThat(json.headers().firstValue(TOKEN)).contains(token);
    assertThat(OffsetToken.parse(token)).isEqualTo(OffsetToken.of(events(AHEAD)));

    HttpResponse<String> lines = post(one, SQL, "", "Accept", "application/x-ndjson");
    JsonNode last = MAPPER.readTree(lines.body().lines().toList().getLast());
    assertThat(last.get("offsets").toString()).isEqualTo("{\"0\":9}");
    assertThat(last.get("offsetToken").asString()).isEqualTo(token);
    for (String form : List.of("text/csv", "application/vnd.apache.arrow.stream")) {
      HttpResponse<String> rows = post(one, SQL, "", "Accept", form);
      assertThat(rows.headers().firstValue(TOKEN)).as(form).contains(token);
      assertThat(rows.headers().firstValue("X-Gamay-Offsets")).as(form).contains("0:9");
    }
  }

  @Test
  void anotherBrokerAnswersNoLessToWhoHandsTheTokenOnInAnyWay() throws Exception {
    HttpResponse<String> first = post(one, SQL, "");
    String token = first.headers().firstValue(TOKEN).orElseThrow();
    assertThat(rows(first)).isEqualTo(AHEAD);
    assertThat(rows(post(two, SQL, ""))).as("without the token").isEqualTo(BEHIND);

    assertThat(rows(post(two, SQL, "", TOKEN, token))).isEqualTo(AHEAD);
    two.close();
    two = broker();
    awaitAnswer(two);
    assertThat(asked.getLast().tails().getFirst().passEnd()).as("no marks").isTrue();
    assertThat(rows(post(two, SQL, ""))).as("a broker that forgot").isEqualTo(BEHIND);
    assertThat(asked.getLast().tails().getFirst().passEnd()).isFalse();
    String get = "/query/sql?sql=" + URLEncoder.encode(SQL, StandardCharsets.UTF_8);
    assertThat(rows(send(request(two, get).header(TOKEN, token)))).isEqualTo(AHEAD);
    for (String option : List.of("offsetToken", "minOffsets")) {
      assertThat(rows(post(two, SQL, option + "=" + token))).isEqualTo(AHEAD);
      assertThat(rows(post(two, "SET %s = '%s'; %s".formatted(option, token, SQL), "")))
          .isEqualTo(AHEAD);
      assertThat(asked.getLast().tails().getFirst().minimumEnd()).isEqualTo(AHEAD);
    }
  }

  @Test
  void answerAsOfATokenIsTheSameOnBothBrokers() throws Exception {
    String token = OffsetToken.of(events(4)).text();
    for (ConfigurableApplicationContext broker : List.of(one, two)) {
      for (String asOf : List.of(token, "0:4")) {
        HttpResponse<String> answer = post(broker, SQL, "asOf=" + asOf);
        assertThat(json(answer).get("exceptions").isEmpty()).as(answer.body()).isTrue();
        assertThat(rows(answer)).isEqualTo(4);
        assertThat(json(answer).get("offsetToken").asString()).isEqualTo(token);
        assertThat(asked.getLast().ends()).isEqualTo(Map.of(0, 4L));
      }
    }
    HttpResponse<String> both = post(one, SQL, "asOf=0:4", TOKEN, OffsetToken.of(events(7)).text());
    assertThat(rows(both)).isEqualTo(4);
    assertThat(OffsetToken.parse(both.headers().firstValue(TOKEN).orElseThrow()))
        .as("what is handed on does not fall")
        .isEqualTo(OffsetToken.of(events(7)));
  }

  @Test
  void tokensThatDoNotFitAreRefusedByTheNameOfWhereTheyStand() throws Exception {
    String other = OffsetToken.of(new TableOffsets("events-0", events(3).ranges())).text();
    for (String option : List.of("offsetToken", "minOffsets", "asOf")) {
      HttpResponse<String> answer = post(one, SQL, option + "=" + other);
      assertThat(answer.headers().firstValue("X-Pinot-Error-Code")).contains("700");
      assertThat(json(answer).at("/exceptions/0/message").asString())
          .contains("option " + option, "events-0", "events-1");
      assertThat(json(answer).get("offsetToken").isNull()).isTrue();
      assertThat(answer.headers().firstValue(TOKEN)).isEmpty();
    }
    HttpResponse<String> header = post(one, SQL, "", TOKEN, other.substring(0, other.length() - 2));
    assertThat(json(header).at("/exceptions/0/errorCode").asInt()).isEqualTo(700);
    assertThat(json(header).at("/exceptions/0/message").asString())
        .contains("header " + TOKEN, "cut off or changed");
    assertThat(asked).isEmpty();
  }

  @Test
  void longTokenOfOtherTablesIsHandedOn() throws Exception {
    TreeMap<Integer, OffsetRange> ranges = new TreeMap<>();
    for (int partition = 0; partition < 600; partition++) {
      ranges.put(partition, new OffsetRange(0, 1_000_003L * (partition % 7)));
    }
    TableOffsets wide = new TableOffsets("trips-1", ranges);
    HttpResponse<String> answer = post(one, SQL, "", TOKEN, OffsetToken.of(wide).text());
    assertThat(OffsetToken.parse(answer.headers().firstValue(TOKEN).orElseThrow()))
        .isEqualTo(new OffsetToken(List.of(events(AHEAD), wide)));
  }

  private static TableOffsets events(long end) {
    return new TableOffsets(EventsCluster.TABLE_ID, Map.of(0, new OffsetRange(0, end)));
  }

  private HttpResponse<String> post(
      ConfigurableApplicationContext broker, String sql, String options, String... headers)
      throws Exception {
    String body = MAPPER.writeValueAsString(Map.of("sql", sql, "queryOptions", options));
    HttpRequest.Builder request = request(broker, "/query/sql").POST(BodyPublishers.ofString(body));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  private static HttpRequest.Builder request(ConfigurableApplicationContext broker, String path) {
    var web = ((WebServerApplicationContext) broker).getWebServer();
    int port = Objects.requireNonNull(web).getPort();
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return MAPPER.readTree(answer.body());
  }

  private static long rows(HttpResponse<String> answer) {
    return json(answer).get("numRowsResultSet").asLong();
  }

  // The server

  private byte[] answered(byte[] body) {
    ServerRequest request = ServerRequestCodec.decode(body);
    asked.add(request);
    String broker = request.requestId().substring(0, request.requestId().indexOf(':'));
    TailPart tail = request.tails().getFirst();
    long reached = Math.max(tail.minimumEnd(), positions.getOrDefault(broker, BEHIND));
    int end = (int) Math.min(reached, request.endOf(0));
    Vector ids = new Vector(StoredType.LONG, false);
    BytesBlock order = new BytesBlock(8 * end, end);
    for (int row = 0; row < end; row++) {
      ids.appendLong(row);
      int start = order.append(Long.BYTES);
      ByteBuffer.wrap(order.bytes()).putLong(start, row);
    }
    return ServerResponseCodec.encode(
        ServerResponse.of(
                request.requestId(),
                Optional.of(new PartialResult.SelectedRows(order, List.of(ids))))
            .withTails(List.of(new TailCoverage(0, new OffsetRange(0, end)))));
  }
}
