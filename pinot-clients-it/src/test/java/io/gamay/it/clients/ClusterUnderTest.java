package io.gamay.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.testkit.process.FreePorts;
import io.gamay.testkit.process.JavaProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A quickstart of the build, as a process of its own on free ports, with {@link #ROWS} rows in the
 * table {@code shapes}: ZooKeeper, Kafka, controller, server and broker are the real ones. One for
 * all test classes, which take it as a parameter of their constructors.
 */
final class ClusterUnderTest implements AutoCloseable {

  static final int ROWS = 40;

  private static final Path DIST = Path.of(System.getProperty("gamay.it.dist", "none"));
  private static final Path LOGS = Path.of("target", "it-logs").toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private static final int ZOOKEEPER = 2181;
  private static final int KAFKA = 9092;
  private static final int CONTROLLER = 9000;
  private static final int SERVER = 8098;
  private static final int BROKER = 8099;
  private static final int GATEWAY = 8080;

  private final int portOffset =
      FreePorts.offsetFor(ZOOKEEPER, KAFKA, CONTROLLER, SERVER, BROKER, GATEWAY);
  private final HttpClient http = HttpClient.newHttpClient();
  private final Path directory;
  private final JavaProcess process;

  private ClusterUnderTest() throws IOException {
    Files.createDirectories(LOGS);
    directory = Files.createTempDirectory("gamay-clients-it-");
    process =
        gamay(
            "quickstart",
            "-Xmx768m",
            "quickstart",
            "--no-feed",
            "--data-dir",
            directory.resolve("data").toString());
  }

  /** Gives the one cluster to constructors of tests; it ends with the tests. */
  static final class Extension implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == ClusterUnderTest.class;
    }

    @Override
    public ClusterUnderTest resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.GLOBAL)
          .computeIfAbsent(ClusterUnderTest.class, _ -> start(), ClusterUnderTest.class);
    }
  }

  String broker() {
    return address(BROKER);
  }

  String controller() {
    return address(CONTROLLER);
  }

  /** ZooKeeper and the path below which the cluster's nodes lie, as the client takes it. */
  String zookeeper() {
    return address(ZOOKEEPER) + "/gamay/gamay";
  }

  private static ClusterUnderTest start() {
    if (!Files.exists(DIST.resolve("gamay.jar"))) {
      throw new IllegalStateException(
          "no gamay.jar in %s: build it with ./mvnw -pl quickstart -am package".formatted(DIST));
    }
    try {
      var cluster = new ClusterUnderTest();
      try {
        cluster.fill();
      } catch (IOException | InterruptedException | RuntimeException | AssertionError failure) {
        cluster.close();
        throw failure;
      }
      return cluster;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private void fill() throws IOException, InterruptedException {
    process.awaitOutput("stop:  Ctrl-C", PATIENCE);
    List<String> rows = IntStream.range(0, ROWS).mapToObj(ClusterUnderTest::row).toList();
    Path file = Files.write(directory.resolve("shapes.ndjson"), rows);
    try (JavaProcess produce =
        gamay("produce", "-Xmx128m", "produce", "--topic", "shapes", "--file", file.toString())) {
      assertThat(produce.awaitExit(PATIENCE)).as(produce.output()).isZero();
    }
    post(controller(), "/schemas", resource("/clients/schema.json"));
    post(controller(), "/tables", resource("/clients/table.json"));
    await("all rows answer")
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                post(broker(), "/query/sql", "{\"sql\": \"SELECT COUNT(*) FROM shapes\"}")
                    .contains("[[" + ROWS + "]]"));
  }

  /** Row i: {@code number} is i; every fourth has no {@code maybe}. */
  private static String row(int i) {
    return """
        {"name": "n%d", "number": %d, "large": %d, "single": %s, "twofold": %s, "exact": "%d.25", \
        "flag": %s, "doc": "{\\"i\\":%d}", "raw": "0a%02x", "labels": ["l%d", "all"]%s, \
        "weight": %d, "at": "2026-01-02 03:04:%02d"}\
        """
        .formatted(
            i % 4,
            i,
            i * 10_000_000_000L,
            i / 4f,
            i / 8d,
            i,
            i % 2 == 0,
            i,
            i,
            i % 3,
            i % 4 == 0 ? "" : ", \"maybe\": " + i,
            i * 2,
            i);
  }

  private String post(String address, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create("http://" + address + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private JavaProcess gamay(String name, String heap, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--port-offset", Integer.toString(portOffset)));
    return JavaProcess.ofJar(DIST.resolve("gamay.jar").normalize())
        .jvmOptions(
            heap,
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dfile.encoding=UTF-8",
            "-Duser.timezone=UTC")
        .arguments(all.toArray(String[]::new))
        .start(LOGS.resolve(name + ".out"));
  }

  private String address(int defaultPort) {
    return "127.0.0.1:" + (defaultPort + portOffset);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ClusterUnderTest.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    process.close();
    http.close();
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
