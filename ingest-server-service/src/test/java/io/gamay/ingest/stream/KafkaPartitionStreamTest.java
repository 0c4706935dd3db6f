package io.gamay.ingest.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gamay.cluster.table.StreamConfig;
import io.gamay.segment.ledger.OffsetRange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** The stream on a real Kafka broker. */
@Timeout(120)
class KafkaPartitionStreamTest {

  private static EmbeddedKafkaKraftBroker kafka;
  private static Admin admin;

  private final RecordingListener listener = new RecordingListener();
  private KafkaStreamConnector connector;
  private StreamConfig config;
  private String topic;

  @BeforeAll
  static void startKafka() {
    kafka = new EmbeddedKafkaKraftBroker(1, 1);
    kafka.brokerProperty("message.max.bytes", "20000000");
    kafka.brokerProperty("transaction.state.log.replication.factor", "1");
    kafka.brokerProperty("transaction.state.log.min.isr", "1");
    kafka.brokerProperty("offsets.topic.replication.factor", "1");
    kafka.afterPropertiesSet();
    admin = Admin.create(Map.of("bootstrap.servers", kafka.getBrokersAsString()));
  }

  @AfterAll
  static void stopKafka() {
    admin.close();
    kafka.destroy();
  }

  @BeforeEach
  void createTopic(TestInfo test) throws Exception {
    topic = test.getTestMethod().orElseThrow().getName();
    create(topic);
    config = config(true);
    connector = new KafkaStreamConnector("unused:1", "test", InstantSource.system());
  }

  @AfterEach
  void close() {
    connector.close();
  }

  @Test
  void recordsArriveInOrderWithKeyValueAndTimestampFromTheStartOffsetOn() {
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      for (int i = 0; i < 50; i++) {
        var _ =
            producer.send(
                new ProducerRecord<>(topic, 0, 1_000L + i, new byte[] {1, (byte) i}, bytes(i)));
      }
    }
    try (PartitionStream _ = connector.open(config, 0, 20, listener)) {
      await().until(() -> listener.position() == 50);
      assertThat(listener.offsets()).isEqualTo(LongStream.range(20, 50).boxed().toList());
      RecordingListener.Seen first = listener.records().getFirst();
      assertThat(first.value()).isEqualTo(bytes(20));
      assertThat(first.key()).isEqualTo(new byte[] {1, 20});
      assertThat(first.timestamp()).isEqualTo(1_020);
    }
  }

  @Test
  void compressedRecordsArriveWhole() {
    Map<String, Object> zipped =
        Map.of(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip", ProducerConfig.LINGER_MS_CONFIG, 50);
    try (KafkaProducer<byte[], byte[]> producer = producer(zipped)) {
      send(producer, 200);
    }
    try (PartitionStream _ = connector.open(config, 0, 0, listener)) {
      await().until(() -> listener.position() == 200);
      assertThat(listener.records().get(150).value()).isEqualTo(bytes(150));
    }
  }

  @Test
  void tombstonesAndEmptyValuesAreDeliveredAsWhatTheyAre() {
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      var _ = producer.send(new ProducerRecord<>(topic, bytes(1), null));
      var _ = producer.send(new ProducerRecord<>(topic, null, new byte[0]));
    }
    try (PartitionStream _ = connector.open(config, 0, 0, listener)) {
      await().until(() -> listener.position() == 2);
      assertThat(listener.records().get(0).value()).isNull();
      assertThat(listener.records().get(1).value()).isEmpty();
      assertThat(listener.records().get(1).key()).isNull();
    }
  }

  @Test
  void positionPassesControlRecordsAndAbortedRecordsWithoutDeliveringThem() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topic))) {
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, 3);
      producer.commitTransaction(); // 0, 1, 2 and a control record
      producer.beginTransaction();
      send(producer, 2);
      producer.flush();
      producer.abortTransaction(); // 4, 5 and a control record
    }
    try (PartitionStream _ = connector.open(config, 0, 0, listener)) {
      await().until(() -> listener.position() == 7);
      assertThat(listener.offsets()).containsExactly(0L, 1L, 2L);
    }
    assertThat(connector.endOffset(config, 0).get()).isEqualTo(7);
  }

  @Test
  void positionMovesOverAnAbortedTransactionOfManyBatchesThatCameWhileIdle() {
    try (PartitionStream _ = connector.open(config, 0, 0, listener);
        KafkaProducer<byte[], byte[]> producer =
            producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topic))) {
      await().until(() -> listener.idlePolls() > 2);
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, 500);
      producer.flush();
      producer.abortTransaction();
      await().until(() -> listener.position() == 501);
      assertThat(listener.offsets()).isEmpty();
      assertThat(listener.gone()).isEmpty();
    }
  }

  @Test
  void openTransactionHoldsTheEndBackForReadersOfCommittedRecordsOnly() throws Exception {
    RecordingListener eager = new RecordingListener();
    try (KafkaProducer<byte[], byte[]> producer =
        producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topic))) {
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, 4);
      try (PartitionStream _ = connector.open(config, 0, 0, listener);
          PartitionStream _ = connector.open(config(false), 0, 0, eager)) {
        await().until(() -> eager.position() == 4);
        assertThat(connector.endOffset(config, 0).get()).isEqualTo(0);
        assertThat(connector.endOffset(config(false), 0).get()).isEqualTo(4);
        assertThat(listener.offsets()).isEmpty();
        producer.commitTransaction();
        await().until(() -> listener.position() == 5);
        assertThat(listener.offsets()).containsExactly(0L, 1L, 2L, 3L);
      }
    }
  }

  @Test
  void tenMegabyteRecordPassesWhole() {
    byte[] large = new byte[10_000_000];
    large[large.length - 1] = 7;
    try (KafkaProducer<byte[], byte[]> producer =
        producer(
            Map.of(
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 20_000_000,
                ProducerConfig.BUFFER_MEMORY_CONFIG, 64_000_000))) {
      send(producer, 2);
      var _ = producer.send(new ProducerRecord<>(topic, large));
      send(producer, 2);
    }
    try (PartitionStream _ = connector.open(config, 0, 0, listener)) {
      await().until(() -> listener.position() == 5);
      assertThat(listener.records().get(2).value()).isEqualTo(large);
    }
  }

  @Test
  void offsetsBelowTheLogStartAreToldOnceAndReadingGoesOnAtTheLogStart() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      send(producer, 10);
    }
    admin
        .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(6)))
        .all()
        .get();
    try (PartitionStream _ = connector.open(config, 0, 2, listener)) {
      await().until(() -> listener.position() == 10);
      assertThat(listener.gone()).containsExactly(new OffsetRange(2, 6));
      assertThat(listener.offsets()).containsExactly(6L, 7L, 8L, 9L);
      assertThat(listener.failures()).isEmpty();
    }
    assertThat(connector.startOffset(config, 0).get()).isEqualTo(6);
  }

  @Test
  void positionBeyondTheEndIsAFailureAndNeverAJump() {
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      send(producer, 3);
    }
    try (PartitionStream stream = connector.open(config, 0, 50, listener)) {
      await().until(() -> !listener.failures().isEmpty());
      assertThat(listener.failures().getFirst().kind())
          .isEqualTo(StreamFailure.Kind.POSITION_BEYOND_END);
      assertThat(stream.trouble()).contains("50").contains("3");
      int idle = listener.idlePolls();
      await().until(() -> listener.idlePolls() > idle + 3);
      assertThat(listener.offsets()).isEmpty();
      assertThat(listener.failures()).hasSize(1);
    }
  }

  @Test
  void topicMadeAgainIsAFailure() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      send(producer, 5);
    }
    try (PartitionStream _ = connector.open(config, 0, 0, listener)) {
      await().until(() -> listener.position() == 5);
      await().pollDelay(Duration.ofMillis(500)).until(() -> true);
      admin.deleteTopics(List.of(topic)).all().get();
      await().ignoreExceptions().until(() -> create(topic));
      await().atMost(Duration.ofSeconds(30)).until(() -> !listener.failures().isEmpty());
      assertThat(listener.failures().getFirst().kind())
          .isIn(
              StreamFailure.Kind.TOPIC_RECREATED,
              StreamFailure.Kind.POSITION_BEYOND_END,
              StreamFailure.Kind.LOG_TRUNCATED);
    }
  }

  @Test
  void pausedStreamDeliversNothingButTicksAndGoesOnWhereItStood() {
    AtomicBoolean go = new AtomicBoolean();
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of());
        Holder holder = new Holder()) {
      holder.stream = connector.open(config, 0, 0, listener);
      await().until(() -> listener.idlePolls() > 0);
      listener.onBatchDo(
          _ -> {
            if (go.get()) {
              holder.stream().resume();
            } else {
              holder.stream().pause();
            }
          });
      int idle = listener.idlePolls();
      await().until(() -> listener.idlePolls() > idle + 2);
      send(producer, 5);
      producer.flush();
      int paused = listener.idlePolls();
      await().until(() -> listener.idlePolls() > paused + 3);
      assertThat(listener.offsets()).isEmpty();
      go.set(true);
      await().until(() -> listener.position() == 5);
      assertThat(listener.offsets()).containsExactly(0L, 1L, 2L, 3L, 4L);
    }
  }

  @Test
  void seekBackDeliversTheSameRecordsAgain() {
    AtomicBoolean once = new AtomicBoolean(true);
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of());
        Holder holder = new Holder()) {
      listener.onBatchDo(
          batch -> {
            if (batch.nextOffset() == 6 && once.getAndSet(false)) {
              holder.stream().seek(3);
            }
          });
      holder.stream = connector.open(config, 0, 0, listener);
      send(producer, 6);
      producer.flush();
      await().until(() -> listener.offsets().size() == 9 && listener.position() == 6);
      assertThat(listener.offsets()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 3L, 4L, 5L);
    }
  }

  @Test
  void seekOutsideOfTheThreadIsRefused() {
    try (PartitionStream stream = connector.open(config, 0, 0, listener)) {
      assertThatThrownBy(() -> stream.seek(1)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void listenerThatThrowsIsToldAndGetsNoMoreRecords() {
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      listener.onBatchDo(
          batch -> {
            if (batch.size() > 0) {
              throw new IllegalStateException("broken invariant");
            }
          });
      try (PartitionStream _ = connector.open(config, 0, 0, listener)) {
        send(producer, 1);
        producer.flush();
        await().until(() -> !listener.failures().isEmpty());
        assertThat(listener.failures().getFirst().kind())
            .isEqualTo(StreamFailure.Kind.LISTENER_FAILED);
        assertThat(listener.failures().getFirst().message()).contains("broken invariant");
        send(producer, 4);
        producer.flush();
        int idle = listener.idlePolls();
        await().until(() -> listener.idlePolls() > idle + 4);
        assertThat(listener.offsets()).containsExactly(0L);
      }
    }
  }

  @Test
  void missingTopicIsATroubleThatHealsWhenTheTopicAppears() throws Exception {
    String later = topic + "-later";
    StreamConfig missing = config(later, kafka.getBrokersAsString());
    try (PartitionStream stream = connector.open(missing, 0, 0, listener)) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> stream.trouble().contains("does not exist"));
      create(later);
      try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
        var _ = producer.send(new ProducerRecord<>(later, bytes(0)));
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> listener.position() == 1);
      await().atMost(Duration.ofSeconds(30)).until(() -> stream.trouble().isEmpty());
    }
  }

  @Test
  void unreachableKafkaLeavesThePartitionTickingAndTheEndUnknown() {
    StreamConfig unreachable = config(topic, "127.0.0.1:1");
    try (PartitionStream stream = connector.open(unreachable, 0, 5, listener)) {
      await().until(() -> listener.idlePolls() > 3);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> stream.trouble().contains("does not answer"));
      assertThat(listener.position()).isEqualTo(5);
      assertThat(listener.failures()).isEmpty();
      assertThatThrownBy(() -> connector.endOffset(unreachable, 0).get())
          .isInstanceOf(ExecutionException.class);
    }
  }

  @Test
  void batchThatKafkaHoldsCorruptIsATroubleThatStaysAndIsNotAskedForAllTheTime() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      send(producer, 3);
    }
    corruptLog();
    Map<String, Integer> seen = new ConcurrentHashMap<>();
    try (Holder holder = new Holder()) {
      listener.onBatchDo(
          _ -> {
            PartitionStream stream = holder.stream;
            if (stream != null) {
              seen.merge(stream.trouble(), 1, Integer::sum);
            }
          });
      holder.stream = connector.open(config, 0, 0, listener);
      await().until(() -> holder.stream().trouble().contains("corrupt"));
      seen.clear();
      int idle = listener.idlePolls();
      Instant start = Instant.now();
      await().until(() -> listener.idlePolls() > idle + 30);
      assertThat(Duration.between(start, Instant.now())).isGreaterThan(Duration.ofSeconds(1));
      assertThat(seen.keySet()).singleElement().asString().contains("corrupt");
      assertThat(listener.offsets()).isEmpty();
      assertThat(listener.failures()).isEmpty();
    }
  }

  private void corruptLog() throws Exception {
    int broker = admin.describeCluster().nodes().get().iterator().next().id();
    for (var logs : admin.describeLogDirs(List.of(broker)).allDescriptions().get().values()) {
      for (String directory : logs.keySet()) {
        Path log = Path.of(directory, topic + "-0", "00000000000000000000.log");
        if (Files.exists(log)) {
          byte[] bytes = Files.readAllBytes(log);
          bytes[bytes.length - 2] ^= 1;
          Files.write(log, bytes);
        }
      }
    }
  }

  @Test
  void knownEndFollowsTheProducer() {
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of());
        Holder holder = new Holder()) {
      listener.onBatchDo(
          _ -> {
            PartitionStream stream = holder.stream;
            if (stream != null) {
              holder.end = stream.knownEnd().orElse(-1);
            }
          });
      holder.stream = connector.open(config, 0, 0, listener);
      send(producer, 8);
      producer.flush();
      await().until(() -> holder.end == 8);
    }
  }

  @Test
  void knownEndFollowsTheProducerWhilePausedToo() {
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of());
        Holder holder = new Holder()) {
      send(producer, 8);
      producer.flush();
      AtomicLong position = new AtomicLong();
      listener.onBatchDo(
          batch -> {
            position.set(batch.nextOffset());
            PartitionStream stream = holder.stream;
            if (stream != null && batch.nextOffset() == 8) {
              stream.pause();
              holder.end = stream.knownEnd().orElse(-1);
            }
          });
      holder.stream = connector.open(config, 0, 0, listener);
      await().until(() -> holder.end == 8);
      send(producer, 5);
      producer.flush();
      await().until(() -> holder.end == 13);
      assertThat(position).hasValue(8);
    }
  }

  private static final class Holder implements AutoCloseable {
    private volatile @Nullable PartitionStream stream;
    private volatile long end;

    PartitionStream stream() {
      return Objects.requireNonNull(stream);
    }

    @Override
    public void close() {
      stream().close();
    }
  }

  private static boolean create(String name) throws Exception {
    admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
    return true;
  }

  private StreamConfig config(boolean readCommitted) {
    return new StreamConfig(
        topic,
        kafka.getBrokersAsString(),
        new StreamConfig.StartOffset.Smallest(),
        StreamConfig.Decoder.JSON,
        readCommitted,
        Map.of("auto.offset.reset", "latest", "group.id", "ignored"),
        Duration.ofMillis(100));
  }

  private static StreamConfig config(String topicName, String servers) {
    return new StreamConfig(
        topicName,
        servers,
        new StreamConfig.StartOffset.Smallest(),
        StreamConfig.Decoder.JSON,
        true,
        Map.of(),
        Duration.ofMillis(100));
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(more);
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.getBrokersAsString());
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private void send(KafkaProducer<byte[], byte[]> producer, int count) {
    for (int i = 0; i < count; i++) {
      var _ = producer.send(new ProducerRecord<>(topic, bytes(i)));
    }
  }

  private static byte[] bytes(int i) {
    return new byte[] {(byte) i, 42};
  }
}
