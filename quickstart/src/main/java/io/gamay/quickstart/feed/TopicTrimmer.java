package io.gamay.quickstart.feed;

import io.gamay.quickstart.client.ControllerClient;
import io.gamay.quickstart.console.Failure;
import io.gamay.quickstart.kafka.KafkaUnreachableException;
import io.gamay.quickstart.kafka.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Keeps the feed's topic no longer than the tables that read it: records that retention has taken
 * out of all of them go from Kafka too. A record of a segment that exists stays, sealed or not, and
 * so do the last ones of each partition, which tell the feed where it stands.
 */
public final class TopicTrimmer implements AutoCloseable {
  private static final Duration BETWEEN_ROUNDS = Duration.ofMinutes(1);
  private static final Logger log = LoggerFactory.getLogger(TopicTrimmer.class);

  private final String bootstrapAddress;
  private final String topic;
  private final ControllerClient controller;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("topic-trimmer").daemon().factory());

  public TopicTrimmer(String bootstrapAddress, String topic, ControllerClient controller) {
    this.bootstrapAddress = bootstrapAddress;
    this.topic = topic;
    this.controller = controller;
  }

  /** Trims once a minute from now on; returns at once. */
  public void start() {
    var _ =
        thread.scheduleWithFixedDelay(
            this::tryToTrim, 0, BETWEEN_ROUNDS.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void tryToTrim() {
    try {
      trim();
    } catch (Failure | KafkaUnreachableException failure) {
      log.info("topic {} is trimmed later: {}", topic, failure.getMessage());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException failure) {
      log.warn("topic {} is trimmed later", topic, failure);
    }
  }

  /** Deletes what no table holds any more. */
  void trim() throws InterruptedException, KafkaUnreachableException {
    List<Map<Integer, Long>> held = new ArrayList<>();
    for (String table : controller.tables()) {
      Optional<JsonNode> config = controller.table(table);
      if (config.isEmpty() || !readsTopic(config.get())) {
        continue;
      }
      Optional<JsonNode> ledger =
          controller.get("/tables/" + ControllerClient.encoded(table) + "/ledger");
      if (ledger.isEmpty()) {
        return;
      }
      held.add(startOffsets(ledger.get()));
    }
    try (var topics = new Topics(bootstrapAddress)) {
      topics.deleteBelow(topic, lowest(held), FeedPosition.TAIL);
    }
  }

  /** The lowest of each partition that every table holds a part of. */
  private static Map<Integer, Long> lowest(List<Map<Integer, Long>> held) {
    Map<Integer, Long> lowest = new HashMap<>();
    held.forEach(starts -> starts.forEach((key, start) -> lowest.merge(key, start, Math::min)));
    held.forEach(starts -> lowest.keySet().retainAll(starts.keySet()));
    return lowest;
  }

  private boolean readsTopic(JsonNode config) {
    List<String> topics =
        config.findValues("stream.kafka.topic.name").stream().map(JsonNode::asString).toList();
    return topics.contains(topic);
  }

  /** Where each partition's first segment begins. */
  private static Map<Integer, Long> startOffsets(JsonNode ledger) {
    Map<Integer, Long> starts = new HashMap<>();
    for (JsonNode partition : ledger.path("partitions")) {
      long start = partition.path("startOffset").asLong(-1);
      if (start >= 0) {
        starts.put(partition.path("partition").asInt(), start);
      }
    }
    return starts;
  }
}
