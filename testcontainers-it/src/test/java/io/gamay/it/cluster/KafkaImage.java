package io.gamay.it.cluster;

import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/**
 * A Kafka in a container, where an engine runs. The system property {@code gamay.it.backend} says
 * {@code docker}, {@code process} or {@code auto}. Like the build's own Kafka, it takes records of
 * 16 MB and keeps everything.
 */
record KafkaImage(KafkaContainer container) implements AutoCloseable {
  private static final String IMAGE = "apache/kafka:4.1.0";
  private static final String MAX_RECORD_BYTES = Integer.toString(16 << 20);

  static boolean isWanted() {
    return switch (System.getProperty("gamay.it.backend", "auto")) {
      case "docker" -> true;
      case "process" -> false;
      default -> DockerClientFactory.instance().isDockerAvailable();
    };
  }

  static KafkaImage start() {
    var container =
        new KafkaContainer(IMAGE)
            .withEnv("KAFKA_MESSAGE_MAX_BYTES", MAX_RECORD_BYTES)
            .withEnv("KAFKA_REPLICA_FETCH_MAX_BYTES", MAX_RECORD_BYTES)
            .withEnv("KAFKA_LOG_RETENTION_MS", "-1")
            .withEnv("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "1")
            .withEnv("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "1");
    container.start();
    return new KafkaImage(container);
  }

  /** The {@code host:port} that clients start from. */
  String bootstrapAddress() {
    return container.getBootstrapServers().replaceFirst("^.*://", "");
  }

  /** For people. */
  String description() {
    return "container " + IMAGE;
  }

  @Override
  public void close() {
    container.stop();
  }
}
