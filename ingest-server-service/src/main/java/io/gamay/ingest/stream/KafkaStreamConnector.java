package io.gamay.ingest.stream;

import static java.util.Objects.requireNonNull;

import io.gamay.cluster.table.StreamConfig;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * Kafka, through one Spring Kafka listener container for each open partition and one client for
 * questions about offsets for each Kafka cluster.
 */
public final class KafkaStreamConnector implements StreamConnector {

  private static final Duration QUESTION_TIMEOUT = Duration.ofSeconds(10);

  private final String builtinKafka;
  private final String clientIdPrefix;
  private final InstantSource clock;
  private final Map<Map<String, Object>, Admin> admins = new HashMap<>();

  /**
   * @param builtinKafka address of the Kafka broker that stands behind {@link
   *     StreamConfig#BUILTIN_KAFKA}
   * @param clientIdPrefix how Kafka's operators recognise this process
   */
  public KafkaStreamConnector(String builtinKafka, String clientIdPrefix, InstantSource clock) {
    this.builtinKafka = builtinKafka;
    this.clientIdPrefix = clientIdPrefix;
    this.clock = clock;
  }

  @Override
  public PartitionStream open(
      StreamConfig config, int partition, long startOffset, StreamListener listener) {
    TopicPartition topicPartition = new TopicPartition(config.topic(), partition);
    try {
      Map<String, Object> properties =
          ConsumerProperties.consumer(
              config,
              config.resolvedBootstrapServers(builtinKafka),
              clientIdPrefix + "-" + topicPartition);
      KafkaPartitionStream stream =
          new KafkaPartitionStream(
              properties,
              topicPartition,
              startOffset,
              config.fetchTimeout(),
              new TopicIdentity(() -> topicId(config), clock),
              listener);
      stream.start();
      return stream;
    } catch (KafkaException e) {
      throw new StreamException("cannot read " + topicPartition + ": " + reasonOf(e), e);
    }
  }

  @Override
  public CompletableFuture<Long> endOffset(StreamConfig config, int partition) {
    return offset(config, partition, OffsetSpec.latest());
  }

  @Override
  public CompletableFuture<Long> startOffset(StreamConfig config, int partition) {
    return offset(config, partition, OffsetSpec.earliest());
  }

  @Override
  public synchronized void close() {
    admins.values().forEach(admin -> admin.close(Duration.ZERO));
    admins.clear();
  }

  private CompletableFuture<Long> offset(StreamConfig config, int partition, OffsetSpec spec) {
    try {
      TopicPartition topicPartition = new TopicPartition(config.topic(), partition);
      IsolationLevel isolation =
          config.readCommitted() ? IsolationLevel.READ_COMMITTED : IsolationLevel.READ_UNCOMMITTED;
      return admin(config)
          .listOffsets(Map.of(topicPartition, spec), new ListOffsetsOptions(isolation))
          .partitionResult(topicPartition)
          .toCompletionStage()
          .toCompletableFuture()
          .thenApply(result -> result.offset());
    } catch (KafkaException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<Uuid> topicId(StreamConfig config) {
    try {
      return requireNonNull(
              admin(config)
                  .describeTopics(List.of(config.topic()))
                  .topicNameValues()
                  .get(config.topic()))
          .toCompletionStage()
          .toCompletableFuture()
          .thenApply(description -> description.topicId());
    } catch (KafkaException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private synchronized Admin admin(StreamConfig config) {
    return admins.computeIfAbsent(
        ConsumerProperties.admin(
            config, config.resolvedBootstrapServers(builtinKafka), QUESTION_TIMEOUT),
        Admin::create);
  }

  /** What lies at the bottom of a failure, for a person. */
  static String reasonOf(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }
}
