package io.gamay.ingest.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.WantedState;
import io.gamay.cluster.report.SegmentSize;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.table.FlushThresholds;
import io.gamay.cluster.table.StreamConfig;
import io.gamay.cluster.table.TableConfig;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.deepstore.LocalDirectoryDeepStore;
import io.gamay.ingest.hosting.Eviction;
import io.gamay.ingest.hosting.LeaseRegistry;
import io.gamay.ingest.hosting.LocalSegments;
import io.gamay.ingest.hosting.RetryPool;
import io.gamay.ingest.hosting.SegmentFetcher;
import io.gamay.ingest.hosting.SegmentHost;
import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.mutable.MutableSegment;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.seal.SealInputs;
import io.gamay.segment.seal.SegmentSealer;
import io.gamay.testkit.random.SeededRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** One sealed segment of three rows on a server. */
@Timeout(60)
class SegmentFileControllerTest {

  private static final String TABLE_ID = "trips-1";
  private static final SegmentName NAME = SegmentName.create("trips", 0, 0, Instant.EPOCH);
  private static final TableSchema SCHEMA =
      new TableSchema("trips", 1, List.of(ColumnSpec.dimension("number", DataType.LONG)));

  @TempDir Path directory;

  private final SeededRandom random = new SeededRandom(1);
  private final LeaseRegistry leases = new LeaseRegistry(100);
  private SegmentHost host;
  private SegmentFileController files;
  private Path file;
  private String crc;

  @BeforeEach
  void serveOneSegment() throws IOException {
    LocalSegments local = new LocalSegments(directory);
    file = local.prepare(TABLE_ID, NAME);
    int dataCrc = seal(file);
    crc = HexFormat.of().toHexDigits(dataCrc);
    host = host(local, OptionalLong.empty());
    host.reconcile(view(dataCrc));
    await()
        .until(
            () ->
                host.serving(TABLE_ID, 0)
                    .flatMap(serving -> serving.view().segment(NAME))
                    .isPresent());
    files = new SegmentFileController(host);
  }

  private SegmentHost host(LocalSegments local, OptionalLong evictAbove) throws IOException {
    return new SegmentHost(
        "A",
        local,
        new SegmentFetcher(
            local,
            LocalDirectoryDeepStore.open(directory.resolve("deep-store")),
            (_, _, _) -> {
              throw new IOException("no peers");
            },
            random),
        leases,
        pool(),
        pool(),
        Eviction.above(evictAbove, 1),
        SegmentFiles.local(),
        random,
        serving -> {
          throw new IllegalStateException("nothing is consumed of " + serving.tableId());
        },
        (_, _) -> {},
        () -> {},
        InstantSource.system(),
        Duration.ofMinutes(1));
  }

  @AfterEach
  void close() {
    host.close();
  }

  @Test
  void theFileIsSentByteForByteUnderALeaseThatEndsWithIt() throws IOException {
    MockServerHttpResponse response = new MockServerHttpResponse();

    files.file(TABLE_ID, NAME.toString(), crc, response).block(Duration.ofSeconds(20));

    assertThat(response.getHeaders().getContentLength()).isEqualTo(Files.size(file));
    assertThat(bytes(response)).isEqualTo(Files.readAllBytes(file));
    awaitNoLeases();
  }

  @Test
  void anotherCopyAnotherSegmentAndAnotherTableAreNotHere() {
    String otherCrc = HexFormat.of().toHexDigits(~HexFormat.fromHexDigits(crc));
    assertRefused(HttpStatus.NOT_FOUND, TABLE_ID, NAME.toString(), otherCrc);
    assertRefused(
        HttpStatus.NOT_FOUND,
        TABLE_ID,
        SegmentName.create("trips", 0, 1, Instant.EPOCH).toString(),
        crc);
    assertRefused(HttpStatus.NOT_FOUND, "trips-2", NAME.toString(), crc);
    assertRefused(HttpStatus.BAD_REQUEST, TABLE_ID, "../../etc", crc);
    assertRefused(HttpStatus.BAD_REQUEST, TABLE_ID, NAME.toString(), "12345678x");
    assertThat(leases.openLeases()).isZero();
  }

  @Test
  void anEvictedFileIsNotHereAndItsSizeIsTold() throws IOException {
    host.close();
    try (LocalDirectoryDeepStore store =
        LocalDirectoryDeepStore.open(directory.resolve("deep-store"))) {
      store.put("k", Files.write(directory.resolve("object"), new byte[] {1}));
    }
    host = host(new LocalSegments(directory), OptionalLong.of(0));
    files = new SegmentFileController(host);
    ClusterView view = view(HexFormat.fromHexDigits(crc));
    await()
        .until(
            () -> {
              host.reconcile(view);
              return !Files.exists(file);
            });
    assertRefused(HttpStatus.NOT_FOUND, TABLE_ID, NAME.toString(), crc);
    assertThat(new TableReports(host).sizes(TABLE_ID))
        .containsExactly(SegmentSize.evicted(NAME.toString(), 1));
    assertThat(new TableReports(host).quarantine(TABLE_ID)).isEmpty();
    assertThat(new TableReports(host).indexes(TABLE_ID))
        .allMatch(report -> report.isAsWanted() && report.indexes().isEmpty());
    assertThat(leases.openLeases()).isZero();
  }

  @Test
  void aFifthFileAtATimeIsToldToComeAgainAndWhoeverGoesAwayMakesRoom() {
    Disposable[] slow = new Disposable[4];
    for (int i = 0; i < slow.length; i++) {
      MockServerHttpResponse neverTaken = new MockServerHttpResponse();
      neverTaken.setWriteHandler(_ -> Mono.never());
      slow[i] = files.file(TABLE_ID, NAME.toString(), crc, neverTaken).subscribe();
    }
    assertThat(leases.openLeases()).isEqualTo(4);
    assertRefused(HttpStatus.TOO_MANY_REQUESTS, TABLE_ID, NAME.toString(), crc);

    slow[0].dispose();

    assertThat(leases.openLeases()).isEqualTo(3);
    files
        .file(TABLE_ID, NAME.toString(), crc, new MockServerHttpResponse())
        .block(Duration.ofSeconds(20));
    for (Disposable each : slow) {
      each.dispose();
    }
    awaitNoLeases();
  }

  /** A lease is closed after whoever takes the file has heard of its end. */
  private void awaitNoLeases() {
    await().until(() -> leases.openLeases() == 0);
  }

  private void assertRefused(HttpStatus status, String tableId, String segment, String dataCrc) {
    assertThatThrownBy(() -> files.file(tableId, segment, dataCrc, new MockServerHttpResponse()))
        .isInstanceOfSatisfying(
            ResponseStatusException.class,
            refused -> assertThat(refused.getStatusCode()).isEqualTo(status));
  }

  private static byte[] bytes(MockServerHttpResponse response) {
    DataBuffer joined =
        Objects.requireNonNull(
            DataBufferUtils.join(response.getBody()).block(Duration.ofSeconds(20)));
    byte[] bytes = new byte[joined.readableByteCount()];
    joined.read(bytes);
    return bytes;
  }

  private int seal(Path target) throws IOException {
    try (MutableSegment rows =
        new MutableSegment(NAME.toString(), 0, SCHEMA, EncodingDecisions.DEFAULT, 0)) {
      RowBatch batch = new RowBatch(SCHEMA);
      for (int i = 0; i < 3; i++) {
        batch.column(0).appendLong(i);
        batch.endRow(i);
      }
      rows.append(batch);
      rows.publish(3);
      new SegmentSealer(SegmentFiles.local(), random)
          .seal(
              rows.snapshotBelow(3),
              new SealInputs(
                  "trips",
                  EncodingDecisions.DEFAULT,
                  new LedgerCounts(3, 0, 0, 0, 0),
                  List.of(),
                  List.of(),
                  Map.of()),
              target);
    }
    try (ImmutableSegment sealed = ImmutableSegment.open(target)) {
      return sealed.dataCrc();
    }
  }

  private static RetryPool pool() {
    return new RetryPool(
        "test", 1, Thread.NORM_PRIORITY, Duration.ofSeconds(1), Duration.ofSeconds(1));
  }

  private static ClusterView view(int dataCrc) {
    SegmentMetadata metadata =
        SegmentMetadata.consuming(NAME, 0, 1, 1, EncodingDecisions.DEFAULT, Instant.EPOCH)
            .committing(3, new CommitAttempt(1, "A", Instant.EPOCH))
            .online(
                new StoredCopy(
                    "k", dataCrc, 1, 3, new LedgerCounts(3, 0, 0, 0, 0), List.of(), Map.of()));
    SegmentView segment =
        new SegmentView(
            metadata, new SegmentAssignment(Map.of("A", WantedState.ONLINE), List.of()), Map.of());
    TableView table =
        new TableView(
            TABLE_ID,
            config(),
            SCHEMA,
            Map.of(1, SCHEMA),
            Map.of(1, config()),
            new TreeMap<>(Map.of(0, new PartitionView(0, new TreeMap<>(Map.of(0, segment))))));
    return new ClusterView(1, Optional.empty(), 1, Map.of(), Map.of("trips", table));
  }

  private static TableConfig config() {
    return new TableConfig(
        "trips",
        1,
        "{}",
        Optional.empty(),
        1,
        Optional.empty(),
        "DefaultTenant",
        "DefaultTenant",
        false,
        Set.of(),
        Set.of(),
        List.of(),
        new StreamConfig(
            "trips",
            "unused:1",
            new StreamConfig.StartOffset.Smallest(),
            StreamConfig.Decoder.JSON,
            true,
            Map.of(),
            Duration.ofMillis(100)),
        new FlushThresholds(OptionalLong.of(5), OptionalLong.empty(), 1 << 20, Duration.ofDays(1)),
        Optional.empty());
  }
}
