package io.gamay.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.layout.ClusterJson;
import io.gamay.testkit.process.FreePorts;
import io.gamay.testkit.process.JavaProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.curator.test.TestingServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** Several controllers on one ZooKeeper: whichever is asked, the one that leads answers. */
final class ControllerHandOverIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration START_PATIENCE = Duration.ofMinutes(5);

  private final HttpClient http = HttpClient.newHttpClient();
  @TempDir private Path directory = Path.of("");

  /** The controller as a process of its own. */
  static final class Main {
    private Main() {}

    public static void main(String[] args) {
      builder().run(args);
    }
  }

  private static SpringApplicationBuilder builder() {
    return new SpringApplicationBuilder(
            ControllerApplication.class, ControllerApplicationIT.FakeStreams.class)
        .properties("spring.config.name=gamay-controller");
  }

  @Test
  void aFollowerPassesWritesOnAndTakesOverWhenTheLeaderIsKilled() throws Exception {
    try (TestingServer zookeeper = new TestingServer(true);
        JavaProcess leader = startProcess(zookeeper, "Controller_a");
        ConfigurableApplicationContext follower = start(zookeeper, "Controller_b")) {
      awaitLeader(follower, "Controller_a");

      HttpResponse<String> made = send(follower, "POST", "/schemas", schema("s0"));
      assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
      assertThat(json(made).get("status").asString()).isEqualTo("s0 successfully added");
      HttpResponse<String> twice = send(follower, "POST", "/schemas?override=false", schema("s0"));
      assertThat(twice.statusCode()).as("the query is passed on").isEqualTo(409);
      HttpResponse<String> wrong = send(follower, "POST", "/schemas", "{}");
      assertThat(wrong.statusCode()).isEqualTo(400);
      assertThat(json(wrong).get("error").asString()).contains("$.schemaName");
      HttpResponse<String> form = sendForm(follower, schema("formed"));
      assertThat(form.statusCode()).as(form.body()).isEqualTo(200);
      assertThat(send(follower, "DELETE", "/schemas/formed", "").statusCode()).isEqualTo(200);
      assertThat(send(follower, "DELETE", "/schemas/formed", "").statusCode()).isEqualTo(404);

      HttpResponse<String> looped = sendForwarded(follower, schema("looped"));
      assertThat(looped.statusCode()).isEqualTo(503);
      assertThat(looped.headers().firstValue("X-Gamay-Not-Taken")).contains("Controller_b");
      assertThat(looped.headers().firstValue("Retry-After")).contains("1");

      HttpResponse<String> huge = send(follower, "POST", "/schemas", "x".repeat((4 << 20) + 1));
      assertThat(huge.statusCode()).isEqualTo(413);

      leader.kill();
      HandOver handOver = writeUntilTaken(follower, 1);
      handOver.print("leader killed (session timeout 6 s)");
      assertThat(handOver.refusals)
          .isNotEmpty()
          .allSatisfy(refusal -> assertThat(refusal).contains("try again"));
      assertThat(handOver.took).isLessThan(Duration.ofSeconds(30));
      assertThat(handOver.conflicts).as("nothing was done when it was said so").isZero();
      assertThat(schemas(follower)).containsExactly("s0", "s1");
      assertThat(json(send(follower, "GET", "/leader", "")).get("isMe").asBoolean()).isTrue();
    }
  }

  @Test
  void writesGoOnWhileOneLeaderAfterAnotherStepsDown() throws Exception {
    try (TestingServer zookeeper = new TestingServer(true);
        ConfigurableApplicationContext last = start(zookeeper, "Controller_last")) {
      awaitLeader(last, "Controller_last");
      List<String> written = new ArrayList<>();
      try (ConfigurableApplicationContext asked = start(zookeeper, "Controller_asked")) {
        awaitLeader(asked, "Controller_last");
        written.add(writeUntilTaken(asked, 0).schema);
        assertThat(SpringApplication.exit(last)).isZero();
        HandOver handOver = writeUntilTaken(asked, 1);
        handOver.print("leader stepped down");
        written.add(handOver.schema);
        assertThat(handOver.took).isLessThan(Duration.ofSeconds(10));
        for (int number = 2; number < 20; number++) {
          written.add(writeUntilTaken(asked, number).schema);
        }
        assertThat(schemas(asked)).containsExactlyInAnyOrderElementsOf(written);
      }
    }
  }

  @Test
  void withoutALeaderAWriteIsRefusedWithThatReason() throws Exception {
    try (TestingServer zookeeper = new TestingServer(true);
        ConfigurableApplicationContext only = start(zookeeper, "Controller_a")) {
      awaitLeader(only, "Controller_a");
      zookeeper.stop();
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                HttpResponse<String> refused = send(only, "POST", "/schemas", schema("s0"));
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.headers().firstValue("Retry-After")).contains("1");
                assertThat(json(refused).get("error").asString()).contains("nothing was done");
              });
    }
  }

  /** What happened until a write was taken; it is repeated whenever it is answered 503. */
  private static final class HandOver {
    private final String schema;
    private final List<String> refusals = new ArrayList<>();
    private int conflicts;
    private Duration took = Duration.ZERO;

    HandOver(String schema) {
      this.schema = schema;
    }

    void print(String what) {
      System.out.printf(
          "%s: %d ms to the next write taken, %d answers said to try again%n",
          what, took.toMillis(), refusals.size());
    }
  }

  private HandOver writeUntilTaken(ConfigurableApplicationContext asked, int number)
      throws Exception {
    HandOver handOver = new HandOver("s" + number);
    long begun = System.nanoTime();
    while (true) {
      HttpResponse<String> answer =
          send(asked, "POST", "/schemas?override=false", schema(handOver.schema));
      handOver.took = Duration.ofNanos(System.nanoTime() - begun);
      assertThat(handOver.took).as(answer.body()).isLessThan(PATIENCE);
      assertThat(answer.statusCode()).as(answer.body()).isIn(200, 409, 503);
      if (answer.statusCode() == 503) {
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
        handOver.refusals.add(answer.body());
        continue;
      }
      handOver.conflicts += answer.statusCode() == 409 ? 1 : 0;
      return handOver;
    }
  }

  private static String schema(String name) {
    return """
    {"schemaName": "%s", "dimensionFieldSpecs": [{"name": "city", "dataType": "STRING"}]}
    """
        .formatted(name);
  }

  private List<String> schemas(ConfigurableApplicationContext controller) throws Exception {
    return json(send(controller, "GET", "/schemas", ""))
        .valueStream()
        .map(JsonNode::asString)
        .toList();
  }

  private void awaitLeader(ConfigurableApplicationContext asked, String leader) {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(json(send(asked, "GET", "/leader", "")).get("leader").asString())
                    .isEqualTo(leader));
  }

  private JavaProcess startProcess(TestingServer zookeeper, String id) {
    int port = FreePorts.next();
    return JavaProcess.ofMainClass(Main.class.getName())
        .jvmOptions("-Xmx256m", "-Dlogging.level.io.gamay.controller.leader=INFO")
        .arguments(arguments(zookeeper, id, port))
        .start(directory.resolve(id + ".log"))
        .awaitUrl(URI.create("http://127.0.0.1:" + port + "/health"), START_PATIENCE)
        .awaitOutput(id + " leads", START_PATIENCE);
  }

  private ConfigurableApplicationContext start(TestingServer zookeeper, String id) {
    return builder().run(arguments(zookeeper, id, 0));
  }

  private String[] arguments(TestingServer zookeeper, String id, int port) {
    return new String[] {
      "--server.port=" + port,
      "--gamay.cluster=it",
      "--gamay.instance-id=" + id,
      "--gamay.data-dir=" + directory,
      "--gamay.zookeeper=" + zookeeper.getConnectString()
    };
  }

  private HttpResponse<String> send(
      ConfigurableApplicationContext controller, String method, String path, String body)
      throws IOException, InterruptedException {
    return http.send(
        request(controller, path)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  /** As {@code curl -d} sends a body. */
  private HttpResponse<String> sendForm(ConfigurableApplicationContext controller, String body)
      throws IOException, InterruptedException {
    return http.send(
        request(controller, "/schemas")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> sendForwarded(ConfigurableApplicationContext controller, String body)
      throws IOException, InterruptedException {
    return http.send(
        request(controller, "/schemas")
            .header("X-Gamay-Forwarded-By", "Controller_x")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(
      ConfigurableApplicationContext controller, String path) {
    int port =
        Objects.requireNonNull(((WebServerApplicationContext) controller).getWebServer()).getPort();
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(30));
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return ClusterJson.mapper().readTree(answer.body());
  }
}
