package io.gamay.controller.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.consumption.ConsumptionOrders;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.LiveNode;
import io.gamay.cluster.report.ConsumingReport;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.store.InMemoryMetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.table.StreamConfig;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterViewWatcher;
import io.gamay.controller.stream.StreamCatalog;
import io.gamay.controller.table.ConsumptionDesk;
import io.gamay.controller.table.LeadingController;
import io.gamay.controller.table.RequestRefusedException;
import io.gamay.controller.table.RequestRefusedException.Kind;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.EncodingDecisions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/**
 * Forced commits, pauses and resets against metadata in memory. Partition 0 has rows that are not
 * committed, partition 1 has none.
 */
@Timeout(60)
final class ConsumptionControllerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int ALL = Integer.MAX_VALUE;

  private final LeadingController controller = new LeadingController();
  private final String tableId = controller.createTrips("smallest", "");
  private final BlockingCalls blocking = new BlockingCalls();
  private final List<ConsumingReport> reports = new ArrayList<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpStatus serverStatus = HttpStatus.OK;
  private final SegmentMetadata withRows = consuming(0, 0, 100);
  private final SegmentMetadata empty = consuming(1, 0, 200);
  private final ServerQuestions servers =
      new ServerQuestions(WebClient.builder().exchangeFunction(this::answer), this::view);
  private final ConsumptionController consumption =
      new ConsumptionController(
          this::view,
          new ConsumptionDesk(controller.catalog, controller.transactions, () -> controller.now),
          new FakeStreams(),
          servers,
          blocking,
          () -> controller.now);

  @BeforeEach
  void start() {
    InstanceConfig server =
        new InstanceConfig("Server_a", InstanceRole.SERVER, "localhost", 1, List.of());
    create(ClusterPaths.instance("Server_a"), server);
    create(ClusterPaths.live("Server_a"), new LiveNode(1));
    put(withRows);
    put(empty);
    report(withRows, 150);
    report(empty, 200);
  }

  @AfterEach
  void stop() {
    blocking.close();
  }

  @Test
  void aForcedCommitLeavesOutWhatHasNoRowsAndIsDoneOnceTheRestIsOnline() {
    var submitted = force(Optional.empty(), Optional.empty());

    assertThat(submitted.forceCommitStatus()).isEqualTo("SUCCESS");
    assertThat(submitted.jobMetaZKWriteStatus()).isEqualTo("SUCCESS");
    assertThat(submitted.segmentsWithoutRows()).containsExactly(empty.name().toString());
    assertThat(orders().isAskedToEnd(withRows.name())).isTrue();
    assertThat(orders().isAskedToEnd(empty.name())).isFalse();

    var status = status(submitted.forceCommitJobId());
    assertThat(status.jobType()).isEqualTo("FORCE_COMMIT");
    assertThat(status.tableName()).isEqualTo("trips_REALTIME");
    assertThat(status.segmentsForceCommitted()).isEqualTo("[\"" + withRows.name() + "\"]");
    assertThat(status.segmentsYetToBeCommitted()).containsExactly(withRows.name().toString());
    assertThat(status.numberOfSegmentsYetToBeCommitted()).isEqualTo(1);
    SegmentMetadata committing = withRows.committing(150, new CommitAttempt(1, "Server_a", now()));
    put(committing);
    assertThat(status(submitted.forceCommitJobId()).numberOfSegmentsYetToBeCommitted())
        .as("there is no durable copy yet")
        .isEqualTo(1);
    put(committing.online(copy()));
    assertThat(status(submitted.forceCommitJobId()).segmentsYetToBeCommitted()).isEmpty();
  }

  @Test
  void aSegmentThatNoServerTellsOfIsTakenToHaveRows() {
    serverStatus = HttpStatus.INTERNAL_SERVER_ERROR;

    assertThat(force(Optional.empty(), Optional.empty()).segmentsWithoutRows()).isEmpty();
    assertThat(orders().isAskedToEnd(empty.name())).isTrue();
  }

  @Test
  void onlyThePartitionsOrSegmentsThatAreNamedAreCommitted() {
    report(empty, 210);

    force(Optional.of("1"), Optional.empty());
    assertThat(orders().endThrough()).containsOnlyKeys(1);
    force(Optional.empty(), Optional.of(withRows.name().toString()));
    assertThat(orders().endThrough()).containsOnlyKeys(0, 1);
  }

  @Test
  void whatCannotBeMeantIsRefusedWithTheParameterAndTheChoices() {
    assertRefused(
        Kind.INVALID, "partitions: '7'", () -> force(Optional.of("0,7"), Optional.empty()));
    assertRefused(Kind.INVALID, "partitions: 'x'", () -> force(Optional.of("x"), Optional.empty()));
    assertRefused(
        Kind.INVALID,
        "segments: 'trips__0'",
        () -> force(Optional.empty(), Optional.of("trips__0")));
    assertRefused(
        Kind.INVALID, "give one of them", () -> force(Optional.of("0"), Optional.of("s")));
    assertRefused(
        Kind.INVALID,
        "batchSize: 0",
        () -> consumption.forceCommit("trips", Optional.empty(), Optional.empty(), 0, 5, 180));
    assertRefused(
        Kind.INVALID, "consumeFrom: 'earliest'", () -> consumption.resume("trips", "", "earliest"));
    assertRefused(Kind.NOT_FOUND, "no-such-job", () -> status("no-such-job"));
    assertRefused(Kind.NOT_FOUND, "commit9", () -> status(tableId + "~commit9"));
    assertRefused(Kind.NOT_FOUND, "does not exist", () -> consumption.pause("other", ""));
  }

  @Test
  void aPauseOrdersWhatHasRowsToEndAndIsToldUntilItIsResumed() {
    var before = await(consumption.pauseStatus("trips"));
    assertThat(before.pauseFlag()).isFalse();
    assertThat(before.consumingSegments()).hasSize(2);
    assertThat(before.reasonCode()).isNull();

    var paused = await(consumption.pause("trips_REALTIME", "disks are changed"));

    assertThat(paused.pauseFlag()).isTrue();
    assertThat(paused.reasonCode()).isEqualTo("ADMINISTRATIVE");
    assertThat(paused.comment()).isEqualTo("disks are changed");
    assertThat(paused.timestamp()).isEqualTo(now().toString());
    assertThat(paused.consumingSegments()).containsExactly(withRows.name().toString());
    assertThat(orders().endThrough()).containsExactly(Map.entry(0, 0));
    commitRows();
    assertThat(await(consumption.pauseStatus("trips")).consumingSegments()).isEmpty();

    var resumed = await(consumption.resume("trips", "done", "lastConsumed"));

    assertThat(resumed.pauseFlag()).isFalse();
    assertThat(resumed.comment()).isEqualTo("done");
    assertThat(orders().isPaused()).isFalse();
    assertThat(orders().skips()).isEmpty();
  }

  @Test
  void resumingAtTheLargestOffsetSkipsWhatCameMeanwhile() {
    await(consumption.pause("trips", ""));
    SegmentMetadata successor = commitRows();

    await(consumption.resume("trips", "", "largest"));

    assertThat(orders().skipTo(successor.name())).hasValue(1_000);
    assertThat(orders().skipTo(empty.name())).hasValue(1_001);
  }

  @Test
  void rowsThatAreNotCommittedAreNotSkipped() {
    assertRefused(Kind.CONFLICT, "is not paused", () -> consumption.resume("trips", "", "largest"));
    await(consumption.pause("trips", ""));
    assertRefused(
        Kind.CONFLICT, "partitions [0]", () -> consumption.resume("trips", "", "largest"));
    serverStatus = HttpStatus.INTERNAL_SERVER_ERROR;
    assertRefused(Kind.UNAVAILABLE, "Server_a", () -> consumption.resume("trips", "", "largest"));
    assertThat(orders().isPaused()).isTrue();
  }

  @Test
  void aResetIsAskedOfEveryServerAndFailsIfOneIsSilent() {
    ResetController resets = new ResetController(this::view, servers);

    assertThat(await(resets.resetOne("trips", withRows.name().toString())).status())
        .isEqualTo(
            "Successfully reset segment: %s of table: trips_REALTIME".formatted(withRows.name()));
    assertThat(await(resets.resetAll("trips", true)).status())
        .isEqualTo("Successfully reset segments of table: trips_REALTIME");
    assertThat(asked)
        .containsExactly(
            "POST /internal/tables/%s/reset?segment=%s".formatted(tableId, withRows.name()),
            "POST /internal/tables/%s/reset".formatted(tableId));
    assertRefused(
        Kind.NOT_FOUND, "does not exist", () -> resets.resetOne("trips", "trips__9__9__x"));
    serverStatus = HttpStatus.INTERNAL_SERVER_ERROR;
    assertRefused(Kind.UNAVAILABLE, "Server_a", () -> resets.resetAll("trips", false));
  }

  // -- below

  private ConsumptionController.ForceCommitSubmitted force(
      Optional<String> partitions, Optional<String> segments) {
    return await(consumption.forceCommit("trips", partitions, segments, ALL, 5, 180));
  }

  private ConsumptionController.ForceCommitStatus status(String jobId) {
    return await(consumption.forceCommitStatus(jobId));
  }

  /** The successor of the segment with rows, which is ONLINE after this. */
  private SegmentMetadata commitRows() {
    put(withRows.committing(150, new CommitAttempt(1, "Server_a", now())).online(copy()));
    SegmentMetadata successor = consuming(0, 1, 150);
    put(successor);
    reports.removeIf(report -> report.partition() == 0);
    report(successor, 150);
    return successor;
  }

  private Instant now() {
    return controller.now;
  }

  private SegmentMetadata consuming(int partition, int sequence, long start) {
    return SegmentMetadata.consuming(
        SegmentName.create("trips", partition, sequence, controller.now),
        start,
        1,
        1,
        EncodingDecisions.DEFAULT,
        controller.now);
  }

  private static StoredCopy copy() {
    return new StoredCopy(
        "k", 1, 1, 50, new LedgerCounts(50, 0, 0, 0, 0), List.<OffsetRange>of(), Map.of());
  }

  private void report(SegmentMetadata segment, long position) {
    reports.removeIf(report -> report.segment().equals(segment.name().toString()));
    reports.add(
        new ConsumingReport(
            "Server_a",
            segment.name().toString(),
            segment.name().partition(),
            "INITIAL_CONSUMING",
            segment.startOffset(),
            position,
            -1,
            0,
            0,
            LedgerCounts.ZERO,
            0,
            ""));
  }

  private Mono<ClientResponse> answer(ClientRequest request) {
    String path = request.url().getPath();
    if (path.endsWith("/reset")) {
      String query = request.url().getQuery();
      asked.add(request.method() + " " + path + (query == null ? "" : "?" + query));
    }
    Object body = path.endsWith("/consuming") ? reports : List.of();
    return Mono.just(
        ClientResponse.create(serverStatus)
            .body(new String(ClusterJson.write(body), StandardCharsets.UTF_8))
            .build());
  }

  private ConsumptionOrders orders() {
    return controller.catalog.tableNode(tableId).orElseThrow().value().consumption();
  }

  private ClusterView view() {
    try (InMemoryMetadataStore session = controller.tree.openSession();
        ClusterViewWatcher watcher = new ClusterViewWatcher(session)) {
      return watcher.awaitFirst(Duration.ofSeconds(15));
    }
  }

  private void create(String path, Object value) {
    controller.store.commit(List.of(new Operation.Create(path, ClusterJson.write(value), false)));
  }

  private void put(SegmentMetadata segment) {
    String path = ClusterPaths.segment(tableId, segment.name());
    byte[] json = ClusterJson.write(segment);
    controller.store.commit(
        List.of(
            controller
                .store
                .get(path)
                .<Operation>map(there -> new Operation.Put(path, json, there.version()))
                .orElseGet(() -> new Operation.Create(path, json, false))));
  }

  private static <T> T await(Mono<T> answer) {
    return Objects.requireNonNull(answer.block(PATIENCE));
  }

  /** What is refused before there is an answer, or by it. */
  private interface Request {
    Object send();
  }

  private static void assertRefused(Kind kind, String message, Request request) {
    assertThatThrownBy(
            () -> {
              if (request.send() instanceof Mono<?> answer) {
                answer.block(PATIENCE);
              }
            })
        .isInstanceOfSatisfying(
            RequestRefusedException.class,
            refused -> {
              assertThat(refused.kind()).isEqualTo(kind);
              assertThat(refused).hasMessageContaining(message);
            });
  }

  /** Partition p ends at 1000 + p. */
  private static final class FakeStreams implements StreamCatalog {

    @Override
    public int partitionCount(StreamConfig stream) {
      return 2;
    }

    @Override
    public Map<Integer, Long> startOffsets(
        StreamConfig stream,
        StreamConfig.StartOffset start,
        Set<Integer> partitions,
        Instant reference) {
      assertThat(start).isInstanceOf(StreamConfig.StartOffset.Largest.class);
      Map<Integer, Long> ends = new HashMap<>();
      partitions.forEach(partition -> ends.put(partition, 1_000L + partition));
      return ends;
    }

    @Override
    public void close() {}
  }
}
