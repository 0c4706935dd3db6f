package io.gamay.it.cluster;

import io.gamay.testkit.process.FreePorts;
import io.gamay.testkit.process.JavaProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/**
 * Where a cluster's Kafka comes from: a container where an engine runs, else a process of the
 * build. The system property {@code gamay.it.backend} says {@code docker}, {@code process} or
 * {@code auto}; which one ran is printed. Both take records of 16 MB and keep everything.
 */
interface KafkaBackend extends AutoCloseable {
  /** The {@code host:port} that clients start from. */
  String bootstrapAddress();

  /** For people. */
  String description();

  @Override
  void close();

  /** Starts one; its files and its output go to the directories. */
  static KafkaBackend start(Path data, Path output, Duration patience) {
    return isContainerWanted() ? Container.start() : OwnProcess.start(data, output, patience);
  }

  private static boolean isContainerWanted() {
    return switch (System.getProperty("gamay.it.backend", "auto")) {
      case "docker" -> true;
      case "process" -> false;
      default -> DockerClientFactory.instance().isDockerAvailable();
    };
  }

  /** The Apache image. */
  record Container(KafkaContainer container) implements KafkaBackend {
    private static final String IMAGE = "apache/kafka:4.1.0";
    private static final String MAX_RECORD_BYTES = Integer.toString(16 << 20);

    static Container start() {
      var container =
          new KafkaContainer(IMAGE)
              .withEnv("KAFKA_MESSAGE_MAX_BYTES", MAX_RECORD_BYTES)
              .withEnv("KAFKA_REPLICA_FETCH_MAX_BYTES", MAX_RECORD_BYTES)
              .withEnv("KAFKA_LOG_RETENTION_MS", "-1")
              .withEnv("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "1")
              .withEnv("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "1");
      container.start();
      return new Container(container);
    }

    @Override
    public String bootstrapAddress() {
      return container.getBootstrapServers().replaceFirst("^.*://", "");
    }

    @Override
    public String description() {
      return "container " + IMAGE;
    }

    @Override
    public void close() {
      container.stop();
    }
  }

  /** {@code gamay start kafka}. */
  record OwnProcess(JavaProcess process, String bootstrapAddress) implements KafkaBackend {
    static OwnProcess start(Path data, Path output, Duration patience) {
      String port = Integer.toString(FreePorts.next());
      JavaProcess process =
          GamayLine.start(
              output.resolve("kafka.out"),
              "-Xmx384m",
              "start",
              "kafka",
              "--port",
              port,
              "--data-dir",
              data.resolve("kafka").toString());
      process.awaitOutput(" up at ", patience);
      return new OwnProcess(process, "127.0.0.1:" + port);
    }

    @Override
    public String description() {
      return "process " + process.pid();
    }

    @Override
    public void close() {
      process.close();
    }
  }
}
