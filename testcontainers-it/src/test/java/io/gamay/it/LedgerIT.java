package io.gamay.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.store.CuratorMetadataStore;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.StoredNode;
import io.gamay.it.cluster.GamayCluster;
import io.gamay.it.cluster.Loud;
import io.gamay.it.cluster.TableLedger;
import io.gamay.it.cluster.TableLedger.Counts;
import io.gamay.it.cluster.TableLedger.Segment;
import io.gamay.it.cluster.Template;
import io.gamay.quickstart.Component;
import io.gamay.quickstart.client.QueryAnswer;
import io.gamay.segment.ledger.LedgerCounts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The ledger against a real Kafka in which offsets have no record: transactions, compaction,
 * retention. Consumers of the test's own count for themselves.
 */
class LedgerIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int REPLICATION = 2;
  private static final int SERVERS = 2;
  private static final int SEGMENT_ROWS = 100;
  private static final int LEAST_SEALED = 3;
  private static final Duration SESSION = Duration.ofSeconds(10);

  /** Transactions that are left open must not be ended by Kafka. */
  private static final String TRANSACTION_MILLIS = "800000";

  private static GamayCluster cluster;
  private static Admin admin;

  private long nextSequence;

  @BeforeAll
  static void startCluster() {
    cluster = GamayCluster.start("ledger", SERVERS);
    admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.kafka()));
  }

  @AfterAll
  static void stopCluster() {
    if (admin != null) {
      admin.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void ofTransactionsOnlyWhatIsCommittedIsRowsAndAnOpenOneHoldsReadersBack() throws Exception {
    String table = "transactions";
    int partitionCount = 2;
    long seed = Long.getLong("gamay.seed", System.nanoTime());
    Loud.say("transactions by -Dgamay.seed=" + seed);
    createTopic(table, partitionCount, Map.of());
    try (var first = transactional("ledger-first");
        var second = transactional("ledger-second");
        var plain = producer(Map.of())) {
      interleave(new Random(seed), table, partitionCount, first, second);
      createTable(table);
      awaitWhole(table, partitionCount, Map.of());

      first.beginTransaction();
      sendRows(first, table, partitionCount, 60);
      second.beginTransaction();
      sendRows(second, table, partitionCount, 150);
      second.commitTransaction();
      sendRows(plain, table, partitionCount, 30);
      Map<Integer, PartitionLog> held = awaitWhole(table, partitionCount, Map.of());
      assertThat(held.values())
          .allSatisfy(log -> assertThat(log.end()).isGreaterThanOrEqualTo(log.stableEnd() + 120));

      first.abortTransaction();
      Map<Integer, PartitionLog> ended = awaitWhole(table, partitionCount, Map.of());
      assertThat(ended.values())
          .allSatisfy(log -> assertThat(log.stableEnd()).isEqualTo(log.end()))
          .allSatisfy(
              log -> assertThat(log.everything().size()).isGreaterThan(log.committed().size()));
      requireFalsehoodsFound(table);
    }
  }

  /** Two producers, whose transactions lie in each other's and end either way. */
  private void interleave(
      Random random,
      String table,
      int partitionCount,
      KafkaProducer<byte[], byte[]> first,
      KafkaProducer<byte[], byte[]> second)
      throws Exception {
    var open = new HashSet<KafkaProducer<byte[], byte[]>>();
    for (int step = 0; step < 80; step++) {
      KafkaProducer<byte[], byte[]> one = random.nextBoolean() ? first : second;
      if (open.add(one)) {
        one.beginTransaction();
      }
      sendRows(one, table, partitionCount, 1 + random.nextInt(30));
      if (random.nextInt(4) == 0) {
        send(one, table, random.nextInt(partitionCount), null, "no row", null);
      }
      one.flush();
      if (random.nextBoolean()) {
        end(one, random.nextInt(5) < 3);
        open.remove(one);
      }
    }
    for (KafkaProducer<byte[], byte[]> left : open) {
      end(left, true);
    }
  }

  private static void end(KafkaProducer<byte[], byte[]> producer, boolean isCommitted) {
    if (isCommitted) {
      producer.commitTransaction();
    } else {
      producer.abortTransaction();
    }
  }

  @Test
  void recordsThatCompactionRemovedAreAbsentAndSealedRowsStay() throws Exception {
    String table = "compacted";
    createTopic(
        table,
        1,
        Map.of(
            "cleanup.policy",
            "compact",
            "segment.ms",
            "500",
            "min.cleanable.dirty.ratio",
            "0.01",
            "min.compaction.lag.ms",
            "0"));
    try (var producer = producer(Map.of())) {
      updateKeys(producer, table, 0, 2_500, 250);
      long compactedTo = updateKeys(producer, table, 1, 300, 300);
      awaitCompaction(table, compactedTo);
      stopCompacting(table);
      createTable(table);
      PartitionLog compacted = requireNonNull(awaitWhole(table, 1, Map.of()).get(0));
      assertThat(compacted.fates(0, compacted.stableEnd()).absent())
          .as("offsets that compaction left without a record")
          .isGreaterThan(2_000);

      List<Segment> sealed = sealed(table, 0);
      long rows = count(table);
      configure(table, "min.cleanable.dirty.ratio", "0.01");
      compactedTo = updateKeys(producer, table, 2, 20, 20);
      awaitCompaction(table, compactedTo);
      await("the last rows are read")
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(count(table)).isEqualTo(rows + 19));
      assertThat(verdict(table).path("isSound").asBoolean()).isTrue();
      assertThat(sealed(table, 0)).startsWith(sealed.toArray(Segment[]::new));
    }
  }

  /**
   * Sends updates, round the keys, in a log segment of their own: the time of its first record ends
   * the one before.
   *
   * @return the first offset
   */
  private long updateKeys(
      KafkaProducer<byte[], byte[]> producer, String table, int round, int count, int keyCount)
      throws Exception {
    long first = -1;
    for (int i = 0; i < count; i++) {
      boolean isTombstone = i % 97 == 0;
      String value = isTombstone ? null : row();
      long offset =
          send(
              producer,
              table,
              0,
              "key-" + i % keyCount,
              value,
              1_700_000_000_000L + 10_000L * round);
      first = first < 0 ? offset : first;
    }
    return first;
  }

  private static void awaitCompaction(String table, long compactedTo) {
    await("compaction below offset " + compactedTo)
        .atMost(PATIENCE)
        .until(() -> hasEachKeyOnce(PartitionLog.read(cluster.kafka(), table, 0), compactedTo));
  }

  private static boolean hasEachKeyOnce(PartitionLog log, long end) {
    var keys = new HashSet<String>();
    return log.committed().headMap(end).values().stream().allMatch(entry -> keys.add(entry.key()));
  }

  /** What is counted must not change while it is. */
  private static void stopCompacting(String table) throws Exception {
    configure(table, "min.cleanable.dirty.ratio", "1.0");
  }

  @Test
  void whatRetentionTookBeforeItWasReadIsDeclaredLostAndNothingElse() throws Exception {
    String table = "expired";
    createTopic(table, 1, Map.of());
    createTable(table);
    try (var producer = producer(Map.of())) {
      sendRows(producer, table, 1, 250);
      awaitWhole(table, 1, Map.of(), 2);
      long openStart = consumingStart(table);
      stopServers();
      sendRows(producer, table, 1, 200);
      deleteRecords(table, 400);
      startServers();
      sendRows(producer, table, 1, 250);
      var lost = new Range(openStart, 400);
      awaitWhole(table, 1, Map.of(0, List.of(lost)), LEAST_SEALED);
      assertThat(count(table)).isEqualTo(openStart + 300);

      pause(table);
      long pausedAt = consumingStart(table);
      assertThat(pausedAt).isEqualTo(700);
      sendRows(producer, table, 1, 150);
      deleteRecords(table, 800);
      cluster.controller().resume(table, "smallest", "");
      sendRows(producer, table, 1, 200);
      List<Range> both = List.of(lost, new Range(pausedAt, 800));
      awaitWhole(table, 1, Map.of(0, both), LEAST_SEALED);

      deleteRecords(table, 830);
      awaitWhole(table, 1, Map.of(0, both), LEAST_SEALED);
    }
  }

  private static void pause(String table) {
    cluster.controller().pause(table, "retention is to pass it");
    await("what was consumed is committed")
        .atMost(PATIENCE)
        .until(
            () -> {
              Segment last = cluster.ledger(table).partition(0).getLast();
              return last.end() < 0
                  && last.start() == PartitionLog.read(cluster.kafka(), table, 0).end();
            });
  }

  private static long consumingStart(String table) {
    return cluster.ledger(table).partition(0).getLast().start();
  }

  private static void stopServers() {
    for (int i = 0; i < SERVERS; i++) {
      cluster.kill9(Component.SERVER, i);
    }
  }

  private static void startServers() {
    for (int i = 0; i < SERVERS; i++) {
      cluster.launch(Component.SERVER, i);
    }
  }

  private static void deleteRecords(String table, long before) throws Exception {
    admin
        .deleteRecords(Map.of(new TopicPartition(table, 0), RecordsToDelete.beforeOffset(before)))
        .all()
        .get();
  }

  /** A range of offsets. */
  private record Range(long start, long end) {
    long within(long from, long to) {
      return Math.max(0, Math.min(end, to) - Math.max(start, from));
    }
  }

  private static Map<Integer, PartitionLog> awaitWhole(
      String table, int partitionCount, Map<Integer, List<Range>> lost) {
    return awaitWhole(table, partitionCount, lost, LEAST_SEALED);
  }

  /**
   * Returns what is in Kafka, once segments, consumers, verdict and answers say the same of it.
   *
   * @param lost what is to be declared lost, by partition
   */
  private static Map<Integer, PartitionLog> awaitWhole(
      String table, int partitionCount, Map<Integer, List<Range>> lost, int leastSealed) {
    Map<Integer, PartitionLog> logs = new TreeMap<>();
    await("%s is whole".formatted(table))
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              for (int partition = 0; partition < partitionCount; partition++) {
                logs.put(partition, PartitionLog.read(cluster.kafka(), table, partition));
              }
              requireWhole(table, logs, lost, leastSealed);
            });
    return logs;
  }

  private static void requireWhole(
      String table,
      Map<Integer, PartitionLog> logs,
      Map<Integer, List<Range>> lost,
      int leastSealed) {
    JsonNode verdict = verdict(table);
    assertThat(verdict.path("isSound").asBoolean()).as("sound: %s", verdict).isTrue();
    TableLedger ledger = cluster.ledger(table);
    assertThat(ledger.saysItCloses()).as("%s", ledger).isTrue();
    long rows = 0;
    for (Map.Entry<Integer, PartitionLog> each : logs.entrySet()) {
      int partition = each.getKey();
      PartitionLog log = each.getValue();
      List<Range> lostHere = lost.getOrDefault(partition, List.of());
      rows += requirePartition(table, ledger.partition(partition), log, lostHere, leastSealed);
      requireVerdict(verdict, partition, ledger.partition(partition), log, lostHere);
    }
    assertThat(count(table)).as("COUNT(*)").isEqualTo(rows);
    if (lost.isEmpty()) {
      assertThat(rows)
          .as("rows")
          .isEqualTo(logs.values().stream().mapToLong(PartitionLog::rowCount).sum());
    }
  }

  /** What its segments say they have, which is exact where the log still has it. */
  private static long requirePartition(
      String table, List<Segment> segments, PartitionLog log, List<Range> lost, int leastSealed) {
    long expectedStart = 0;
    long rows = 0;
    assertThat(segments.stream().filter(Segment::isOnline).count())
        .as("sealed segments among %s", segments)
        .isGreaterThanOrEqualTo(leastSealed);
    assertThat(segments.getLast().end()).as("a consuming segment").isNegative();
    for (Segment segment : segments) {
      assertThat(segment.start()).as("start of %s", segment).isEqualTo(expectedStart);
      boolean isLast = segment.equals(segments.getLast());
      assertThat(segment.isOnline()).as("%s", segment).isEqualTo(!isLast);
      long end = isLast ? log.stableEnd() : segment.end();
      List<Counts> told = isLast ? consuming(table, segment) : List.of(segment.counts());
      assertThat(told).hasSize(isLast ? REPLICATION : 1);
      for (Counts counts : told) {
        assertThat(counts).as("%s", segment).isEqualTo(expected(segment.start(), end, log, lost));
      }
      rows += told.getFirst().indexed();
      expectedStart = segment.end();
    }
    return rows;
  }

  /** Offsets below the log's start were good rows, as long as they were there. */
  private static Counts expected(long start, long end, PartitionLog log, List<Range> lost) {
    long lostCount = lost.stream().mapToLong(range -> range.within(start, end)).sum();
    long gone = Math.max(0, Math.min(end, log.start()) - start);
    Counts held = log.fates(start + gone, end);
    return new Counts(
        true, held.indexed() + gone - lostCount, 0, held.rejected(), held.absent(), lostCount);
  }

  private static void requireVerdict(
      JsonNode verdict, int partition, List<Segment> segments, PartitionLog log, List<Range> lost) {
    JsonNode found =
        verdict
            .path("partitions")
            .valueStream()
            .filter(one -> one.path("partition").asInt() == partition)
            .findFirst()
            .orElseThrow();
    long committedEnd = segments.getLast().start();
    Map<String, Long> expected =
        Map.of(
            "startOffset", 0L,
            "committedEnd", committedEnd,
            "readTo", log.stableEnd(),
            "logStart", log.start(),
            "logStableEnd", log.stableEnd(),
            "logEnd", log.end(),
            "onlyHere", Math.min(log.start(), committedEnd),
            "passed", 0L,
            "notReadYet", log.end() - log.stableEnd());
    assertThat(expected)
        .allSatisfy(
            (name, value) -> assertThat(found.path(name).asLong(-1)).as(name).isEqualTo(value));
    Counts committed = Counts.of(found.path("committed"));
    assertThat(committed).isEqualTo(expected(0, committedEnd, log, lost));
    assertThat(committed.total()).isEqualTo(committedEnd);
    assertThat(
            found
                .path("lost")
                .valueStream()
                .map(range -> new Range(range.path("start").asLong(), range.path("end").asLong()))
                .filter(range -> range.end() > range.start()))
        .containsExactlyElementsOf(lost);
    assertThat(found.path("discrepancies")).isEmpty();
  }

  /** What each replica says of the segment that it fills. */
  private static List<Counts> consuming(String table, Segment segment) {
    return cluster
        .controllerAnswer("/tables/" + table + "/consumingSegmentsInfo")
        .path("_segmentToConsumingInfoMap")
        .path(segment.name())
        .valueStream()
        .map(replica -> Counts.of(replica.path("ledger")))
        .toList();
  }

  private static JsonNode verdict(String table) {
    JsonNode verdict = cluster.controllerAnswer("/tables/" + table + "/ledger/verify");
    assertThat(verdict.path("serversFailingToRespond")).isEmpty();
    return verdict;
  }

  private static List<Segment> sealed(String table, int partition) {
    return cluster.ledger(table).partition(partition).stream().filter(Segment::isOnline).toList();
  }

  private static long count(String table) {
    QueryAnswer answer = cluster.query("SELECT COUNT(*) FROM " + table);
    assertThat(answer.exceptions()).isEmpty();
    assertThat(answer.isPartial()).isFalse();
    return answer.rows().getFirst().getFirst().asLong();
  }

  /** Metadata that somebody wrote by hand; each lie is told by its name, and the truth is again. */
  private static void requireFalsehoodsFound(String table) {
    SegmentName name = SegmentName.parse(sealed(table, 1).get(1).name());
    try (var store = new Metadata()) {
      store.requireFound(
          table,
          name,
          "OPEN_LEDGER",
          segment -> withLedger(segment, counts -> counts.plus(new LedgerCounts(0, 0, 1, 0, 0))));
      store.requireFound(
          table,
          name,
          "ROWS_MISCOUNTED",
          segment -> withLedger(segment, LedgerIT::oneRowIsCalledAbsent));
      store.requireFound(
          table,
          name,
          "LOSS_MISCOUNTED",
          segment -> withLedger(segment, LedgerIT::oneRowIsCalledLost));
      store.requireFound(table, name, "GAP", segment -> startingAt(segment, 1));
      store.requireFound(table, name, "OVERLAP", segment -> startingAt(segment, -1));
    }
  }

  private static LedgerCounts oneRowIsCalledAbsent(LedgerCounts counts) {
    return new LedgerCounts(
        counts.indexed() - 1, 0, counts.rejected(), counts.absent() + 1, counts.lost());
  }

  private static LedgerCounts oneRowIsCalledLost(LedgerCounts counts) {
    return new LedgerCounts(
        counts.indexed() - 1, 0, counts.rejected(), counts.absent(), counts.lost() + 1);
  }

  private static SegmentMetadata withLedger(
      SegmentMetadata segment, UnaryOperator<LedgerCounts> lie) {
    StoredCopy copy = segment.stored().orElseThrow();
    StoredCopy told =
        new StoredCopy(
            copy.objectKey(),
            copy.dataCrc(),
            copy.sizeBytes(),
            copy.docCount(),
            lie.apply(copy.ledger()),
            copy.lost(),
            copy.bounds(),
            copy.distinct(),
            copy.partitions());
    return with(segment, segment.startOffset(), told);
  }

  private static SegmentMetadata startingAt(SegmentMetadata segment, int later) {
    return with(segment, segment.startOffset() + later, segment.stored().orElseThrow());
  }

  private static SegmentMetadata with(SegmentMetadata segment, long start, StoredCopy copy) {
    return new SegmentMetadata(
        segment.name(),
        segment.state(),
        start,
        segment.endOffset(),
        segment.schemaVersion(),
        segment.configVersion(),
        segment.encoding(),
        segment.createdAt(),
        segment.attempt(),
        Optional.of(copy));
  }

  /** ZooKeeper, written by hand. */
  private static final class Metadata implements AutoCloseable {
    private final MetadataStore store =
        CuratorMetadataStore.connect(cluster.address(Component.ZOOKEEPER, 0), "gamay", SESSION);

    void requireFound(
        String table, SegmentName segment, String kind, UnaryOperator<SegmentMetadata> lie) {
      String path = path(table, segment);
      StoredNode truth = store.get(path).orElseThrow();
      SegmentMetadata told = lie.apply(ClusterJson.read(truth.data(), SegmentMetadata.class));
      store.commit(
          List.of(new Operation.Put(path, ClusterJson.write(told), Operation.ANY_VERSION)));
      await(kind + " is found")
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                JsonNode verdict = verdict(table);
                assertThat(verdict.path("isSound").asBoolean()).isFalse();
                assertThat(kinds(verdict, 1)).contains(kind);
                assertThat(kinds(verdict, 0)).isEmpty();
              });
      store.commit(List.of(new Operation.Put(path, truth.data(), Operation.ANY_VERSION)));
      await("the truth is sound")
          .atMost(PATIENCE)
          .until(() -> verdict(table).path("isSound").asBoolean());
    }

    private static Set<String> kinds(JsonNode verdict, int partition) {
      var kinds = new HashSet<String>();
      verdict
          .path("partitions")
          .valueStream()
          .filter(one -> one.path("partition").asInt() == partition)
          .flatMap(one -> one.path("discrepancies").valueStream())
          .forEach(one -> kinds.add(one.path("kind").asString()));
      return kinds;
    }

    private String path(String table, SegmentName segment) {
      return store.children(ClusterPaths.SEGMENTS).stream()
          .map(tableId -> ClusterPaths.segment(tableId, segment))
          .filter(path -> store.get(path).isPresent())
          .findFirst()
          .orElseThrow(() -> new AssertionError("no node of " + segment + " of " + table));
    }

    @Override
    public void close() {
      store.close();
    }
  }

  private static void createTopic(String topic, int partitionCount, Map<String, String> configs)
      throws Exception {
    admin
        .createTopics(List.of(new NewTopic(topic, partitionCount, (short) 1).configs(configs)))
        .all()
        .get();
  }

  private static void configure(String topic, String name, String value) throws Exception {
    admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, topic),
                List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
        .all()
        .get();
  }

  private static void createTable(String table) {
    Map<String, String> values =
        Map.of(
            "table",
            table,
            "topic",
            table,
            "kafka",
            cluster.kafka(),
            "rows",
            Integer.toString(SEGMENT_ROWS),
            "replication",
            Integer.toString(REPLICATION));
    cluster.createTable(
        Template.fill("/events/schema.json", values), Template.fill("/events/table.json", values));
  }

  private static KafkaProducer<byte[], byte[]> transactional(String id) {
    var producer =
        producer(
            Map.of(
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                id,
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                TRANSACTION_MILLIS));
    producer.initTransactions();
    return producer;
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    var settings = new TreeMap<String, Object>(more);
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.kafka());
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** So many rows into each partition, all of them acknowledged. */
  private void sendRows(
      KafkaProducer<byte[], byte[]> producer, String table, int partitionCount, int count)
      throws Exception {
    var sent = new ArrayList<Future<?>>();
    for (int i = 0; i < count; i++) {
      for (int partition : IntStream.range(0, partitionCount).toArray()) {
        sent.add(
            producer.send(
                new ProducerRecord<>(
                    table, partition, null, row().getBytes(StandardCharsets.UTF_8))));
      }
    }
    producer.flush();
    for (Future<?> one : sent) {
      one.get();
    }
  }

  private static long send(
      KafkaProducer<byte[], byte[]> producer,
      String table,
      int partition,
      @Nullable String key,
      @Nullable String value,
      @Nullable Long timestamp)
      throws Exception {
    return producer
        .send(
            new ProducerRecord<>(
                table,
                partition,
                timestamp,
                key == null ? null : key.getBytes(StandardCharsets.UTF_8),
                value == null ? null : value.getBytes(StandardCharsets.UTF_8)))
        .get()
        .offset();
  }

  private String row() {
    return new String(SequenceFeed.row(nextSequence++), StandardCharsets.UTF_8);
  }
}
