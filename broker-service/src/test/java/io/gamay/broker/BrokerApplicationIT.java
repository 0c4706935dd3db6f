package io.gamay.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A broker of a cluster without tables, over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BrokerApplicationIT {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final HttpClient http = HttpClient.newHttpClient();
  private TestingServer zookeeper;
  private ConfigurableApplicationContext broker;

  @BeforeAll
  void start() throws Exception {
    zookeeper = new TestingServer(true);
    broker =
        BrokerApplication.start(
            Map.of("server.port", 0, "gamay.zookeeper", zookeeper.getConnectString()));
  }

  @AfterAll
  void stop() throws Exception {
    broker.close();
    zookeeper.close();
  }

  @Test
  void healthIsServedAsPinotServesIt() throws Exception {
    assertThat(get("/health").body()).isEqualTo("OK");
    assertThat(json(get("/actuator/health")).get("status").asString()).isEqualTo("UP");
  }

  @Test
  void theApiDocumentsBothWaysToAskAQuery() throws Exception {
    JsonNode paths = json(get("/v3/api-docs")).get("paths");
    assertThat(paths.at("/~1query~1sql/get/summary").asString()).isEqualTo("Answer a query");
    assertThat(paths.at("/~1query~1sql/post/summary").asString()).isEqualTo("Answer a query");
    assertThat(
            paths
                .at("/~1query~1sql/post/requestBody/content/application~1json/schema/$ref")
                .asString())
        .isEqualTo("#/components/schemas/QueryRequest");
  }

  @Test
  void aBodyThatIsTooLongIsRefusedInWords() throws Exception {
    HttpResponse<String> answer = post("/query/sql", "application/json", " ".repeat(5 << 20));
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(json(answer).get("error").asString()).isEqualTo("the body is longer than 4 MB");
  }

  @Test
  void aCorrelationIdComesBack() throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(uri("/query/sql"))
                .header("X-Correlation-Id", "dashboard-7")
                .POST(BodyPublishers.ofString("{\"sql\": \"SELECT 1\"}"))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.headers().firstValue("X-Correlation-Id")).contains("dashboard-7");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT COUNT(*) FROM trips|190|table trips does not exist",
        "EXPLAIN PLAN FOR SELECT 1 FROM trips|190|table trips does not exist",
        "EXPLAIN ANALYZE SELECT FROM|150|line 1",
        "SELECT FROM|150|line 1",
      })
  void aQueryThatFailsAnswers200WithItsCodeAndReason(String sql, int code, String reason)
      throws Exception {
    String body = MAPPER.writeValueAsString(Map.of("sql", sql));
    for (HttpResponse<String> answer :
        List.of(
            post("/query/sql", "application/json", body),
            post("/query/sql", "application/x-www-form-urlencoded", body),
            post("/query/sql", "text/plain", body),
            get("/query/sql?sql=" + URLEncoder.encode(sql, StandardCharsets.UTF_8)))) {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      JsonNode problem = json(answer).at("/exceptions/0");
      assertThat(problem.get("errorCode").asInt()).as(answer.body()).isEqualTo(code);
      assertThat(problem.get("message").asString()).contains(reason);
      assertThat(answer.headers().firstValue("X-Pinot-Error-Code")).contains("" + code);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      value = {
        "''|the body must be JSON like",
        "SELECT 1|the body must be JSON like",
        "{}|the body must be JSON like",
        "null|the body must be JSON like",
        "{\"sql\": \"  \"}|the field sql is empty",
        "{\"sql\": {}}|the body must be JSON like",
      })
  void aBodyThatIsNoQueryIsRefusedInWords(String body, String reason) throws Exception {
    HttpResponse<String> answer = post("/query/sql", "application/json", body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).get("error").asString()).contains(reason);
  }

  @Test
  void aBodyThatIsCutOffIsRefusedWithLineAndColumn() throws Exception {
    HttpResponse<String> answer = post("/query/sql", "application/json", "{\"sql\":\n \"SELECT 1");
    assertThat(json(answer).get("error").asString())
        .startsWith("the body must be JSON like {\"sql\": \"SELECT 1 FROM t\"}: line 2, column ")
        .doesNotContain("Source");
  }

  @Test
  void whatIsNotThereIsSaidInTheFormOfOtherErrors() throws Exception {
    HttpResponse<String> query =
        http.send(
            HttpRequest.newBuilder(uri("/query/999999")).DELETE().build(), BodyHandlers.ofString());
    assertThat(query.statusCode()).isEqualTo(404);
    assertThat(query.body())
        .isEqualTo(
            "{\"code\":404,\"error\":\"no query with request id 999999 is under way on this broker\"}");
    HttpResponse<String> path = get("/no/such/path");
    assertThat(path.statusCode()).isEqualTo(404);
    assertThat(json(path).get("code").asInt()).isEqualTo(404);
    assertThat(json(path).get("error").asString())
        .startsWith("nothing is at GET /no/such/path; /swagger-ui.html");
    assertThat(get("/swagger-ui.html").statusCode()).isIn(200, 302);
    assertThat(json(get("/debug/routing/nope")).get("error").asString())
        .isEqualTo("table nope does not exist");
  }

  @Test
  void aTextOfAMegabyteIsAnsweredToo() throws Exception {
    String sql = "SELECT COUNT(*) FROM trips WHERE a IN (" + "1, ".repeat(340_000) + "1)";
    HttpResponse<String> answer =
        post("/query/sql", "application/json", MAPPER.writeValueAsString(Map.of("sql", sql)));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(json(answer).at("/exceptions/0/errorCode").asInt()).isEqualTo(190);
  }

  @Test
  void theMultiStageEntryAnswersThatItIsNotThere() throws Exception {
    HttpResponse<String> answer = post("/query", "application/json", "{\"sql\": \"SELECT 1\"}");
    assertThat(json(answer).at("/exceptions/0/message").asString())
        .contains("multi-stage engine is not supported yet");
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String type, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", type)
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private URI uri(String path) {
    var server = ((WebServerApplicationContext) broker).getWebServer();
    return URI.create("http://127.0.0.1:" + Objects.requireNonNull(server).getPort() + path);
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return MAPPER.readTree(answer.body());
  }
}
