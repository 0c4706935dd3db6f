package io.gamay.quickstart.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.quickstart.client.BrokerClient;
import io.gamay.quickstart.client.StubService;
import io.gamay.quickstart.console.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FirstAnswersTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(printed, true, StandardCharsets.UTF_8);
  private final Terminal terminal = new Terminal(stream, stream, false);

  @Test
  void aFirstQueryThatFailsIsToldWithAHintAndEndsNothing() throws IOException {
    try (var stub = new StubService()) {
      stub.on("POST /query/sql", 503, "{\"error\":\"no server yet\"}");
      show(stub.address());
      assertThat(text())
          .contains("a sample query failed: the query was refused: no server yet\n")
          .endsWith("the cluster keeps running; try later\n");
    }
  }

  @Test
  void aFirstQueryThatIsAnsweredByAnExceptionIsToldTheSameWay() throws IOException {
    try (var stub = new StubService()) {
      stub.on(
          "POST /query/sql", 200, "{\"exceptions\":[{\"errorCode\":427,\"message\":\"away\"}]}");
      show(stub.address());
      assertThat(text()).contains("a sample query failed: 427: away\n", "keeps running");
    }
  }

  private void show(String address) {
    var hours = new AtomicLong();
    InstantSource hurried = () -> Instant.EPOCH.plus(Duration.ofHours(hours.getAndIncrement()));
    new FirstAnswers(terminal, new BrokerClient(address), hurried)
        .show(true, Instant.EPOCH, "try later");
  }

  private String text() {
    return printed.toString(StandardCharsets.UTF_8);
  }
}
