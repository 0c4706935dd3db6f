package io.gamay.controller.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.table.StreamConfig;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

final class KafkaStreamCatalogTest {

  private final Map<String, Integer> partitions = new TreeMap<>();
  private final Set<String> silent = new HashSet<>();
  private final List<Set<String>> requests = new ArrayList<>();
  private final KafkaStreamCatalog catalog =
      new KafkaStreamCatalog("kafka:1", _ -> admin(), Duration.ofMillis(50));

  @Test
  void topicsOfAClusterAreAskedAboutInOneRequestAndOneThatIsSilentHoldsUpNoOther() {
    partitions.putAll(Map.of("a", 3, "b", 5, "refused", -1));
    silent.add("slow");

    Map<StreamConfig, Integer> counts =
        catalog.partitionCounts(
            List.of(
                stream("a", "kafka:1"),
                stream("b", "kafka:1"),
                stream("slow", "kafka:1"),
                stream("refused", "kafka:1"),
                stream("gone", "kafka:1")));

    assertThat(counts)
        .isEqualTo(
            Map.of(
                stream("a", "kafka:1"),
                3,
                stream("b", "kafka:1"),
                5,
                stream("gone", "kafka:1"),
                0));
    assertThat(requests).containsExactly(Set.of("a", "b", "slow", "refused", "gone"));
  }

  @Test
  void eachClusterIsAskedAboutItsOwn() {
    partitions.putAll(Map.of("a", 3, "b", 5));

    catalog.partitionCounts(
        List.of(stream("a", "kafka:1"), stream("b", "kafka:2"), stream("a", "kafka:2")));

    assertThat(requests).containsExactlyInAnyOrder(Set.of("a"), Set.of("a", "b"));
  }

  private static StreamConfig stream(String topic, String servers) {
    return new StreamConfig(
        topic,
        servers,
        new StreamConfig.StartOffset.Smallest(),
        StreamConfig.Decoder.JSON,
        true,
        Map.of(),
        Duration.ofSeconds(1));
  }

  /** Describes topics and does nothing else. */
  @SuppressWarnings("ReferenceEquality") // a proxy is equal to itself
  private Admin admin() {
    return (Admin)
        Proxy.newProxyInstance(
            Admin.class.getClassLoader(),
            new Class<?>[] {Admin.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "describeTopics" -> describe((Collection<?>) arguments[0]);
                  case "hashCode" -> System.identityHashCode(proxy);
                  case "equals" -> proxy == arguments[0];
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private DescribeTopicsResult describe(Collection<?> names) {
    Map<String, KafkaFuture<TopicDescription>> answers = new HashMap<>();
    for (Object topic : names) {
      KafkaFutureImpl<TopicDescription> answer = new KafkaFutureImpl<>();
      String name = topic.toString();
      int count = partitions.getOrDefault(name, 0);
      if (count > 0) {
        answer.complete(described(name, count));
      } else if (count < 0) {
        answer.completeExceptionally(new TopicAuthorizationException("not yours"));
      } else if (!silent.contains(name)) {
        answer.completeExceptionally(new UnknownTopicOrPartitionException("none"));
      }
      answers.put(name, answer);
    }
    requests.add(Set.copyOf(answers.keySet()));
    return new Described(answers);
  }

  private static TopicDescription described(String topic, int count) {
    List<TopicPartitionInfo> infos = new ArrayList<>();
    for (int partition = 0; partition < count; partition++) {
      infos.add(new TopicPartitionInfo(partition, null, List.of(), List.of()));
    }
    return new TopicDescription(topic, false, infos);
  }

  private static final class Described extends DescribeTopicsResult {
    @SuppressWarnings("NullAway") // topics are asked for by name
    Described(Map<String, KafkaFuture<TopicDescription>> byName) {
      super(null, byName);
    }
  }
}
