package io.gamay.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path directory = Path.of("");

  /** Serves an empty page on the port it is given, until it is told to stop. */
  static final class Page {
    public static void main(String[] args) throws IOException {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("told to stop")));
      var address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
      var server = com.sun.net.httpserver.HttpServer.create(address, 0);
      server.createContext(
          "/",
          exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
          });
      server.start();
      System.out.println("serving " + System.getenv("GREETING"));
    }
  }

  /** Prints and ends with the exit code it is given. */
  static final class Ending {
    public static void main(String[] args) {
      System.out.println("cannot go on");
      System.exit(Integer.parseInt(args[0]));
    }
  }

  @Test
  void servesUntilStoppedAndRunsItsShutdownHooks() {
    int port = FreePorts.next();
    try (var process = page(port)) {
      process.awaitUrl(URI.create("http://127.0.0.1:" + port + "/"), PATIENCE);
      process.awaitOutput("serving hello", PATIENCE);
      assertThat(process.stop(PATIENCE)).isEqualTo(143);
      assertThat(process.output()).contains("told to stop");
    }
  }

  @Test
  void killedProcessRunsNoShutdownHooksAndFreesItsPort() {
    int port = FreePorts.next();
    try (var process = page(port)) {
      process.awaitUrl(URI.create("http://127.0.0.1:" + port + "/"), PATIENCE);
      process.kill();
      assertThat(process.isAlive()).isFalse();
      assertThat(process.output()).doesNotContain("told to stop");
    }
    try (var again = page(port)) {
      again.awaitUrl(URI.create("http://127.0.0.1:" + port + "/"), PATIENCE);
    }
  }

  @Test
  void waitingForWhatAnEndedProcessCannotDoFailsAtOnceWithItsOutput() {
    try (var process =
        JavaProcess.ofMainClass(Ending.class.getName())
            .arguments("3")
            .start(directory.resolve("out"))) {
      assertThatThrownBy(() -> process.awaitOutput("ready", Duration.ofMinutes(5)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("ended with 3")
          .hasMessageContaining("cannot go on");
      assertThat(process.awaitExit(PATIENCE)).isEqualTo(3);
    }
  }

  @Test
  void pausedProcessAnswersWhatItWasAskedOnceItIsResumed() throws Exception {
    int port = FreePorts.next();
    var url = URI.create("http://127.0.0.1:" + port + "/");
    try (var process = page(port);
        var client = HttpClient.newHttpClient()) {
      process.awaitUrl(url, PATIENCE);
      process.pause();
      var answer =
          client.sendAsync(
              HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.discarding());
      assertThatThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      assertThat(process.isAlive()).isTrue();
      process.resume();
      assertThat(answer.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      process.pause();
      process.kill();
      assertThat(process.isAlive()).isFalse();
    }
  }

  @Test
  void freePortsAreDifferentAndFree() throws IOException {
    var ports = FreePorts.next(20);
    assertThat(new HashSet<>(ports)).hasSize(20);
    try (var socket = new ServerSocket(ports.getFirst())) {
      assertThat(socket.getLocalPort()).isEqualTo(ports.getFirst());
    }
  }

  private JavaProcess page(int port) {
    return JavaProcess.ofMainClass(Page.class.getName())
        .environment("GREETING", "hello")
        .arguments(Integer.toString(port))
        .start(directory.resolve("page-" + port));
  }
}
