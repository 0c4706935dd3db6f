package io.gamay.broker.scatter;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.wire.ServerRequest;
import io.gamay.testkit.process.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.web.reactive.function.client.WebClient;
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

  private void ask(int port, Duration timeout) {
    var server = new InstanceConfig("Server_1", InstanceRole.SERVER, "127.0.0.1", port, List.of());
    var plan =
        new ServerPlan("t", 1, Optional.empty(), new ServerWork.Select(List.of(), List.of(), 1));
    client
        .ask(server, new ServerRequest("r", "t-1", plan, List.of(), List.of(), timeout))
        .block(Duration.ofSeconds(30));
  }
}
