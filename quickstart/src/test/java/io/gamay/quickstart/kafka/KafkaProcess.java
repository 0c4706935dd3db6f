package io.gamay.quickstart.kafka;

import io.gamay.testkit.process.JavaProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** {@code gamay start kafka} in its own process, and a look at what it holds. */
public final class KafkaProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final JavaProcess process;
  private final int port;

  private KafkaProcess(JavaProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  public static KafkaProcess start(int port, Path directory) {
    var process =
        JavaProcess.ofMainClass("io.gamay.quickstart.command.GamayCommand")
            .jvmOptions("-Xmx384m")
            .arguments(
                "start",
                "kafka",
                "--port",
                Integer.toString(port),
                "--data-dir",
                directory.toString())
            .start(directory.resolve("out-" + port));
    return new KafkaProcess(
        process.awaitOutput("Kafka Kafka_127.0.0.1_" + port + " up", PATIENCE), port);
  }

  public String address() {
    return "127.0.0.1:" + port;
  }

  public JavaProcess process() {
    return process;
  }

  /** One record of a topic. */
  public record Held(int partition, String key, String value) {}

  /** Every record that the topic holds now, partition by partition in its order. */
  public List<Held> read(String topic, int partitionCount) {
    var partitions =
        IntStream.range(0, partitionCount).mapToObj(i -> new TopicPartition(topic, i)).toList();
    var records = new ArrayList<Held>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, address()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (var record : consumer.poll(Duration.ofSeconds(1))) {
          records.add(new Held(record.partition(), text(record.key()), text(record.value())));
        }
      }
    }
    return records;
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.close();
  }
}
