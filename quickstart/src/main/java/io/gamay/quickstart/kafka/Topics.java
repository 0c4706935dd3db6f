package io.gamay.quickstart.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of one Kafka cluster: how many partitions a topic has, and creating those absent. */
public final class Topics implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(50);

  private final Admin admin;

  /** Connects lazily; an address where nobody listens shows at the first question. */
  public Topics(String bootstrapAddress) {
    admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapAddress,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) PATIENCE.toMillis(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                (int) PATIENCE.toMillis() / 3));
  }

  /** Every topic's name, Kafka's internal ones left out. */
  public Set<String> names() throws InterruptedException, KafkaUnreachableException {
    try {
      return admin.listTopics().names().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException failure) {
      throw new KafkaUnreachableException(failure);
    }
  }

  /** How many partitions the topic has; empty when there is no such topic. */
  public Optional<Integer> partitionCount(String topic)
      throws InterruptedException, KafkaUnreachableException {
    try {
      var description =
          admin
              .describeTopics(List.of(topic))
              .allTopicNames()
              .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
              .values()
              .iterator()
              .next();
      return Optional.of(description.partitions().size());
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw new KafkaUnreachableException(failure);
    } catch (TimeoutException failure) {
      throw new KafkaUnreachableException(failure);
    }
  }

  /**
   * Creates the topic unless it exists, and returns when every partition of a new one is led; an
   * existing one keeps its partitions.
   *
   * @param settings topic settings by Kafka's names, such as {@code retention.ms}
   * @return whether it was created now
   */
  public boolean createIfAbsent(String topic, int partitionCount, Map<String, String> settings)
      throws InterruptedException, KafkaUnreachableException {
    var wanted = new NewTopic(topic, partitionCount, (short) 1).configs(settings);
    try {
      admin.createTopics(List.of(wanted)).all().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      awaitLeaders(topic, partitionCount);
      return true;
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw new KafkaUnreachableException(failure);
    } catch (TimeoutException failure) {
      throw new KafkaUnreachableException(failure);
    }
  }

  /** The brokers' metadata names leaders before these lead; only a leader knows its end offset. */
  private void awaitLeaders(String topic, int partitionCount)
      throws InterruptedException, ExecutionException, TimeoutException {
    Map<TopicPartition, OffsetSpec> questions =
        IntStream.range(0, partitionCount)
            .boxed()
            .collect(Collectors.toMap(i -> new TopicPartition(topic, i), _ -> OffsetSpec.latest()));
    long attempts = PATIENCE.dividedBy(BETWEEN_ATTEMPTS);
    for (long attempt = 1; true; attempt++) {
      try {
        admin.listOffsets(questions).all().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        return;
      } catch (ExecutionException notYet) {
        if (attempt == attempts || !(notYet.getCause() instanceof RetriableException)) {
          throw notYet;
        }
        LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
      }
    }
  }

  /**
   * Deletes the records below an offset of each partition, but never the last ones.
   *
   * @param offsets by partition; a partition that is not named keeps all its records
   * @param tail how many offsets at the end of each partition stay
   */
  public void deleteBelow(String topic, Map<Integer, Long> offsets, long tail)
      throws InterruptedException, KafkaUnreachableException {
    Set<TopicPartition> partitions =
        offsets.keySet().stream()
            .map(number -> new TopicPartition(topic, number))
            .collect(Collectors.toSet());
    try {
      Map<TopicPartition, Long> begins = offsets(partitions, OffsetSpec.earliest());
      Map<TopicPartition, Long> ends = offsets(partitions, OffsetSpec.latest());
      Map<TopicPartition, RecordsToDelete> deletions = new HashMap<>();
      begins.forEach(
          (partition, begin) -> {
            long below =
                Math.min(
                    offsets.getOrDefault(partition.partition(), begin),
                    ends.getOrDefault(partition, begin) - tail);
            if (below > begin) {
              deletions.put(partition, RecordsToDelete.beforeOffset(below));
            }
          });
      admin.deleteRecords(deletions).all().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException failure) {
      throw new KafkaUnreachableException(failure);
    }
  }

  private Map<TopicPartition, Long> offsets(Set<TopicPartition> partitions, OffsetSpec which)
      throws InterruptedException, ExecutionException, TimeoutException {
    var questions = partitions.stream().collect(Collectors.toMap(p -> p, _ -> which));
    return admin
        .listOffsets(questions)
        .all()
        .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .entrySet()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(5));
  }
}
