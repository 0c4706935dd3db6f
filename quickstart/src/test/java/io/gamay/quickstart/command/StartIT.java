package io.gamay.quickstart.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.testkit.process.FreePorts;
import io.gamay.testkit.process.JavaProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees of one process of a cluster: lines for people, and nothing else. */
class StartIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir private Path directory = Path.of("");

  @Test
  void withoutZooKeeperAServerSaysThatItWaitsAndEndsWithTheRemedy() {
    String zookeeper = "127.0.0.1:" + FreePorts.next();
    try (JavaProcess process = start("server", "--zookeeper", zookeeper)) {
      process.awaitOutput("waiting for ZooKeeper at " + zookeeper, PATIENCE);
      assertThat(process.awaitExit(PATIENCE)).isEqualTo(1);
      assertThat(process.output())
          .hasLineCount(3)
          .contains("starting server ", "gamay.log")
          .endsWith(
              "gamay: no connection to ZooKeeper at "
                  + zookeeper
                  + " within 10 s; start it with 'gamay start zookeeper', or pass --zookeeper\n");
    }
  }

  @Test
  void whatIsNotAZooKeeperEndsInOneLineAndAStackTraceInTheLog() throws IOException {
    try (var silent = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        JavaProcess process =
            start("gateway", "--zookeeper", "127.0.0.1:" + silent.getLocalPort())) {
      assertThat(process.awaitExit(PATIENCE)).isEqualTo(1);
      assertThat(process.output()).hasLineCount(2);
      assertThat(process.output().lines().toList().getLast())
          .startsWith("gamay: gateway did not start: no connection to ZooKeeper at 127.0.0.1:")
          .contains("gamay start zookeeper", log("gateway").toString());
      assertThat(Files.readString(log("gateway"))).contains("gateway did not start", "\tat ");
    }
  }

  @Test
  void theReasonOfAFailedStartIsOneLineAndWhatZooKeeperPrintsGoesToItsLog() throws IOException {
    int port = FreePorts.next();
    try (JavaProcess first = start("zookeeper", port)) {
      first.awaitOutput(" up at ", PATIENCE);
      first.stop(PATIENCE);
    }
    copiesOfTheFirstSnapshot();
    try (JavaProcess zookeeper = start("zookeeper", port)) {
      zookeeper.awaitOutput(" up at ", PATIENCE);
      await().atMost(PATIENCE).until(() -> logText("zookeeper").contains("Removing file: "));
      assertThat(zookeeper.output()).doesNotContain("Removing file");
      try (JavaProcess controller =
          start(
              "controller",
              "--zookeeper",
              "127.0.0.1:" + port,
              "--deep-store",
              "nowhere://bucket/path")) {
        assertThat(controller.awaitExit(PATIENCE)).isEqualTo(1);
        assertThat(controller.output())
            .hasLineCount(2)
            .contains("gamay: controller did not start: ", "unknown scheme 'nowhere'");
      }
    }
  }

  /** More than ZooKeeper keeps, so that it purges at the next start. */
  private void copiesOfTheFirstSnapshot() throws IOException {
    try (var files = Files.walk(directory.resolve("zookeeper").resolve("data"))) {
      Path snapshot =
          files
              .filter(file -> file.getFileName().toString().startsWith("snapshot."))
              .findFirst()
              .orElseThrow();
      for (int i = 1; i <= 5; i++) {
        Path copy = snapshot.resolveSibling("snapshot." + i);
        if (!Files.exists(copy)) {
          Files.copy(snapshot, copy);
        }
      }
    }
  }

  private JavaProcess start(String component, String... options) {
    return start(component, FreePorts.next(), options);
  }

  private JavaProcess start(String component, int port, String... options) {
    var arguments =
        new ArrayList<>(
            List.of(
                "start",
                component,
                "--port",
                Integer.toString(port),
                "--data-dir",
                directory.resolve(component).toString()));
    arguments.addAll(List.of(options));
    return JavaProcess.ofMainClass("io.gamay.quickstart.command.GamayCommand")
        .jvmOptions(
            "-Xmx384m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow")
        .arguments(arguments.toArray(String[]::new))
        .start(directory.resolve(component + "-" + FreePorts.next() + ".out"));
  }

  private Path log(String component) {
    return directory.resolve(component).resolve("logs").resolve("gamay.log");
  }

  private String logText(String component) throws IOException {
    return Files.exists(log(component)) ? Files.readString(log(component)) : "";
  }
}
