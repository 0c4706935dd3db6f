package io.gamay.ingest.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.report.ConsumingReport;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.ingest.hosting.PartitionServing;
import io.gamay.ingest.hosting.ServedSegment;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.testkit.random.SeededRandom;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas of a partition whose consumption is ended, paused and resumed by order. */
@Timeout(120)
class PausedTableTest {

  @TempDir Path directory;

  private final SeededRandom random = new SeededRandom(1);
  private final List<InMemoryStream> streams = List.of(new InMemoryStream(), new InMemoryStream());
  private final InMemoryDeepStore deepStore = new InMemoryDeepStore();
  private final List<SimulatedServer> servers = new ArrayList<>();
  private SimulatedCluster cluster;
  private Instant now = Instant.EPOCH;

  @BeforeEach
  void start() throws Exception {
    cluster =
        new SimulatedCluster(
            random,
            List.of("A", "B"),
            Fixtures.config(1, OptionalLong.of(1_000), Duration.ofDays(1)));
    for (String id : List.of("A", "B")) {
      servers.add(
          new SimulatedServer(
              id,
              random,
              streams.get(servers.size()),
              cluster,
              deepStore,
              directory.resolve(id),
              () -> now,
              Long.MAX_VALUE));
    }
  }

  @AfterEach
  void close() {
    servers.forEach(SimulatedServer::close);
  }

  @Test
  void anOrderedSegmentEndsWithItsRowsAndItsSuccessorIsNotMeant() {
    produce(50);
    settle();
    cluster.forceCommit();
    settle();
    produce(30);
    settle();

    assertThat(cluster.segment(0).state()).isEqualTo(SegmentState.ONLINE);
    assertThat(cluster.segment(0).endOffset()).hasValue(50);
    assertThat(cluster.segments()).hasSize(2);
    assertTailsReach(80);
  }

  @Test
  void anOrderOutlivesARestartOfAllReplicas() throws Exception {
    produce(50);
    settle();
    cluster.setDecides(false);
    cluster.forceCommit();
    settle();
    for (SimulatedServer server : servers) {
      server.restart();
    }
    cluster.setDecides(true);
    settle();

    assertThat(cluster.segment(0).state()).isEqualTo(SegmentState.ONLINE);
    assertTailsReach(50);
  }

  @Test
  void aChangedSchemaEndsTheSegmentThatIsConsumedUnderTheOldOne() {
    produce(50);
    settle();
    cluster.changeVersions();
    settle();

    assertThat(cluster.segment(0).state()).isEqualTo(SegmentState.ONLINE);
    assertThat(cluster.segment(1).schemaVersion()).isEqualTo(2);
    assertThat(cluster.segments()).hasSize(2);
    assertTailsReach(50);
  }

  @Test
  void rowsBehindTheEndAreReadAgainUnderTheSuccessorsVersionsHoweverFarTheReplicaWas() {
    produce(50);
    settle();
    InMemoryStream ahead = streams.getFirst();
    for (int i = 0; i < 30; i++) {
      ahead.append(Optional.of(Long.toString(ahead.end())));
    }
    servers.getFirst().poll(100);
    cluster.changeVersions();
    while (cluster.segment(0).state() == SegmentState.CONSUMING) {
      now = now.plusMillis(500);
      for (SimulatedServer server : servers) {
        server.reconcile();
        server.poll(0);
      }
      servers.getLast().deliverOne(false);
    }
    assertThat(cluster.segment(0).endOffset()).hasValue(50);
    InMemoryStream behind = streams.getLast();
    for (int i = 0; i < 30; i++) {
      behind.append(Optional.of(Long.toString(behind.end())));
    }
    settle();
    assertThat(cluster.segment(1).schemaVersion()).isEqualTo(2);
    for (SimulatedServer server : servers) {
      ServedSegment tail = shown(server, cluster.segment(1));
      assertThat(tail.read().schema().version()).isEqualTo(2);
      assertThat(tail.read().docCount()).isEqualTo(30);
    }
    cluster.forceCommit();
    settle();
    assertThat(cluster.segment(1).state()).isEqualTo(SegmentState.ONLINE);
    assertTailsReach(80);
    assertThat(deepStore.fetches()).as("replicas made the same bytes by themselves").isZero();
  }

  @Test
  void aPauseCommitsWhatIsThereAndReadsNothingMore() {
    produce(50);
    settle();
    cluster.pause();
    settle();
    produce(30);
    settle();

    assertThat(cluster.segment(0).state()).isEqualTo(SegmentState.ONLINE);
    assertThat(cluster.segment(0).endOffset()).hasValue(50);
    assertThat(cluster.segments()).hasSize(2);
    assertTailsReach(50);
    for (SimulatedServer server : servers) {
      assertThat(reasonOf(server, cluster.segment(1)))
          .contains("paused", "ADMINISTRATIVE", "for a test");
      assertThat(server.limits().pausedPartitions(PauseReason.TABLE)).isEqualTo(1);
      assertThat(server.host().reports().troubles()).as("it does as it is told").isEmpty();
      assertThat(server.host().reports().pauses()).hasSize(1);
      assertThat(server.serving().orElseThrow().heldAt()).hasValue(50);
    }
    cluster.resume();
    settle();
    assertTailsReach(80);
    for (SimulatedServer server : servers) {
      assertThat(reasonOf(server, cluster.segment(1))).isEmpty();
      assertThat(server.limits().pausedPartitions(PauseReason.TABLE)).isZero();
      assertThat(server.serving().orElseThrow().heldAt()).isEmpty();
    }
  }

  @Test
  void aReplicaThatIsBehindReadsUpToTheEndInAPauseAndNoRecordFurther() {
    produce(50);
    SimulatedServer ahead = servers.getFirst();
    SimulatedServer behind = servers.getLast();
    for (int i = 0; i < 20; i++) {
      step(ahead, 100);
    }
    step(behind, 3);
    step(behind, 3);
    produce(200);
    cluster.pause();
    settle();

    assertThat(cluster.segment(0).state()).isEqualTo(SegmentState.ONLINE);
    assertThat(cluster.segments()).as("rows beyond the end would have to be committed").hasSize(2);
    assertTailsReach(cluster.segment(1).startOffset());
    cluster.resume();
    settle();
    assertTailsReach(250);
  }

  @Test
  void aServerThatStartsDuringAPauseAnswersForItsTailAndReadsNothing() throws Exception {
    produce(50);
    settle();
    cluster.pause();
    settle();
    produce(30);
    for (SimulatedServer server : servers) {
      server.restart();
    }
    settle();

    assertTailsReach(50);
    for (SimulatedServer server : servers) {
      assertThat(server.host().reports().catchingUp()).isEmpty();
    }
    cluster.resume();
    settle();
    assertTailsReach(80);
  }

  @Test
  void rowsThatAreNotCommittedAreReadAgainByAServerThatStartsDuringThePause() throws Exception {
    produce(50);
    settle();
    cluster.setDecides(false);
    cluster.pause();
    settle();
    for (SimulatedServer server : servers) {
      server.restart();
    }
    settle();
    assertTailsReach(50);
    cluster.setDecides(true);
    settle();
    assertThat(cluster.segment(0).endOffset()).hasValue(50);
  }

  @Test
  void aSkipIsDeclaredInTheLedgerOfTheNextSegmentAndAnswersCoverIt() throws Exception {
    produce(50);
    settle();
    cluster.pause();
    settle();
    produce(30);
    cluster.resumeAt(Map.of(0, 80L));
    settle();
    produce(5);
    settle();
    assertTailsReach(85);
    for (SimulatedServer server : servers) {
      ServedSegment tail = shown(server, cluster.segment(1));
      assertThat(tail.missing()).as("declared, so covered").isEmpty();
      assertThat(tail.read().docCount()).isEqualTo(5);
    }
    for (SimulatedServer server : servers) {
      server.restart();
    }
    settle();
    assertThat(shown(servers.getFirst(), cluster.segment(1)).read().docCount())
        .as("skipped again after a restart")
        .isEqualTo(5);
    cluster.forceCommit();
    settle();

    SegmentMetadata skipping = cluster.segment(1);
    assertThat(skipping.state()).isEqualTo(SegmentState.ONLINE);
    assertThat(skipping.offsets()).isEqualTo(new OffsetRange(50, 85));
    StoredCopy copy = skipping.stored().orElseThrow();
    assertThat(copy.lost()).containsExactly(new OffsetRange(50, 80));
    assertThat(copy.ledger().lost()).isEqualTo(30);
    assertThat(copy.ledger().indexed()).isEqualTo(5);
    assertThat(copy.ledger().closes(skipping.offsets())).isTrue();
    assertTailsReach(85);
  }

  private void assertTailsReach(long offset) {
    for (SimulatedServer server : servers) {
      PartitionServing serving = server.serving().orElseThrow();
      assertThat(serving.view().isTailReady()).isTrue();
      assertThat(serving.view().tailEnd(cluster.segments().lastEntry().getValue().startOffset()))
          .isEqualTo(offset);
    }
  }

  private static ServedSegment shown(SimulatedServer server, SegmentMetadata segment) {
    return server.serving().orElseThrow().view().segment(segment.name()).orElseThrow();
  }

  private static String reasonOf(SimulatedServer server, SegmentMetadata segment) {
    return server.host().feedsOf(Fixtures.TABLE_ID).stream()
        .flatMap(feed -> feed.reports().stream())
        .filter(report -> report.segment().equals(segment.name().toString()))
        .map(ConsumingReport::reason)
        .findFirst()
        .orElse("-");
  }

  private void produce(int count) {
    for (InMemoryStream stream : streams) {
      for (int i = 0; i < count; i++) {
        stream.append(Optional.of(Long.toString(stream.end())));
      }
    }
  }

  private void settle() {
    for (int i = 0; i < 100; i++) {
      servers.forEach(server -> step(server, 100));
    }
  }

  private void step(SimulatedServer server, int records) {
    now = now.plusMillis(500);
    server.reconcile();
    server.poll(records);
    server.deliverOne(false);
    server.deliverOne(false);
    server.work();
    server.work();
  }
}
