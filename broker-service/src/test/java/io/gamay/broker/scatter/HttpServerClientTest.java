package io.gamay.broker.scatter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.gamay.broker.compile.SmallWork;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.query.merge.ExecutionStatistics;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequest.TailPart;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponseCodec;
import io.gamay.testkit.process.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

class HttpServerClientTest {

  private final ServerClient client =
      new HttpServerClient(WebClient.create(), Schedulers.immediate());

  @Test
  void aServerThatIsNotThereIsSaidInWords() {
    int port = FreePorts.next();
    assertThatThrownBy(() -> ask(port, Duration.ofSeconds(10)))
        .hasRootCauseInstanceOf(IOException.class)
        .hasMessageContaining("nothing listens at http://127.0.0.1:" + port);
  }

  @Test
  void aServerThatIsSilentIsGivenUpInTime() throws Exception {
    try (var silent = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      assertThatThrownBy(() -> ask(silent.getLocalPort(), Duration.ofMillis(200)))
          .hasMessageContaining("no answer within 200 ms from http://127.0.0.1:");
    }
  }

  @Test
  void onlyWhatIsNotSmallIsDecodedOnTheQueryThreads() throws Exception {
    assertThat(threadThatDecodes(List.of(), 0)).doesNotStartWith("decode");
    assertThat(threadThatDecodes(List.of(), SmallWork.MOST_PARTS)).doesNotStartWith("decode");
    assertThat(threadThatDecodes(List.of(), SmallWork.MOST_PARTS + 1)).startsWith("decode");
    assertThat(threadThatDecodes(Collections.nCopies(500, "t__0__1__x"), 0)).startsWith("decode");
  }

  /**
   * @param missing makes the response as large as wanted
   * @param tails how many are asked for
   */
  private static String threadThatDecodes(List<String> missing, int tails) throws Exception {
    byte[] body =
        ServerResponseCodec.encode(
            new ServerResponse(
                "r", Optional.empty(), ExecutionStatistics.ZERO, List.of(), missing, List.of(), 0));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    server.createContext(
        "/internal/query",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    Scheduler decoding = Schedulers.newSingle("decode");
    try {
      String thread =
          new HttpServerClient(WebClient.create(), decoding)
              .ask(config(server.getAddress().getPort()), request(Duration.ofSeconds(20), tails))
              .map(
                  response -> {
                    assertThat(response.missingSegments()).isEqualTo(missing);
                    return Thread.currentThread().getName();
                  })
              .block(Duration.ofSeconds(30));
      return Objects.requireNonNull(thread);
    } finally {
      decoding.dispose();
      server.stop(0);
    }
  }

  private void ask(int port, Duration timeout) {
    client.ask(config(port), request(timeout, 0)).block(Duration.ofSeconds(30));
  }

  private static InstanceConfig config(int port) {
    return new InstanceConfig("Server_1", InstanceRole.SERVER, "127.0.0.1", port, List.of());
  }

  private static ServerRequest request(Duration timeout, int tails) {
    var plan =
        new ServerPlan("t", 1, Optional.empty(), new ServerWork.Select(List.of(), List.of(), 1));
    return new ServerRequest(
        "r",
        "t-1",
        plan,
        List.of(),
        Collections.nCopies(tails, new TailPart(0, 0, 0, false)),
        timeout,
        true);
  }
}
