package io.gamay.broker.scatter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.gamay.broker.compile.SmallWork;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.plan.ServerWork.Select;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.IsNull;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import io.gamay.query.plan.TypedExpression.VirtualColumnKind;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequest.TailPart;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponseCodec;
import io.gamay.testkit.process.FreePorts;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.HttpResources;

class HttpServerClientTest {

  private final HttpServerClient client =
      new HttpServerClient(
          new ServerConnections(HttpResources.get()),
          new QueryThreads(Schedulers.immediate(), Schedulers.immediate(), Schedulers.parallel()));

  @Test
  void aServerThatIsNotThereIsSaidInWords() {
    int port = FreePorts.next();
    assertThatThrownBy(() -> ask(port, Duration.ofSeconds(10)))
        .hasRootCauseInstanceOf(IOException.class)
        .hasMessageContaining("nothing listens at http://127.0.0.1:" + port);
  }

  @Test
  void aQuestionThatCannotBeEncodedIsRefusedBeforeAServerIsAsked() {
    TypedExpression deep = new VirtualColumn(VirtualColumnKind.OFFSET);
    for (int level = 0; level < 250; level++) {
      deep = new IsNull(deep, false);
    }
    ServerPlan plan =
        new ServerPlan("t", 1, Optional.of(deep), new Select(List.of(), List.of(), 1));
    ServerRequest request =
        ServerRequest.of("r", "t-1", plan, List.of(), List.of(), Duration.ofSeconds(60));
    Mono<ServerResponse> answer =
        client.ask(config(FreePorts.next()), request, QueryBudget.unlimited(), () -> {});
    assertThatThrownBy(() -> answer.block(Duration.ofSeconds(30)))
        .isInstanceOfSatisfying(
            QueryException.class,
            e -> assertThat(e.code()).isEqualTo(QueryErrorCode.QUERY_VALIDATION));
  }

  @Test
  void aServerThatIsSilentIsGivenUpInTime() throws Exception {
    try (var silent = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      assertThatThrownBy(() -> ask(silent.getLocalPort(), Duration.ofMillis(200)))
          .hasMessageContaining("no answer within 200 ms from http://127.0.0.1:");
    }
  }

  @Test
  void probeIsAnsweredByWhateverAServerSaysAndElseTellsWhyNot() throws Exception {
    HttpServer ill =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
    ill.createContext(
        "/health",
        exchange -> {
          exchange.sendResponseHeaders(503, -1);
          exchange.close();
        });
    ill.start();
    try {
      assertThat(probe(ill.getAddress().getPort())).isEmpty();
    } finally {
      ill.stop(0);
    }
    assertThat(probe(FreePorts.next())).isEqualTo("nothing listens there");
    try (var silent = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      assertThat(probe(silent.getLocalPort())).isEqualTo("no answer within 2000 ms");
    }
  }

  @Test
  void serverThatIsUnavailableIsToldFromOneThatRefusesARequest() throws Exception {
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
    AtomicInteger status = new AtomicInteger(503);
    server.createContext(
        "/internal/query",
        exchange -> {
          exchange.sendResponseHeaders(status.get(), -1);
          exchange.close();
        });
    server.start();
    try {
      int port = server.getAddress().getPort();
      assertThatThrownBy(() -> ask(port, Duration.ofSeconds(10)))
          .hasRootCauseInstanceOf(IOException.class)
          .hasMessageContaining("answered 503");
      status.set(413);
      assertThatThrownBy(() -> ask(port, Duration.ofSeconds(10)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("answered 413");
    } finally {
      server.stop(0);
    }
  }

  private String probe(int port) {
    return Objects.requireNonNull(client.probe(config(port)).block(Duration.ofSeconds(30)));
  }

  @Test
  void onlyWhatIsNotSmallIsDecodedOnTheQueryThreads() throws Exception {
    assertThat(threadThatDecodes(List.of(), 0)).doesNotStartWith("decode");
    assertThat(threadThatDecodes(List.of(), SmallWork.MOST_PARTS)).doesNotStartWith("decode");
    assertThat(threadThatDecodes(List.of(), SmallWork.MOST_PARTS + 1)).startsWith("decode-usual");
    assertThat(threadThatDecodes(Collections.nCopies(500, "t__0__1__x"), 0))
        .startsWith("decode-usual");
    int many = (int) (QueryThreads.MOST_USUAL_BYTES / "t__0__1__x".length());
    assertThat(threadThatDecodes(Collections.nCopies(many, "t__0__1__x"), 0))
        .startsWith("decode-large");
  }

  @Test
  void aResponseThatIsTooLargeIsRefusedBeforeItIsTakenIn() throws Exception {
    byte[] body = new byte[3_000_000];
    for (boolean isAnnounced : new boolean[] {true, false}) {
      try (Responder server = new Responder(body, isAnnounced)) {
        assertThatThrownBy(() -> ask(server, 1_000_000, QueryBudget.unlimited()))
            .isInstanceOfSatisfying(
                QueryException.class,
                e -> assertThat(e.code()).isEqualTo(QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED))
            .hasMessageContaining("more than its limit of 1000000 bytes")
            .hasMessageContaining("maxServerResponseSizeBytes");
      }
    }
  }

  @Test
  void whatAResponseTakesCountsForTheQueryWhileItComesIn() throws Exception {
    byte[] body = response(List.of("s".repeat(3_000_000)));
    for (boolean isAnnounced : new boolean[] {true, false}) {
      try (Responder server = new Responder(body, isAnnounced)) {
        QueryBudget small = budget(2_000_000);
        assertThatThrownBy(() -> ask(server, Long.MAX_VALUE, small))
            .hasMessageContaining("memory limit of 2000000 bytes");
        QueryBudget enough = budget(10_000_000);
        assertThat(ask(server, Long.MAX_VALUE, enough).missingSegments()).hasSize(1);
        assertThat(enough.memoryBytes()).as("given back").isZero();
      }
    }
  }

  @Test
  void aQuestionThatIsDroppedClosesItsConnection() throws Exception {
    try (var silent = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      Disposable question =
          client
              .ask(
                  config(silent.getLocalPort()),
                  request(Duration.ofSeconds(60), 0),
                  QueryBudget.unlimited(),
                  () -> {})
              .subscribe();
      try (Socket connection = silent.accept()) {
        connection.setSoTimeout(20_000);
        assertThat(connection.getInputStream().read()).as("the question comes").isPositive();
        question.dispose();
        while (connection.getInputStream().read() >= 0) {
          // the rest of the question
        }
      }
    }
  }

  @Test
  void aServerThatFetchesFilesIsHeardBeforeItAnswers() throws Exception {
    byte[] body = response(List.of("s"));
    CountDownLatch heard = new CountDownLatch(1);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    server.createContext(
        "/internal/query",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().set(ServerResponse.FETCHING, "true");
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream out = exchange.getResponseBody()) {
            out.flush();
            assertThat(heard.await(20, TimeUnit.SECONDS)).isTrue();
            out.write(body);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
    try {
      ServerResponse response =
          client
              .ask(
                  config(server.getAddress().getPort()),
                  request(Duration.ofSeconds(25), 0),
                  QueryBudget.unlimited(),
                  heard::countDown)
              .block(Duration.ofSeconds(30));
      assertThat(Objects.requireNonNull(response).missingSegments()).containsExactly("s");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aServerThatFetchesNothingDoesNotSaySo() throws Exception {
    AtomicInteger said = new AtomicInteger();
    try (Responder server = new Responder(response(List.of()), true)) {
      var _ =
          client
              .ask(
                  config(server.port()),
                  request(Duration.ofSeconds(25), 0),
                  QueryBudget.unlimited(),
                  said::incrementAndGet)
              .block(Duration.ofSeconds(30));
    }
    assertThat(said).hasValue(0);
  }

  private static QueryBudget budget(long memory) {
    return new QueryBudget(
        System::nanoTime, Duration.ofSeconds(60), new QueryBudget.Limits(memory, Long.MAX_VALUE));
  }

  private ServerResponse ask(Responder server, long maxResponseBytes, QueryBudget budget) {
    ServerRequest plain = request(Duration.ofSeconds(60), 0);
    ServerRequest limited =
        plain.withLimits(
            new ServerRequest.Limits(
                Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, maxResponseBytes));
    return Objects.requireNonNull(
        client.ask(config(server.port()), limited, budget, () -> {}).block(Duration.ofSeconds(60)));
  }

  private static byte[] response(List<String> missing) {
    return ServerResponseCodec.encode(
        ServerResponse.of("r", Optional.empty()).withMissingSegments(missing));
  }

  /** Answers every question with the same bytes. */
  private static final class Responder implements AutoCloseable {

    private final HttpServer server;

    /**
     * @param isAnnounced whether it says first how many they are
     */
    Responder(byte[] body, boolean isAnnounced) throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
      server.createContext(
          "/internal/query",
          exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
            exchange.sendResponseHeaders(200, isAnnounced ? body.length : 0);
            try (OutputStream out = exchange.getResponseBody()) {
              out.write(body);
            }
          });
      server.start();
    }

    int port() {
      return server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  /**
   * @param missing makes the response as large as wanted
   * @param tails how many are asked for
   */
  private static String threadThatDecodes(List<String> missing, int tails) throws Exception {
    Responder server = new Responder(response(missing), true);
    QueryThreads decoding =
        new QueryThreads(
            Schedulers.newSingle("decode-usual"),
            Schedulers.newSingle("decode-large"),
            Schedulers.parallel());
    try {
      String thread =
          new HttpServerClient(new ServerConnections(HttpResources.get()), decoding)
              .ask(
                  config(server.port()),
                  request(Duration.ofSeconds(20), tails),
                  QueryBudget.unlimited(),
                  () -> {})
              .map(
                  response -> {
                    assertThat(response.missingSegments()).isEqualTo(missing);
                    return Thread.currentThread().getName();
                  })
              .block(Duration.ofSeconds(30));
      return Objects.requireNonNull(thread);
    } finally {
      decoding.dispose();
      server.close();
    }
  }

  private void ask(int port, Duration timeout) {
    client
        .ask(config(port), request(timeout, 0), QueryBudget.unlimited(), () -> {})
        .block(Duration.ofSeconds(30));
  }

  private static InstanceConfig config(int port) {
    return new InstanceConfig("Server_1", InstanceRole.SERVER, "127.0.0.1", port, List.of());
  }

  private static ServerRequest request(Duration timeout, int tails) {
    var plan = new ServerPlan("t", 1, Optional.empty(), new Select(List.of(), List.of(), 1));
    return ServerRequest.of(
        "r",
        "t-1",
        plan,
        List.of(),
        Collections.nCopies(tails, new TailPart(0, 0, 0, false)),
        timeout);
  }
}
