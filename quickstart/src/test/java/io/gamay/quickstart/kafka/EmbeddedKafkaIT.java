package io.gamay.quickstart.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.testkit.process.FreePorts;
import io.gamay.testkit.process.JavaProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path directory = Path.of("");

  @Test
  void recordsTopicsAndClusterIdSurviveAKillAStopAndAnotherPort() throws Exception {
    Path data = directory.resolve("kafka");
    String clusterId;
    try (var kafka = KafkaProcess.start(FreePorts.next(), data)) {
      try (var topics = new Topics(kafka.address())) {
        assertThat(topics.createIfAbsent("t", 2, Map.of())).isTrue();
        assertThat(topics.createIfAbsent("t", 3, Map.of())).isFalse();
        assertThat(topics.partitionCount("t")).contains(2);
        assertThat(topics.partitionCount("absent")).isEmpty();
      }
      send(kafka, 0, 1_000);
      clusterId = clusterId(data);
      kafka.process().kill();
    }
    try (var kafka = KafkaProcess.start(FreePorts.next(), data)) {
      assertThat(kafka.read("t", 2)).hasSize(1_000);
      send(kafka, 1_000, 2_000);
      assertThat(kafka.process().stop(PATIENCE)).isEqualTo(143);
      assertThat(kafka.process().output()).contains("stopping", "stopped");
    }
    try (var kafka = KafkaProcess.start(FreePorts.next(), data)) {
      assertThat(kafka.read("t", 2).stream().map(KafkaProcess.Held::value).distinct())
          .hasSize(2_000);
      try (var topics = new Topics(kafka.address())) {
        assertThat(topics.names()).contains("t");
      }
    }
    assertThat(clusterId(data)).isEqualTo(clusterId);
  }

  @Test
  void aSecondProcessOnTheSameDirectoryIsRefusedByName() {
    try (var kafka = KafkaProcess.start(FreePorts.next(), directory);
        var second =
            JavaProcess.ofMainClass("io.gamay.quickstart.command.GamayCommand")
                .arguments(
                    "start",
                    "kafka",
                    "--port",
                    Integer.toString(FreePorts.next()),
                    "--data-dir",
                    directory.toString())
                .start(directory.resolve("second"))) {
      assertThat(second.awaitExit(PATIENCE)).isEqualTo(1);
      assertThat(second.output())
          .contains(
              directory.toString(), "in use by process " + kafka.process().pid(), "--data-dir");
      assertThat(kafka.process().isAlive()).isTrue();
    }
  }

  @Test
  void aTopicThatNobodyCreatedIsNotMadeUp() throws Exception {
    try (var kafka = KafkaProcess.start(FreePorts.next(), directory);
        var topics = new Topics(kafka.address())) {
      assertThat(topics.partitionCount("mistyped")).isEmpty();
      assertThat(topics.names()).isEmpty();
    }
  }

  private static void send(KafkaProcess kafka, int from, int to) {
    try (var sender = new RecordSender(kafka.address(), "t")) {
      for (int i = from; i < to; i++) {
        sender.send(i % 2, Integer.toString(i).getBytes(StandardCharsets.UTF_8));
      }
      sender.flush();
      assertThat(sender.acknowledgedCount()).isEqualTo(to - from);
      assertThat(sender.inFlightCount()).isZero();
      assertThat(sender.failure()).isEmpty();
    }
  }

  private static String clusterId(Path data) throws IOException {
    return Files.readAllLines(data.resolve("data").resolve("meta.properties")).stream()
        .filter(line -> line.startsWith("cluster.id="))
        .findFirst()
        .orElseThrow();
  }
}
