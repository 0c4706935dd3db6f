package io.gamay.quickstart.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.testkit.process.FreePorts;
import io.gamay.testkit.process.JavaProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedZooKeeperIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path directory = Path.of("");

  @Test
  @SuppressWarnings("try")
  void nodesSurviveAKillAStopAndAnotherPort() throws Exception {
    int port = FreePorts.next();
    try (var process = start(port)) {
      try (ZooKeeper client = connect(port)) {
        create(client, "/a");
        assertThat(client.getSessionTimeout()).isEqualTo(4_000);
      }
      process.kill();
    }
    port = FreePorts.next();
    try (var process = start(port)) {
      try (ZooKeeper client = connect(port)) {
        assertThat(client.getData("/a", false, null)).isEqualTo("/a".getBytes(UTF_8));
        create(client, "/b");
      }
      assertThat(process.stop(PATIENCE)).isEqualTo(143);
    }
    port = FreePorts.next();
    try (var process = start(port);
        ZooKeeper client = connect(port)) {
      assertThat(client.getChildren("/", false)).contains("a", "b");
      assertThat(process.isAlive()).isTrue();
    }
  }

  private JavaProcess start(int port) {
    return JavaProcess.ofMainClass("io.gamay.quickstart.command.GamayCommand")
        .jvmOptions("-Xmx128m")
        .arguments(
            "start",
            "zookeeper",
            "--port",
            Integer.toString(port),
            "--data-dir",
            directory.toString())
        .start(directory.resolve("out-" + port))
        .awaitOutput("ZooKeeper ZooKeeper_127.0.0.1_" + port + " up", PATIENCE);
  }

  private static ZooKeeper connect(int port) throws Exception {
    var client = new ZooKeeper("127.0.0.1:" + port, 4_000, _ -> {});
    await().atMost(PATIENCE).until(() -> client.getState().isConnected());
    return client;
  }

  private static void create(ZooKeeper client, String path) throws Exception {
    client.create(path, path.getBytes(UTF_8), ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
  }
}
