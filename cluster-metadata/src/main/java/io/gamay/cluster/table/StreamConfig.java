package io.gamay.cluster.table;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Where a table's rows come from.
 *
 * @param bootstrapServers Kafka's address, or {@link #BUILTIN_KAFKA}
 * @param startOffset where the first segment of a partition starts
 * @param decoder the form of the records
 * @param consumerProperties further properties of the Kafka consumer
 * @param fetchTimeout of one poll
 */
public record StreamConfig(
    String topic,
    String bootstrapServers,
    StartOffset startOffset,
    Decoder decoder,
    boolean readCommitted,
    Map<String, String> consumerProperties,
    Duration fetchTimeout) {

  /** Stands for the Kafka broker that a quickstart runs, whatever its port is today. */
  public static final String BUILTIN_KAFKA = "builtin:kafka";

  public StreamConfig {
    consumerProperties = Map.copyOf(consumerProperties);
  }

  /** The address to connect to. */
  public String resolvedBootstrapServers(String builtinKafka) {
    return bootstrapServers.equals(BUILTIN_KAFKA) ? builtinKafka : bootstrapServers;
  }

  public enum Decoder {
    JSON
  }

  /** Where to begin in a partition that has no segment yet. */
  public sealed interface StartOffset {
    record Smallest() implements StartOffset {}

    record Largest() implements StartOffset {}

    /** The first record at or after a moment. */
    record At(Instant time) implements StartOffset {}

    /** The first record not older than this when the table is made. */
    record Back(Duration age) implements StartOffset {}
  }
}
