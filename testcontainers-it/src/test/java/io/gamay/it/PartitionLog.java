package io.gamay.it;

import static java.util.Objects.requireNonNull;

import io.gamay.it.cluster.TableLedger.Counts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * What consumers of Kafka's own find in a partition, one that sees what is committed and one that
 * sees everything.
 *
 * @param committed the records that are no part of an aborted or open transaction, by offset: their
 *     key, and whether they are rows
 * @param everything offsets of all records
 * @param start the first offset that is still there
 * @param stableEnd where the first open transaction begins
 */
record PartitionLog(
    NavigableMap<Long, Entry> committed,
    Set<Long> everything,
    long start,
    long stableEnd,
    long end) {
  private static final Duration POLL = Duration.ofMillis(200);

  /** A record; a good one begins as a JSON object does. */
  record Entry(String key, boolean isGood) {
    static Entry of(ConsumerRecord<byte[], byte[]> record) {
      return new Entry(text(record.key()), text(record.value()).startsWith("{"));
    }

    private static String text(byte @Nullable [] bytes) {
      return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
  }

  static PartitionLog read(String kafka, String topic, int partition) {
    var of = new TopicPartition(topic, partition);
    NavigableMap<Long, Entry> committed = new TreeMap<>();
    Set<Long> everything = new HashSet<>();
    try (var careful = consumer(kafka, "read_committed");
        var careless = consumer(kafka, "read_uncommitted")) {
      long stableEnd =
          drain(careful, of, record -> committed.put(record.offset(), Entry.of(record)));
      long end = drain(careless, of, record -> everything.add(record.offset()));
      long start = requireNonNull(careless.beginningOffsets(List.of(of)).get(of));
      return new PartitionLog(committed, everything, start, stableEnd, end);
    }
  }

  /** Hands on all that there is and returns where it ends. */
  private static long drain(
      KafkaConsumer<byte[], byte[]> consumer,
      TopicPartition partition,
      Consumer<ConsumerRecord<byte[], byte[]>> sink) {
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    long end = requireNonNull(consumer.endOffsets(List.of(partition)).get(partition));
    while (consumer.position(partition) < end) {
      consumer.poll(POLL).forEach(sink);
    }
    return end;
  }

  private static KafkaConsumer<byte[], byte[]> consumer(String kafka, String isolation) {
    return new KafkaConsumer<>(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            kafka,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            isolation,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            "false"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /** What became of the offsets of a range, none of which was lost. */
  Counts fates(long from, long to) {
    NavigableMap<Long, Entry> inside = committed.subMap(from, true, to, false);
    long good = inside.values().stream().filter(Entry::isGood).count();
    return new Counts(true, good, 0, inside.size() - good, to - from - inside.size(), 0);
  }

  /** How many rows there are for a query. */
  long rowCount() {
    return committed.values().stream().filter(Entry::isGood).count();
  }
}
