package io.gamay.quickstart.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.quickstart.console.Failure;
import io.gamay.testkit.process.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestClientTest {

  @Test
  void aServiceThatTakesTheRequestAndKeepsSilentIsNotTakenForAbsent() throws IOException {
    try (var silent =
        new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      var client =
          new RestClient(
              "127.0.0.1:" + silent.getLocalPort(), "broker", "--broker", Duration.ofSeconds(1));
      assertThat(client.health()).isEqualTo(new Health(false, "DOWN: no answer within 1 s"));
      assertThatThrownBy(() -> client.get("/tables"))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("took the request and did not answer in time");
    }
  }

  @Test
  void anAnswerIsWaitedForLongerThanAServiceTakesToWarmUp() {
    assertThat(RestClient.ANSWER_PATIENCE).isGreaterThanOrEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void whereNothingListensIsDown() {
    var client = new RestClient("127.0.0.1:" + FreePorts.next(), "broker", "--broker");
    assertThat(client.health()).isEqualTo(Health.DOWN);
  }

  @Test
  void aServiceThatIsNotReadyGivesItsReason() throws IOException {
    try (var stub = new StubService()) {
      stub.on("GET /health", 503, "no broker is alive");
      var client = new RestClient(stub.address(), "gateway", "--gateway");
      assertThat(client.health()).isEqualTo(new Health(false, "not ready: no broker is alive"));
      stub.on("GET /health", 503, "<html>away</html>");
      assertThat(client.health().words()).isEqualTo("not ready: HTTP status 503");
    }
  }
}
