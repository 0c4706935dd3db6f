package io.gamay.controller.stream;

import static java.util.Objects.requireNonNull;

import io.gamay.cluster.table.StreamConfig;
import io.gamay.cluster.table.StreamConfig.StartOffset;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks Kafka through one admin client per cluster address. */
public final class KafkaStreamCatalog implements StreamCatalog, StreamLogs {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaStreamCatalog.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final List<String> CONNECTION_PROPERTIES = List.of("security.", "sasl.", "ssl.");

  private final String builtinKafka;
  private final Function<Map<String, Object>, Admin> connect;
  private final Duration timeout;
  private final ConcurrentMap<Map<String, Object>, Admin> admins = new ConcurrentHashMap<>();

  /**
   * @param builtinKafka the address that {@link StreamConfig#BUILTIN_KAFKA} stands for
   */
  public KafkaStreamCatalog(String builtinKafka) {
    this(builtinKafka, Admin::create, TIMEOUT.plusSeconds(1));
  }

  /**
   * @param timeout for the answers about many topics together
   */
  KafkaStreamCatalog(
      String builtinKafka, Function<Map<String, Object>, Admin> connect, Duration timeout) {
    this.builtinKafka = builtinKafka;
    this.connect = connect;
    this.timeout = timeout;
  }

  @Override
  public int partitionCount(StreamConfig stream) {
    try {
      return await(stream, admin(stream).describeTopics(List.of(stream.topic())).allTopicNames())
          .values()
          .stream()
          .mapToInt(topic -> topic.partitions().size())
          .sum();
    } catch (UnknownTopicOrPartitionException absent) {
      return 0;
    }
  }

  /** One request to each cluster; whoever has not answered in time is left out. */
  @Override
  public Map<StreamConfig, Integer> partitionCounts(Collection<StreamConfig> streams) {
    Map<StreamConfig, CompletableFuture<Integer>> asked = new HashMap<>();
    Map<Admin, List<StreamConfig>> byCluster = new HashMap<>();
    for (StreamConfig stream : streams) {
      try {
        byCluster.computeIfAbsent(admin(stream), _ -> new ArrayList<>()).add(stream);
      } catch (StreamUnavailableException unusable) {
        LOG.warn("{}", unusable.getMessage());
      }
    }
    byCluster.forEach((admin, ofCluster) -> asked.putAll(partitionCounts(admin, ofCluster)));
    CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new))
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .handle((_, _) -> true)
        .join();
    Map<StreamConfig, Integer> counts = new HashMap<>();
    asked.forEach(
        (stream, answer) -> {
          switch (answer.state()) {
            case SUCCESS -> counts.put(stream, answer.resultNow());
            case FAILED -> LOG.warn("{}", unavailable(stream, answer.exceptionNow()).getMessage());
            case RUNNING, CANCELLED ->
                LOG.warn(
                    "kafka at {} does not answer about topic {} within {} ms",
                    stream.resolvedBootstrapServers(builtinKafka),
                    stream.topic(),
                    timeout.toMillis());
          }
        });
    return counts;
  }

  /** A topic that does not exist has 0. */
  private static Map<StreamConfig, CompletableFuture<Integer>> partitionCounts(
      Admin admin, List<StreamConfig> streams) {
    Map<String, KafkaFuture<TopicDescription>> answers =
        admin
            .describeTopics(streams.stream().map(StreamConfig::topic).distinct().toList())
            .topicNameValues();
    Map<StreamConfig, CompletableFuture<Integer>> counts = new HashMap<>();
    for (StreamConfig stream : streams) {
      counts.put(
          stream,
          requireNonNull(answers.get(stream.topic()))
              .toCompletionStage()
              .handle(KafkaStreamCatalog::count)
              .toCompletableFuture());
    }
    return counts;
  }

  private static int count(@Nullable TopicDescription topic, @Nullable Throwable failure) {
    if (topic != null) {
      return topic.partitions().size();
    }
    if (failure instanceof UnknownTopicOrPartitionException) {
      return 0;
    }
    throw new CompletionException(failure);
  }

  @Override
  public Map<Integer, Long> startOffsets(
      StreamConfig stream, StartOffset start, Set<Integer> partitions, Instant reference) {
    if (partitions.isEmpty()) {
      return Map.of();
    }
    return switch (start) {
      case StartOffset.Smallest() -> offsets(stream, partitions, OffsetSpec.earliest());
      case StartOffset.Largest() -> offsets(stream, partitions, OffsetSpec.latest());
      case StartOffset.At(Instant time) -> firstAtOrAfter(stream, partitions, time);
      case StartOffset.Back(Duration age) ->
          firstAtOrAfter(stream, partitions, reference.minus(age));
    };
  }

  /** Each is asked after what it must not be below. */
  @Override
  public Map<Integer, LogBounds> logBounds(StreamConfig stream, Set<Integer> partitions) {
    if (partitions.isEmpty()) {
      return Map.of();
    }
    Map<Integer, Long> starts =
        offsets(stream, partitions, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
    Map<Integer, Long> stableEnds =
        offsets(stream, partitions, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
    Map<Integer, Long> ends =
        offsets(stream, partitions, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
    Map<Integer, LogBounds> bounds = new HashMap<>();
    ends.forEach(
        (partition, end) ->
            bounds.put(
                partition,
                new LogBounds(
                    Math.min(starts.getOrDefault(partition, end), end),
                    Math.min(stableEnds.getOrDefault(partition, end), end),
                    end)));
    return bounds;
  }

  @Override
  public void close() {
    admins.values().forEach(admin -> admin.close(Duration.ZERO));
  }

  /** Where no record is that young, the end: what comes next is. */
  private Map<Integer, Long> firstAtOrAfter(
      StreamConfig stream, Set<Integer> partitions, Instant time) {
    Map<Integer, Long> found =
        new HashMap<>(offsets(stream, partitions, OffsetSpec.forTimestamp(time.toEpochMilli())));
    Set<Integer> none =
        partitions.stream()
            .filter(partition -> found.getOrDefault(partition, -1L) < 0)
            .collect(Collectors.toSet());
    if (!none.isEmpty()) {
      found.putAll(offsets(stream, none, OffsetSpec.latest()));
    }
    return found;
  }

  private Map<Integer, Long> offsets(
      StreamConfig stream, Set<Integer> partitions, OffsetSpec spec) {
    return offsets(
        stream,
        partitions,
        spec,
        stream.readCommitted() ? IsolationLevel.READ_COMMITTED : IsolationLevel.READ_UNCOMMITTED);
  }

  private Map<Integer, Long> offsets(
      StreamConfig stream, Set<Integer> partitions, OffsetSpec spec, IsolationLevel isolation) {
    Map<TopicPartition, OffsetSpec> request =
        partitions.stream()
            .collect(
                Collectors.toMap(
                    partition -> new TopicPartition(stream.topic(), partition), partition -> spec));
    return listOffsets(stream, request, new ListOffsetsOptions(isolation)).entrySet().stream()
        .collect(Collectors.toMap(entry -> entry.getKey().partition(), e -> e.getValue().offset()));
  }

  private Map<TopicPartition, ListOffsetsResultInfo> listOffsets(
      StreamConfig stream, Map<TopicPartition, OffsetSpec> request, ListOffsetsOptions options) {
    try {
      return await(stream, admin(stream).listOffsets(request, options).all());
    } catch (UnknownTopicOrPartitionException gone) {
      throw unavailable(stream, gone);
    }
  }

  private Admin admin(StreamConfig stream) {
    Map<String, Object> properties = new HashMap<>();
    stream
        .consumerProperties()
        .forEach(
            (key, value) -> {
              if (CONNECTION_PROPERTIES.stream().anyMatch(key::startsWith)) {
                properties.put(key, value);
              }
            });
    properties.put(
        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, stream.resolvedBootstrapServers(builtinKafka));
    properties.put(
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(TIMEOUT.toMillis()));
    properties.put(
        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(TIMEOUT.toMillis() / 2));
    try {
      return admins.computeIfAbsent(Map.copyOf(properties), connect);
    } catch (KafkaException unusable) {
      throw unavailable(stream, unusable);
    }
  }

  private <T> T await(StreamConfig stream, KafkaFuture<T> future) {
    try {
      return future.get(TIMEOUT.toMillis() + 1000, TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof UnknownTopicOrPartitionException absent) {
        throw absent;
      }
      throw unavailable(stream, failed.getCause() == null ? failed : failed.getCause());
    } catch (TimeoutException late) {
      throw unavailable(stream, late);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw unavailable(stream, interrupted);
    }
  }

  private StreamUnavailableException unavailable(StreamConfig stream, Throwable cause) {
    return new StreamUnavailableException(
        "cannot ask kafka at %s about topic %s: %s"
            .formatted(
                stream.resolvedBootstrapServers(builtinKafka), stream.topic(), cause.getMessage()),
        cause);
  }
}
