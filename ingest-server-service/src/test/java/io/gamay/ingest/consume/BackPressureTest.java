package io.gamay.ingest.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.report.ConsumingReport;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.ingest.hosting.DiskBudget;
import io.gamay.ingest.hosting.ServedSegment;
import io.gamay.segment.mutable.MutableSegment;
import io.gamay.testkit.random.SeededRandom;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One server that consumes two partitions, with limits that one of them reaches. */
@Timeout(60)
class BackPressureTest {

  private static final int BUSY = 0;
  private static final int CALM = 1;
  private static final long PLENTY = 1L << 50;

  @TempDir Path directory;

  private final SeededRandom random = new SeededRandom(1);
  private final List<InMemoryStream> streams = List.of(new InMemoryStream(), new InMemoryStream());
  private SimulatedCluster cluster;
  private SimulatedServer server;
  private Instant now = Instant.EPOCH;

  @BeforeEach
  void startWithoutLimits() throws Exception {
    start(50, Long.MAX_VALUE);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void partitionWhoseSealIsHeldUpDoesNotDisturbItsNeighbour() {
    produce(BUSY, 60);
    for (int i = 0; i < 40; i++) {
      stepWithoutWork();
    }
    assertThat(cluster.segment(BUSY, 0).state()).isEqualTo(SegmentState.COMMITTING);
    assertThat(reasonOf(BUSY, 0)).contains("waits to be sealed", "0 seals are under way, 1 wait");
    assertThat(server.host().reports().troubles()).as("waiting in turn is no trouble").isEmpty();
    produce(CALM, 30);
    produce(BUSY, 30);
    stepWithoutWork();
    assertThat(tailEnd(CALM)).isEqualTo(30);
    assertThat(tailEnd(BUSY)).as("its next segment goes on as well").isEqualTo(90);
    settle();
    assertThat(cluster.segment(BUSY, 0).state()).isEqualTo(SegmentState.ONLINE);
    assertThat(reasonOf(BUSY, 1)).isEmpty();
  }

  @Test
  void allSegmentsThatAreFullAtOnceAreSealedInTheEnd() {
    produce(BUSY, 500);
    produce(CALM, 500);
    for (int round = 0; online(BUSY) < 10 || online(CALM) < 10; round++) {
      step();
      assertThat(round).as("rounds").isLessThan(2_000);
    }
    for (int partition : List.of(BUSY, CALM)) {
      assertThat(tailEnd(partition)).isEqualTo(500);
    }
  }

  @Test
  void fullBudgetPausesBothAndMemoryThatACommitFreesWakesThem() throws Exception {
    start(1_000_000, memoryOf(2_000));
    cluster.setDecides(false);
    produce(BUSY, 20_000);
    produce(CALM, 200);
    for (int i = 0; i < 60; i++) {
      stepWithoutWork();
    }
    assertThat(server.limits().memory().isFull()).isTrue();
    assertThat(server.limits().pausedPartitions(PauseReason.MEMORY)).isEqualTo(2);
    assertThat(server.limits().pauseCount(PauseReason.MEMORY)).isEqualTo(2);
    assertThat(reasonOf(BUSY, 0)).contains("paused", "memory budget", "mutable-segments");
    assertThat(server.host().reports().pauses())
        .hasSize(2)
        .allMatch(why -> why.contains("memory budget"));
    assertThat(server.host().reports().troubles()).as("it works as it is told").isEmpty();
    long held = tailEnd(BUSY);
    assertThat(held).isLessThan(20_000);
    produce(CALM, 1);
    stepWithoutWork();
    assertThat(tailEnd(CALM)).as("what is here answers, nothing more comes").isLessThan(201);
    cluster.setDecides(true);
    while (tailEnd(BUSY) < 20_000) {
      step();
    }
    settle();
    assertThat(tailEnd(CALM)).isEqualTo(201);
    assertThat(server.limits().pausedPartitions(PauseReason.MEMORY)).isZero();
    assertThat(server.host().reports().pauses()).isEmpty();
    assertThat(server.host().reports().troubles()).isEmpty();
    assertThat(online(BUSY)).isGreaterThan(1);
  }

  @Test
  void slabsCountAsAWholeFromTheirFirstRowOn() {
    produce(BUSY, 10);
    produce(CALM, 10);
    stepWithoutWork();
    long reserved = 0;
    long used = 0;
    for (int partition : List.of(BUSY, CALM)) {
      for (ServedSegment served : server.serving(partition).orElseThrow().view().segments()) {
        if (served.content() instanceof ServedSegment.Content.Mutable(MutableSegment rows)) {
          reserved += rows.reservedBytes();
          used += rows.memoryBytes();
        }
      }
    }
    assertThat(used).isPositive();
    assertThat(server.limits().memory().usedBytes()).isGreaterThanOrEqualTo(reserved);
    assertThat(server.limits().memory().unusedBytes()).isEqualTo(reserved - used);
  }

  @Test
  void partitionThatFillsTheBudgetAgainAndAgainDoesNotStarveTheOther() throws Exception {
    start(1_000_000, memoryOf(2_000));
    produce(CALM, 3_000);
    int rounds = 0;
    while (tailEnd(CALM) < 3_000) {
      produce(BUSY, 500);
      server.poll(BUSY, 500);
      step();
      assertThat(++rounds).as("rounds until the calm one is read").isLessThan(2_000);
    }
    assertThat(server.limits().memory().usedBytes())
        .as("the largest segments end before the budget is used up")
        .isLessThan(server.limits().memory().limitBytes() * 2);
    assertThat(online(BUSY)).isGreaterThan(3);
  }

  @Test
  void largestSegmentEndsEarlyAndTheOtherGoesOn() throws Exception {
    start(1_000_000, memoryOf(2_000));
    produce(CALM, 100);
    produce(BUSY, 1_900);
    while (cluster.segment(BUSY, 0).state() == SegmentState.CONSUMING) {
      produce(BUSY, 10);
      step();
    }
    assertThat(cluster.segment(CALM, 0).state()).isEqualTo(SegmentState.CONSUMING);
    settle();
    assertThat(cluster.segment(CALM, 0).state()).isEqualTo(SegmentState.CONSUMING);
    assertThat(tailEnd(CALM)).isEqualTo(100);
  }

  @Test
  void diskThatIsUsedUpPausesAndGoesOnByItselfWhenThereIsRoom() {
    produce(BUSY, 10);
    settle();
    server.setDiskUsage(new DiskBudget.Usage(1000, PLENTY, PLENTY));
    step();
    produce(BUSY, 10);
    produce(CALM, 10);
    settle();
    assertThat(tailEnd(BUSY)).isEqualTo(10);
    assertThat(server.limits().pausedPartitions(PauseReason.DISK)).isEqualTo(2);
    assertThat(reasonOf(BUSY, 0)).contains("paused", "disk", "gamay.disk.segments-max");
    assertThat(streams.get(BUSY).reader().isPaused()).isTrue();
    server.setDiskUsage(new DiskBudget.Usage(960, PLENTY, PLENTY));
    settle();
    assertThat(tailEnd(BUSY)).as("not yet").isEqualTo(10);
    server.setDiskUsage(new DiskBudget.Usage(940, PLENTY, PLENTY));
    settle();
    assertThat(tailEnd(BUSY)).isEqualTo(20);
    assertThat(tailEnd(CALM)).isEqualTo(10);
    assertThat(server.limits().pausedPartitions(PauseReason.DISK)).isZero();
    assertThat(reasonOf(BUSY, 0)).isEmpty();
  }

  @Test
  void closedServerHoldsNoMemoryAndPausesNobody() throws Exception {
    start(1_000_000, memoryOf(500));
    cluster.setDecides(false);
    produce(BUSY, 5_000);
    for (int i = 0; i < 30; i++) {
      stepWithoutWork();
    }
    assertThat(server.limits().pausedPartitions(PauseReason.MEMORY)).isPositive();
    server.host().close();
    assertThat(server.limits().memory().usedBytes()).isZero();
    assertThat(server.limits().memory().isFull()).isFalse();
    assertThat(server.limits().pausedPartitions(PauseReason.MEMORY)).isZero();
  }

  @Test
  void partitionWhoseRecordsCannotBeDecodedSaysWhyAndGoesOnByItself() throws Exception {
    server.host().close();
    server.restart();
    server.setUnreadable(Optional.of("schema file /x cannot be read"));
    produce(BUSY, 10);
    stepWithoutWork();
    stepWithoutWork();
    CurrentSegment said = server.published(cluster.segment(BUSY, 0).name());
    assertThat(said.state()).isEqualTo(CurrentSegment.ServingState.ERROR);
    assertThat(said.reason()).contains("schema file /x cannot be read");
    assertThat(server.host().reports().troubles())
        .anyMatch(trouble -> trouble.contains("schema file /x"));
    server.setUnreadable(Optional.empty());
    settle();
    assertThat(tailEnd(BUSY)).isEqualTo(10);
    assertThat(server.host().reports().troubles()).isEmpty();
    assertThat(server.published(cluster.segment(BUSY, 0).name()).state())
        .isEqualTo(CurrentSegment.ServingState.CONSUMING);
  }

  // -- below

  private void start(int rowsPerSegment, long memoryBytes) throws Exception {
    cluster =
        new SimulatedCluster(
            random,
            List.of("A"),
            Fixtures.config(1, OptionalLong.of(rowsPerSegment), Duration.ofDays(1)),
            2);
    server =
        new SimulatedServer(
            "A",
            random,
            streams,
            cluster,
            new InMemoryDeepStore(),
            directory,
            () -> now,
            memoryBytes);
  }

  /** What a segment of so many rows takes, and one that is empty beside it. */
  private long memoryOf(int rows) throws Exception {
    InMemoryStream stream = new InMemoryStream();
    SimulatedServer measured =
        new SimulatedServer(
            "measured",
            random,
            stream,
            new SimulatedCluster(
                random,
                List.of("measured"),
                Fixtures.config(1, OptionalLong.empty(), Duration.ofDays(1))),
            new InMemoryDeepStore(),
            directory.resolve("measured-" + rows),
            () -> now,
            Long.MAX_VALUE);
    for (int i = 0; i < rows; i++) {
      stream.append(Optional.of(Integer.toString(i)));
    }
    measured.reconcile();
    measured.poll(rows);
    long bytes = measured.limits().memory().usedBytes();
    measured.close();
    return bytes + (bytes >> 1);
  }

  private void produce(int partition, int count) {
    InMemoryStream stream = streams.get(partition);
    for (int i = 0; i < count; i++) {
      stream.append(Optional.of(Long.toString(stream.end())));
    }
  }

  private void settle() {
    for (int i = 0; i < 150; i++) {
      step();
    }
  }

  private void step() {
    stepWithoutWork();
    server.work();
    server.work();
  }

  private void stepWithoutWork() {
    now = now.plusMillis(500);
    server.reconcile();
    server.poll(BUSY, 100);
    server.poll(CALM, 100);
    server.deliverOne(false);
    server.deliverOne(false);
  }

  private long tailEnd(int partition) {
    return server
        .serving(partition)
        .map(
            serving ->
                serving
                    .view()
                    .tailEnd(cluster.segments(partition).lastEntry().getValue().startOffset()))
        .orElse(0L);
  }

  private int online(int partition) {
    return (int)
        cluster.segments(partition).values().stream()
            .map(SegmentMetadata::state)
            .filter(state -> state == SegmentState.ONLINE)
            .count();
  }

  private String reasonOf(int partition, int sequence) {
    String segment = cluster.segment(partition, sequence).name().toString();
    return server.host().feedsOf(Fixtures.TABLE_ID).stream()
        .flatMap(feed -> feed.reports().stream())
        .filter(report -> report.segment().equals(segment))
        .map(ConsumingReport::reason)
        .findFirst()
        .orElse("-");
  }
}
