package io.gamay.quickstart.feed;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Where the feed stands, as the topic itself says. A kill may have cut off trips that were on their
 * way while later ones arrived in other partitions; those are sent before anything new, so that the
 * topic holds every trip from 1 to the last exactly once.
 *
 * @param next the first number never sent
 * @param missing numbers below {@code next} that the topic does not hold, ascending
 */
record FeedPosition(long next, List<Long> missing) {
  /** How many trips may be on their way at once; no gap is further back than this. */
  static final int MAX_IN_FLIGHT = 1_000;

  /** Records read back from each partition: trips sent late may lie between the last ones. */
  static final int TAIL = 4 * MAX_IN_FLIGHT;

  private static final Pattern SEQUENCE = Pattern.compile("\"sequence\":([0-9]+)");

  FeedPosition {
    missing = List.copyOf(missing);
  }

  /** Reads the last records of each partition. */
  static FeedPosition recover(String bootstrapAddress, String topic, int partitionCount) {
    List<TopicPartition> partitions =
        IntStream.range(0, partitionCount).mapToObj(i -> new TopicPartition(topic, i)).toList();
    var seen = new TreeSet<Long>();
    try (var consumer = consumer(bootstrapAddress)) {
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
      ends.forEach(
          (partition, end) ->
              consumer.seek(partition, Math.max(begins.getOrDefault(partition, 0L), end - TAIL)));
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        consumer.poll(Duration.ofSeconds(1)).forEach(record -> addSequence(record.value(), seen));
      }
    }
    return of(seen);
  }

  /** From the numbers seen, of which the last {@link #MAX_IN_FLIGHT} are complete but for gaps. */
  static FeedPosition of(TreeSet<Long> seen) {
    if (seen.isEmpty()) {
      return new FeedPosition(1, List.of());
    }
    long last = seen.last();
    long firstOpen = Math.max(1, last - MAX_IN_FLIGHT + 1);
    List<Long> missing =
        LongStream.range(firstOpen, last).filter(n -> !seen.contains(n)).boxed().toList();
    return new FeedPosition(last + 1, missing);
  }

  private static void addSequence(byte[] value, TreeSet<Long> seen) {
    Matcher matcher = SEQUENCE.matcher(new String(value, StandardCharsets.UTF_8));
    if (matcher.find()) {
      seen.add(Long.valueOf(matcher.group(1)));
    }
  }

  private static KafkaConsumer<byte[], byte[]> consumer(String bootstrapAddress) {
    return new KafkaConsumer<>(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapAddress,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
