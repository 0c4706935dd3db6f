package io.gamay.ingest.stream;

import io.gamay.cluster.table.StreamConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;

/**
 * Kafka settings of a table's clients: our defaults, the table's own properties over them, and over
 * those what the design rests on (no group, no commits, no automatic jump).
 */
final class ConsumerProperties {

  static final Duration LONGEST_POLL = Duration.ofMillis(100);

  /**
   * Few enough that the records of a poll are still in the processor's cache when they are read.
   */
  private static final int MAX_POLL_RECORDS = 4_000;

  /**
   * Each partition has up to two answers of Kafka in the heap. Small beside a server's young
   * objects, they are dead before they are copied, also where many partitions catch up at once.
   */
  private static final int FETCH_BYTES = 1 << 20;

  /** As large as the system lets it grow: a fetch comes in few reads. */
  private static final int RECEIVE_BUFFER_BYTES = -1;

  /** Properties of a table that would break what the design rests on. */
  private static final Set<String> OURS =
      Set.of(
          ConsumerConfig.GROUP_ID_CONFIG,
          ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
          ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG);

  private ConsumerProperties() {}

  static Map<String, Object> consumer(StreamConfig config, String bootstrap, String clientId) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
    properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
    properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
    properties.put(ConsumerConfig.RECEIVE_BUFFER_CONFIG, RECEIVE_BUFFER_BYTES);
    properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 250);
    properties.put(
        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
        config.readCommitted() ? "read_committed" : "read_uncommitted");
    properties.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 5_000);
    properties.putAll(config.consumerProperties());
    OURS.forEach(properties::remove);
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteBufferDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteBufferDeserializer.class);
    return properties;
  }

  /** For the client that asks for offsets: security and connection settings of the table. */
  static Map<String, Object> admin(StreamConfig config, String bootstrap, Duration timeout) {
    Map<String, Object> properties = new HashMap<>();
    config.consumerProperties().entrySet().stream()
        .filter(entry -> isConnectionSetting(entry.getKey()))
        .forEach(entry -> properties.put(entry.getKey(), entry.getValue()));
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    properties.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 5_000);
    properties.put(
        CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(timeout.toMillis()));
    properties.put(
        CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(timeout.toMillis()));
    return properties;
  }

  private static boolean isConnectionSetting(String key) {
    return key.startsWith("security.") || key.startsWith("sasl.") || key.startsWith("ssl.");
  }
}
