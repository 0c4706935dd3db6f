package io.gamay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.it.cluster.GamayCluster;
import io.gamay.it.cluster.TableLedger;
import io.gamay.it.cluster.TableLedger.Counts;
import io.gamay.quickstart.client.QueryAnswer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Records that are no rows, and offsets that are no records, among good ones. */
class BadRecordsIT {
  private static final String TABLE = "mixed";
  private static final int SEGMENT_ROWS = 1_000;
  private static final int BIG_NOTE_CHARS = 10_000_000;
  private static final long BIG_ROW = 555_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static GamayCluster cluster;

  private final Map<Long, String> expectedReasons = new TreeMap<>();
  private long nextSequence;
  private long indexedCount;
  private long absentCount;
  private long endOffset;

  @BeforeAll
  static void startCluster() {
    cluster = GamayCluster.start("bad-records", 1);
  }

  @AfterAll
  static void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void goodRowsCountBadOnesAreListedAndTheLedgerClosesBeforeAndAfterTheSeal() throws Exception {
    Events.create(cluster, TABLE, 1, SEGMENT_ROWS);
    String bigNote = bigNote();
    try (var producer = producer(Map.of())) {
      sendGood(producer, 100);
      sendBad(producer, "{\"sequence\": 7, \"amount\" 5}", "MALFORMED");
      sendBad(
          producer, "{\"sequence\": 7, \"amount\": \"many\", \"city\": \"Oslo\"}", "WRONG_TYPE");
      sendGood(producer, 10);
      sendBad(producer, "{\"sequence\": 7, \"city\": \"Osl", "TRUNCATED");
      sendBad(producer, "", "EMPTY");
      sendBad(producer, null, "TOMBSTONE");
      sendGood(producer, 10);
      sendBig(producer, bigNote);
      sendGood(producer, 10);
    }
    sendTransaction(20, true);
    sendTransaction(15, false);
    try (var producer = producer(Map.of())) {
      sendGood(producer, 10);
    }

    awaitAnswer();
    requireQuarantine();
    assertThat(cluster.ledger(TABLE).onlineCount()).as("segments sealed too early").isZero();
    requireAccounted(consumingCounts(), endOffset);
    requireBigNote(bigNote);

    try (var producer = producer(Map.of())) {
      sendGood(producer, 2 * SEGMENT_ROWS);
    }
    awaitAnswer();
    TableLedger ledger =
        await("the segment with the bad records is sealed")
            .atMost(PATIENCE)
            .until(() -> cluster.ledger(TABLE), found -> found.onlineCount() >= 1);
    ledger.requireClosed(1);
    TableLedger.Segment sealed = ledger.partition(0).getFirst();
    assertThat(sealed.counts().rejected()).isEqualTo(expectedReasons.size());
    assertThat(sealed.counts().absent()).isEqualTo(absentCount);
    assertThat(sealed.counts().filtered()).isZero();
    awaitAnswer();
    requireQuarantine();
    requireBigNote(bigNote);
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    var settings = new TreeMap<String, Object>(more);
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.kafka());
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 16 << 20);
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private void sendGood(KafkaProducer<byte[], byte[]> producer, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      send(producer, SequenceFeed.row(nextSequence++));
    }
    producer.flush();
    indexedCount += count;
    endOffset += count;
  }

  private void sendBad(KafkaProducer<byte[], byte[]> producer, @Nullable String text, String reason)
      throws Exception {
    long offset = send(producer, text == null ? null : text.getBytes(StandardCharsets.UTF_8));
    assertThat(offset).isEqualTo(endOffset);
    expectedReasons.put(offset, reason);
    endOffset++;
  }

  private void sendBig(KafkaProducer<byte[], byte[]> producer, String note) throws Exception {
    String json =
        "{\"sequence\":%d,\"amount\":1,\"city\":\"big\",\"note\":\"%s\",\"event_time\":1700000000000}"
            .formatted(BIG_ROW, note);
    send(producer, json.getBytes(StandardCharsets.UTF_8));
    indexedCount++;
    endOffset++;
  }

  /** The rows of a transaction, and the record that says how it ended. */
  private void sendTransaction(int count, boolean isCommitted) throws Exception {
    var transactional =
        Map.<String, Object>of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "it-" + isCommitted);
    try (var producer = producer(transactional)) {
      producer.initTransactions();
      producer.beginTransaction();
      for (int i = 0; i < count; i++) {
        send(producer, SequenceFeed.row(isCommitted ? nextSequence++ : 900_000 + i));
      }
      if (isCommitted) {
        producer.commitTransaction();
        indexedCount += count;
        absentCount += 1;
      } else {
        producer.abortTransaction();
        absentCount += count + 1;
      }
      endOffset += count + 1;
    }
  }

  /** Sends, waits until it is acknowledged, and returns its offset. */
  private static long send(KafkaProducer<byte[], byte[]> producer, byte @Nullable [] value)
      throws InterruptedException, ExecutionException {
    return producer.send(new ProducerRecord<>(TABLE, 0, null, value)).get().offset();
  }

  private void awaitAnswer() {
    await("all good rows are in an answer that covers everything")
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(this::requireAnswer);
  }

  private void requireAnswer() {
    QueryAnswer answer =
        cluster.query("SELECT COUNT(*), COUNT(*) FILTER (WHERE sequence >= 900000) FROM " + TABLE);
    assertThat(answer.exceptions()).isEmpty();
    assertThat(answer.isPartial()).isFalse();
    assertThat(coverageEnd(answer)).as("end of %s", answer.json()).isEqualTo(endOffset);
    List<JsonNode> row = answer.rows().getFirst();
    assertThat(row.get(0).asLong()).as("good rows").isEqualTo(indexedCount);
    assertThat(row.get(1).asLong()).as("rows of the aborted transaction").isZero();
  }

  private static long coverageEnd(QueryAnswer answer) {
    return answer
        .json()
        .path("coverage")
        .valueStream()
        .flatMap(partition -> partition.path("ranges").valueStream())
        .mapToLong(range -> range.path("end").asLong())
        .max()
        .orElse(-1);
  }

  private void requireQuarantine() {
    JsonNode quarantine = cluster.controllerAnswer("/tables/" + TABLE + "/quarantine?limit=1000");
    assertThat(quarantine.path("serversFailingToRespond")).isEmpty();
    Map<Long, String> reasons = new TreeMap<>();
    List<String> samples = new ArrayList<>();
    for (JsonNode found : quarantine.path("records")) {
      reasons.put(found.path("offset").asLong(), found.path("reason").asString());
      samples.add(found.path("sample").asString());
    }
    assertThat(reasons).isEqualTo(expectedReasons);
    assertThat(samples).hasSameSizeAs(expectedReasons.keySet());
    assertThat(samples).contains("{\"sequence\": 7, \"city\": \"Osl");
  }

  /** The ledger of the one segment that is being filled. */
  private static Counts consumingCounts() {
    JsonNode bySegment =
        cluster
            .controllerAnswer("/tables/" + TABLE + "/consumingSegmentsInfo")
            .path("_segmentToConsumingInfoMap");
    assertThat(bySegment).hasSize(1);
    return Counts.of(bySegment.iterator().next().path(0).path("ledger"));
  }

  private void requireAccounted(Counts counts, long end) {
    assertThat(counts.isKnown()).as("the consuming segment's ledger is told").isTrue();
    assertThat(counts.indexed()).isEqualTo(indexedCount);
    assertThat(counts.rejected()).isEqualTo(expectedReasons.size());
    assertThat(counts.absent()).isEqualTo(absentCount);
    assertThat(counts.total()).as("offsets accounted for").isEqualTo(end);
  }

  private static void requireBigNote(String note) {
    QueryAnswer answer =
        cluster.query("SELECT note FROM " + TABLE + " WHERE sequence = " + BIG_ROW);
    assertThat(answer.exceptions()).isEmpty();
    assertThat(answer.rows()).hasSize(1);
    String found = answer.rows().getFirst().getFirst().asString();
    assertThat(found.length()).isEqualTo(note.length());
    assertThat(found.equals(note)).as("the big note came back as it was").isTrue();
  }

  /** Ten million characters that are no repetition of a short pattern. */
  private static String bigNote() {
    var text = new StringBuilder(BIG_NOTE_CHARS + 16);
    for (int i = 0; text.length() < BIG_NOTE_CHARS; i++) {
      text.append(Integer.toHexString(i * 0x9E3779B1));
    }
    text.setLength(BIG_NOTE_CHARS);
    return text.toString();
  }
}
