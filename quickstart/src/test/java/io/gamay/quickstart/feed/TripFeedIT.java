package io.gamay.quickstart.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.quickstart.kafka.KafkaProcess;
import io.gamay.quickstart.kafka.RecordSender;
import io.gamay.quickstart.kafka.Topics;
import io.gamay.testkit.process.FreePorts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TripFeedIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int PARTITIONS = 4;

  @TempDir private Path directory = Path.of("");

  @Test
  void everyTripIsThereExactlyOnceAfterARestartAndAfterABrokerIsKilled() throws Exception {
    int port = FreePorts.next();
    try (var kafka = KafkaProcess.start(port, directory)) {
      createTopic(kafka);
      try (var feed = feed(kafka)) {
        feed.start();
        awaitMore(kafka, TripFeed.BACKLOG + 200);
      }
      long afterStop = assertComplete(kafka);
      KafkaProcess again;
      try (var feed = feed(kafka)) {
        feed.start();
        awaitMore(kafka, afterStop + 200);
        kafka.process().kill();
        again = KafkaProcess.start(port, directory);
        awaitMore(again, afterStop + 2_000);
      }
      try (again) {
        assertThat(assertComplete(again)).isGreaterThan(afterStop + 1_999);
      }
    }
  }

  @Test
  void tripsLostOnTheirWayAreSentBeforeNewOnes() throws Exception {
    try (var kafka = KafkaProcess.start(FreePorts.next(), directory)) {
      createTopic(kafka);
      try (var sender = new RecordSender(kafka.address(), "trips")) {
        for (long n = 1; n <= TripFeed.BACKLOG + 100; n++) {
          if (n % 1_000 != 17) {
            send(sender, n);
          }
        }
        for (long n = 17; n < TripFeed.BACKLOG - 900; n += 1_000) {
          send(sender, n);
        }
        sender.flush();
      }
      try (var feed = feed(kafka)) {
        feed.start();
        awaitMore(kafka, TripFeed.BACKLOG + 150);
      }
      assertComplete(kafka);
    }
  }

  private static void send(RecordSender sender, long sequence) {
    sender.send(
        (int) (sequence % PARTITIONS),
        new TripGenerator(1).trip(sequence, 0).json().getBytes(StandardCharsets.UTF_8));
  }

  private static void createTopic(KafkaProcess kafka) throws Exception {
    try (var topics = new Topics(kafka.address())) {
      topics.createIfAbsent("trips", PARTITIONS, Map.of());
    }
  }

  private static TripFeed feed(KafkaProcess kafka) {
    return new TripFeed(kafka.address(), "trips", PARTITIONS, 2_000, 1, InstantSource.system());
  }

  private static void awaitMore(KafkaProcess kafka, long count) {
    await().atMost(PATIENCE).until(() -> kafka.read("trips", PARTITIONS).size() >= count);
  }

  /** Returns how many trips there are, which is the last one's number. */
  private static long assertComplete(KafkaProcess kafka) {
    List<Long> sequences =
        kafka.read("trips", PARTITIONS).stream()
            .map(held -> Long.valueOf(held.value().replaceAll(".*\"sequence\":([0-9]+).*", "$1")))
            .sorted()
            .toList();
    assertThat(sequences).isEqualTo(LongStream.rangeClosed(1, sequences.size()).boxed().toList());
    return sequences.size();
  }
}
