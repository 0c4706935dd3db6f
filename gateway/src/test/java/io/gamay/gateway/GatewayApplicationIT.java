package io.gamay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRegistration;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.store.CuratorMetadataStore;
import io.gamay.gateway.route.LiveTargets;
import io.gamay.gateway.web.KeptBodies;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** A gateway over HTTP, before a broker that comes, dies and leaves. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GatewayApplicationIT {
  private static final String TOKEN = "X-Gamay-Offset-Token";
  private static final String QUERY = "{\"sql\": \"SELECT 1 FROM t\"}";

  private final HttpClient http = HttpClient.newHttpClient();
  private TestingServer zookeeper;
  private ConfigurableApplicationContext gateway;

  @BeforeAll
  void start() throws Exception {
    zookeeper = new TestingServer(true);
    gateway =
        GatewayApplication.start(
            Map.of(
                "server.port",
                0,
                "gamay.zookeeper",
                zookeeper.getConnectString(),
                "gamay.max-kept-bodies",
                "5MB"));
  }

  @AfterAll
  void stop() throws Exception {
    gateway.close();
    zookeeper.close();
  }

  @Test
  void aBrokersAnswersAndItsDeathArePassedOn() throws Exception {
    await()
        .untilAsserted(
            () -> assertUnavailable("no broker is alive; start one (gamay start broker)"));
    assertThat(get("/health").statusCode()).isEqualTo(503);
    HttpServer broker = broker("");
    try (CuratorMetadataStore session = session()) {
      try (InstanceRegistration _ = registered(session, "Broker_1", broker)) {
        await().untilAsserted(() -> assertThat(query().statusCode()).isEqualTo(200));
        assertThat(query().body()).isEqualTo("POST /query/sql " + QUERY);
        assertThat(get("/query/sql?sql=SELECT%201").body())
            .isEqualTo("GET /query/sql?sql=SELECT%201 ");
        assertThat(get("/health").body()).isEqualTo("OK");
        broker.stop(0);
        assertUnavailable("broker Broker_1 at 127.0.0.1:");
      }
      await().untilAsserted(() -> assertUnavailable("no broker is alive"));
    } finally {
      broker.stop(0);
    }
  }

  @Test
  void queryGoesToAnotherBrokerWhereOneCannotBeReachedOrDiesBeforeItHasAnswered() throws Exception {
    HttpServer whole = broker("whole: ");
    HttpServer gone = broker("gone: ");
    AtomicInteger deaths = new AtomicInteger();
    try (CuratorMetadataStore session = session();
        ServerSocket dying = dyingBroker(deaths);
        InstanceRegistration _ = registered(session, "Broker_whole", whole);
        InstanceRegistration _ = registered(session, "Broker_gone", gone);
        InstanceRegistration _ = registered(session, "Broker_dying", dying.getLocalPort())) {
      gone.stop(0);
      await().untilAsserted(() -> assertThat(brokersInView()).hasSize(3));
      for (int time = 0; time < 12; time++) {
        HttpResponse<String> answer = query();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("whole: POST /query/sql " + QUERY);
        assertThat(get("/query/sql?sql=SELECT%201").body())
            .isEqualTo("whole: GET /query/sql?sql=SELECT%201 ");
      }
      assertThat(deaths).hasPositiveValue();
    } finally {
      whole.stop(0);
    }
  }

  @Test
  void queryThatKillsBrokersDoesNotGoRoundAllOfThem() throws Exception {
    AtomicInteger deaths = new AtomicInteger();
    try (CuratorMetadataStore session = session();
        ServerSocket one = dyingBroker(deaths);
        ServerSocket two = dyingBroker(deaths);
        ServerSocket three = dyingBroker(deaths);
        InstanceRegistration _ = registered(session, "Broker_1", one.getLocalPort());
        InstanceRegistration _ = registered(session, "Broker_2", two.getLocalPort());
        InstanceRegistration _ = registered(session, "Broker_3", three.getLocalPort())) {
      await().untilAsserted(() -> assertThat(brokersInView()).hasSize(3));
      assertUnavailable("broke the connection before it had answered");
      assertThat(deaths).hasValue(2);
    }
  }

  @Test
  void brokerThatSaysThatItStopsIsAskedNoMoreButAnswersWhereThereIsNoOther() throws Exception {
    HttpServer one = broker("one: ");
    HttpServer two = broker("two: ");
    try (CuratorMetadataStore session = session();
        InstanceRegistration _ = registered(session, "Broker_1", one);
        InstanceRegistration stopping = registered(session, "Broker_2", two)) {
      await().untilAsserted(() -> assertThat(brokersInView()).hasSize(2));
      stopping.announceStop(Instant.EPOCH, Duration.ofSeconds(10));
      await()
          .untilAsserted(
              () -> {
                for (int time = 0; time < 4; time++) {
                  assertThat(query().body()).startsWith("one: ");
                }
              });
      try (InstanceRegistration last = registered(session, "Broker_1", one)) {
        last.announceStop(Instant.EPOCH, Duration.ofSeconds(10));
        await().untilAsserted(() -> assertThat(query().statusCode()).isEqualTo(200));
      }
    } finally {
      one.stop(0);
      two.stop(0);
    }
  }

  @Test
  void bodyThatIsLongerThanABrokerTakesIsRefusedInWords() throws Exception {
    HttpServer broker = broker("");
    try (CuratorMetadataStore session = session();
        InstanceRegistration _ = registered(session, "Broker_1", broker)) {
      await().untilAsserted(() -> assertThat(query().statusCode()).isEqualTo(200));
      HttpResponse<String> answer = query("x".repeat((4 << 20) + 1));
      assertThat(answer.statusCode()).isEqualTo(413);
      assertThat(answer.body())
          .contains("the body is longer than 4194304 bytes (gamay.max-query-size)");
    } finally {
      broker.stop(0);
    }
  }

  @Test
  void bodiesUnderWayTakeNoMoreThanTheirBoundTogether() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    HttpServer broker = broker("");
    broker.createContext(
        "/query/slow",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    KeptBodies bodies = gateway.getBean(KeptBodies.class);
    try (CuratorMetadataStore session = session();
        InstanceRegistration _ = registered(session, "Broker_1", broker)) {
      await().untilAsserted(() -> assertThat(query().statusCode()).isEqualTo(200));
      String large = "x".repeat(3 << 20);
      CompletableFuture<HttpResponse<String>> slow =
          http.sendAsync(
              HttpRequest.newBuilder(uri("/query/slow"))
                  .POST(BodyPublishers.ofString(large))
                  .build(),
              BodyHandlers.ofString());
      await().until(() -> bodies.bytes() == large.length());
      HttpResponse<String> refused = query(large);
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.body())
          .contains("\"code\":429", "take 5242880 bytes already (gamay.max-kept-bodies)");
      release.countDown();
      assertThat(slow.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      await().until(() -> bodies.bytes() == 0);
      assertThat(query(large).statusCode()).isEqualTo(200);
    } finally {
      release.countDown();
      broker.stop(0);
    }
  }

  /** As the gateway sees them. */
  private List<String> brokersInView() {
    return gateway.getBean(LiveTargets.class).live(LiveTargets.Target.BROKER).stream()
        .map(InstanceConfig::id)
        .toList();
  }

  /** Takes a request's beginning and closes the connection, every time. */
  private static ServerSocket dyingBroker(AtomicInteger deaths) throws IOException {
    ServerSocket socket =
        new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              while (!socket.isClosed()) {
                try (Socket connection = socket.accept()) {
                  if (connection.getInputStream().read() >= 0) {
                    deaths.incrementAndGet();
                  }
                } catch (IOException closed) {
                  // the test is over, or the gateway was first
                }
              }
            });
    return socket;
  }

  @Test
  void runningQueriesAreThoseOfTheBrokerThatIsNamed() throws Exception {
    HttpServer one = broker("one: ");
    HttpServer two = broker("two: ");
    try (CuratorMetadataStore session = session();
        InstanceRegistration _ = registered(session, "Broker_1", one)) {
      await().untilAsserted(() -> assertThat(get("/queries").statusCode()).isEqualTo(200));
      assertThat(get("/queries").body()).isEqualTo("one: GET /queries ");
      assertThat(delete("/query/7?verbose=true").body())
          .isEqualTo("one: DELETE /query/7?verbose=true ");
      try (InstanceRegistration _ = registered(session, "Broker_2", two)) {
        await().untilAsserted(() -> assertThat(get("/queries").statusCode()).isEqualTo(400));
        assertThat(get("/queries/running").body())
            .contains("\"code\":400", "name one that is alive", "broker: Broker_1, Broker_2");
        assertThat(delete("/query/7").statusCode()).isEqualTo(400);
        assertThat(delete("/query/7?broker=Broker_3").statusCode()).isEqualTo(400);
        for (int time = 0; time < 3; time++) {
          assertThat(get("/queries?broker=Broker_2").body()).startsWith("two: GET /queries");
          assertThat(delete("/query/7?broker=Broker_1").body()).startsWith("one: DELETE /query/7");
        }
      }
    } finally {
      one.stop(0);
      two.stop(0);
    }
  }

  @Test
  void tokensOfOffsetsArePassedOnBothWaysAndNotRemembered() throws Exception {
    HttpServer broker = broker("");
    try (CuratorMetadataStore session = session();
        InstanceRegistration _ = registered(session, "Broker_1", broker)) {
      await().untilAsserted(() -> assertThat(query().statusCode()).isEqualTo(200));
      for (String token : List.of("o1.short_-", "o1." + "x".repeat(8_000))) {
        HttpResponse<String> answer =
            http.send(
                HttpRequest.newBuilder(uri("/query/sql"))
                    .header(TOKEN, token)
                    .POST(BodyPublishers.ofString(QUERY))
                    .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue(TOKEN)).contains(token + "-next");
        assertThat(query().headers().firstValue(TOKEN)).isEmpty();
      }
    } finally {
      broker.stop(0);
    }
  }

  @Test
  void aPathBehindWhichNothingIsIsAnsweredInWords() throws Exception {
    HttpResponse<String> answer = get("/no/such/path");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body())
        .startsWith("{\"code\":404,\"error\":\"nothing is at GET /no/such/path; GET / lists");
  }

  private CuratorMetadataStore session() {
    return CuratorMetadataStore.connect(
        zookeeper.getConnectString(), "gamay", Duration.ofSeconds(10));
  }

  private static InstanceRegistration registered(
      CuratorMetadataStore session, String id, HttpServer broker) {
    return registered(session, id, broker.getAddress().getPort());
  }

  private static InstanceRegistration registered(
      CuratorMetadataStore session, String id, int port) {
    return InstanceRegistration.register(
        session,
        new InstanceConfig(
            id, InstanceRole.BROKER, "127.0.0.1", port, List.of("DefaultTenant_BROKER")));
  }

  private void assertUnavailable(String reason) throws Exception {
    HttpResponse<String> answer = query();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(answer.body()).contains("\"code\":503", reason);
  }

  /**
   * Answers what it was asked, with another token to one that has one.
   *
   * @param greeting said before
   */
  private static HttpServer broker(String greeting) throws IOException {
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String asked =
              greeting
                  + exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          String token = exchange.getRequestHeaders().getFirst(TOKEN);
          if (token != null) {
            exchange.getResponseHeaders().set(TOKEN, token + "-next");
          }
          byte[] bytes = asked.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    return server;
  }

  private HttpResponse<String> query() throws Exception {
    return query(QUERY);
  }

  private HttpResponse<String> query(String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri("/query/sql"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> delete(String path) throws Exception {
    return http.send(HttpRequest.newBuilder(uri(path)).DELETE().build(), BodyHandlers.ofString());
  }

  private URI uri(String path) {
    var server = ((WebServerApplicationContext) gateway).getWebServer();
    return URI.create("http://127.0.0.1:" + Objects.requireNonNull(server).getPort() + path);
  }
}
