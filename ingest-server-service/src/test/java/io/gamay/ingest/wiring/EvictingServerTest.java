package io.gamay.ingest.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.store.CuratorMetadataStore;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.deepstore.LocalDirectoryDeepStore;
import io.gamay.ingest.ServerApplication;
import io.gamay.ingest.hosting.LocalSegments;
import io.gamay.query.merge.PartialResult.SelectedRows;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import io.gamay.query.plan.TypedExpression.VirtualColumnKind;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequest.SealedPart;
import io.gamay.query.wire.ServerRequest.TailPart;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponse.TailCoverage;
import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.mutable.MutableSegment;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.seal.SealInputs;
import io.gamay.segment.seal.SegmentSealer;
import io.gamay.testkit.random.SeededRandom;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** A whole server whose disk may hold two of its five sealed segments. */
@Timeout(180)
class EvictingServerTest {

  private static final int SEALED = 5;
  private static final int ROWS = 100;

  private static final TableSchema ROW_SCHEMA =
      new TableSchema(
          "events",
          1,
          List.of(
              ColumnSpec.dimension("id", DataType.LONG),
              ColumnSpec.dimension("at", DataType.LONG)));

  @TempDir Path directory;

  @Test
  void allIsAnsweredByADiskThatHoldsAPartAndAlsoAfterARestart() throws Exception {
    EmbeddedKafkaKraftBroker kafka = new EmbeddedKafkaKraftBroker(1, 1, EventsTable.NAME);
    kafka.afterPropertiesSet();
    try (TestingServer zookeeper = new TestingServer();
        LocalDirectoryDeepStore deepStore =
            LocalDirectoryDeepStore.open(directory.resolve("deepstore"));
        MetadataStore store =
            CuratorMetadataStore.connect(
                zookeeper.getConnectString(), "gamay", Duration.ofSeconds(10))) {
      EventsTable.produce(
          kafka,
          IntStream.range(0, SEALED * ROWS + 3).mapToObj("{\"id\": %d}"::formatted).toList());
      List<SegmentMetadata> sealed = sealAndStore(deepStore);
      List<SegmentMetadata> all = new ArrayList<>(sealed);
      all.add(EventsTable.consuming(SEALED, SEALED * ROWS));
      EventsTable.create(store, all);
      long limit =
          2
              * sealed.stream()
                  .mapToLong(s -> s.stored().orElseThrow().sizeBytes())
                  .max()
                  .getAsLong();
      Map<String, Object> settings = EventsTable.serverSettings(directory, zookeeper, kafka);
      settings.put("gamay.disk.evict-above", limit + "B");
      for (int start = 0; start < 2; start++) {
        runOnce(settings, sealed, limit);
      }
    } finally {
      kafka.destroy();
    }
  }

  private void runOnce(Map<String, Object> settings, List<SegmentMetadata> sealed, long limit)
      throws Exception {
    String base = "http://127.0.0.1:" + settings.get("server.port");
    try (ConfigurableApplicationContext context = ServerApplication.start(settings)) {
      await().until(() -> EventsTable.get(base + "/health").body().equals("OK"));
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          EventsTable.get(base + "/internal/tables/" + EventsTable.ID + "/sizes")
                              .body())
                      .contains("\"evictedBytes\":" + size(sealed.getFirst())));
      assertThat(bytesOnDisk()).isPositive().isLessThanOrEqualTo(limit);
      for (int round = 0; round < 3; round++) {
        ServerResponse response = ask(base, sealed);
        assertThat(response.errors()).isEmpty();
        assertThat(response.missingSegments()).isEmpty();
        assertThat(((SelectedRows) response.result().orElseThrow()).rowCount())
            .isEqualTo(SEALED * ROWS + 3);
        assertThat(response.tails())
            .containsExactly(
                new TailCoverage(0, new OffsetRange(SEALED * ROWS, SEALED * ROWS + 3)));
        assertThat(bytesOnDisk()).isLessThanOrEqualTo(limit);
      }
      MeterRegistry meters = context.getBean(MeterRegistry.class);
      assertThat(meters.get("gamay_server_sealed_limit_bytes").gauge().value())
          .isEqualTo((double) limit);
      assertThat(meters.get("gamay_server_sealed_bytes").gauge().value())
          .isLessThanOrEqualTo((double) limit);
      assertThat(meters.get("gamay_server_segment_fetches").functionTimer().count())
          .isGreaterThanOrEqualTo(SEALED - 2);
      assertThat(meters.get("gamay_server_evictions").functionCounter().count()).isPositive();
      assertThat(meters.get("gamay_server_segment_fetch_failures").functionCounter().count())
          .isZero();
      assertThat(meters.get("gamay_server_segment_fetches_waiting").gauge().value()).isZero();
      assertThat(meters.get("gamay_server_eviction_refusals").functionCounter().count()).isZero();
      await()
          .until(
              () ->
                  meters.get("gamay_server_evicted_segments").gauge().value() >= SEALED - 2
                      && meters.get("gamay_server_evicted_bytes").gauge().value()
                          >= (SEALED - 2) * (double) size(sealed.getFirst()) / 2);
      assertThat(EventsTable.get(base + "/actuator/health").statusCode()).isEqualTo(200);
      assertThat(EventsTable.get(base + "/actuator/health").body())
          .contains("\"eviction\":{\"details\":", "\"limitBytes\":" + limit);
    }
  }

  private long bytesOnDisk() throws IOException {
    return new LocalSegments(directory.resolve("server")).read().segmentBytes();
  }

  private static long size(SegmentMetadata segment) {
    return segment.stored().orElseThrow().sizeBytes();
  }

  private List<SegmentMetadata> sealAndStore(LocalDirectoryDeepStore deepStore) throws IOException {
    List<SegmentMetadata> sealed = new ArrayList<>();
    for (int sequence = 0; sequence < SEALED; sequence++) {
      SegmentName name = EventsTable.segment(sequence);
      long start = (long) sequence * ROWS;
      Path file = directory.resolve("sealed-" + sequence);
      seal(name, start, file);
      try (ImmutableSegment segment = ImmutableSegment.open(file)) {
        String key = EventsTable.ID + "/" + name + "/1";
        deepStore.put(key, file);
        sealed.add(
            SegmentMetadata.consuming(name, start, 1, 1, EncodingDecisions.DEFAULT, Instant.EPOCH)
                .committing(start + ROWS, new CommitAttempt(1, EventsTable.INSTANCE, Instant.EPOCH))
                .online(
                    new StoredCopy(
                        key,
                        segment.dataCrc(),
                        segment.sizeBytes(),
                        ROWS,
                        segment.ledger(),
                        List.of(),
                        Map.of())));
      }
    }
    return sealed;
  }

  private static void seal(SegmentName name, long start, Path target) throws IOException {
    try (MutableSegment rows =
        new MutableSegment(name.toString(), 0, ROW_SCHEMA, EncodingDecisions.DEFAULT, start)) {
      RowBatch batch = new RowBatch(ROW_SCHEMA);
      for (int i = 0; i < ROWS; i++) {
        batch.column(0).appendLong(start + i);
        batch.column(1).appendLong(1_000 + i);
        batch.endRow(start + i);
      }
      rows.append(batch);
      rows.publish(start + ROWS);
      new SegmentSealer(SegmentFiles.local(), new SeededRandom(start))
          .seal(
              rows.snapshotBelow(start + ROWS),
              new SealInputs(
                  "events",
                  EncodingDecisions.DEFAULT,
                  new LedgerCounts(ROWS, 0, 0, 0, 0),
                  List.of(),
                  List.of(),
                  Map.of()),
              target);
    }
  }

  private static ServerResponse ask(String base, List<SegmentMetadata> sealed) throws Exception {
    ServerRequest request =
        ServerRequest.of(
            "request-1",
            EventsTable.ID,
            new ServerPlan(
                "events",
                1,
                Optional.empty(),
                new ServerWork.Select(
                    List.of(new VirtualColumn(VirtualColumnKind.OFFSET)), List.of(), 10_000)),
            sealed.stream()
                .map(
                    segment ->
                        new SealedPart(
                            segment.name().toString(), 0, segment.stored().orElseThrow().dataCrc()))
                .toList(),
            List.of(new TailPart(0, SEALED * ROWS, SEALED * ROWS + 3, true)),
            Duration.ofSeconds(60));
    return EventsTable.ask(base, request);
  }
}
