package io.gamay.ingest.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.ingest.hosting.LocalSegments;
import io.gamay.ingest.hosting.PartitionView;
import io.gamay.testkit.random.SeededRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that start while sealed segments lie behind one that is being committed. */
@Timeout(60)
class TailReadinessTest {

  private static final int SEGMENT_ROWS = 50;
  private static final int MOST_STEPS = 1000;

  @TempDir Path directory;

  private final SeededRandom random = new SeededRandom(1);
  private final InMemoryDeepStore deepStore = new InMemoryDeepStore();
  private final List<SimulatedServer> servers = new ArrayList<>();
  private SimulatedCluster cluster = cluster();
  private Instant now = Instant.EPOCH;

  @AfterEach
  void close() {
    servers.forEach(SimulatedServer::close);
  }

  @Test
  void tailWaitsForASealedSegmentThatIsNotLoaded() throws Exception {
    cluster = cluster("A");
    SimulatedServer a = start("A");
    SegmentMetadata later = commitOutOfOrder(a);
    a.host().close();
    Files.delete(new LocalSegments(directory.resolve("A")).file(Fixtures.TABLE_ID, later.name()));
    deepStore.setAway(true);
    a.restart();
    steps(40, a);
    assertThat(view(a).isTailReady()).as("tail ends where %s begins", later.name()).isFalse();
    deepStore.setAway(false);
    steps(40, a);
    assertTailIsReadyAndWhole(a, later.startOffset());
  }

  @Test
  void tailWaitsForASealedSegmentThatIsThereInPart() throws Exception {
    cluster = cluster("A", "B");
    SimulatedServer a = start("A");
    SimulatedServer b = start("B");
    produce(60);
    stepUntil(() -> cluster.segment(0).state() == SegmentState.ONLINE, a, b);
    steps(30, a, b);
    deepStore.setAway(true);
    produce(60);
    stepUntil(() -> cluster.segment(1).state() == SegmentState.COMMITTING, a);
    a.restart();
    now = now.plusSeconds(1);
    for (int i = 0; i < 12; i++) {
      a.reconcile();
      a.poll(5);
    }
    steps(100, b);
    produce(100);
    deepStore.setAway(false);
    stepUntil(() -> cluster.segment(2).state() == SegmentState.ONLINE, b);
    assertThat(cluster.segment(1).state()).isEqualTo(SegmentState.COMMITTING);
    deepStore.setAway(true);
    for (int i = 0; i < 80; i++) {
      boolean isSlow = i < 5;
      now = now.plusSeconds(isSlow ? 4 : 1);
      a.reconcile();
      a.poll(isSlow ? 1 : 50);
      a.deliverOne(false);
      a.work();
    }
    long from = cluster.segment(1).startOffset();
    assertThat(view(a).tailEnd(from)).as("it gave up on segment 2").isLessThan(150);
    assertThat(view(a).isTailReady()).isFalse();
    deepStore.setAway(false);
    steps(60, a);
    assertTailIsReadyAndWhole(a, from);
  }

  @Test
  void serverCatchesUpUntilWhatItMissedWhileItWasAwayIsLoadedOrFails() throws Exception {
    cluster = cluster("A", "B");
    SimulatedServer a = start("A");
    SimulatedServer b = start("B");
    produce(60);
    stepUntil(() -> cluster.segment(0).state() == SegmentState.ONLINE, a, b);
    steps(60, a, b);
    assertThat(a.host().reports().catchingUp()).isEmpty();
    LocalSegments disk = new LocalSegments(directory.resolve("A"));
    a.host().close();
    Files.delete(disk.file(Fixtures.TABLE_ID, cluster.segment(0).name()));
    a.restart();
    a.reconcile();
    assertThat(a.host().reports().catchingUp())
        .contains("1 sealed segments, from " + cluster.segment(0).name() + " on");
    deepStore.setAway(true);
    steps(40, a);
    assertThat(a.host().reports().catchingUp()).as("it is in an error").isEmpty();
    assertThat(a.host().reports().troubles()).isNotEmpty();
    deepStore.setAway(false);
    steps(40, a);
    assertThat(a.host().reports().catchingUp()).isEmpty();
    assertThat(a.host().reports().troubles()).isEmpty();
    a.dropCorrupt(cluster.segment(0).name());
    a.reconcile();
    assertThat(a.host().reports().catchingUp()).as("not since the start").isEmpty();
  }

  private void assertTailIsReadyAndWhole(SimulatedServer server, long from) {
    assertThat(view(server).isTailReady()).isTrue();
    assertThat(view(server).tailEnd(from)).isEqualTo(server.stream().end());
  }

  /** Makes two segments at a time until the later one of them is ONLINE before the other. */
  private SegmentMetadata commitOutOfOrder(SimulatedServer server) {
    for (int first = 0; first < 40; first += 2) {
      int earlier = first;
      deepStore.setAway(true);
      produce(2 * SEGMENT_ROWS);
      stepUntil(() -> cluster.segments().containsKey(earlier + 2), server);
      deepStore.setAway(false);
      stepUntil(
          () ->
              cluster.segment(earlier).state() == SegmentState.ONLINE
                  || cluster.segment(earlier + 1).state() == SegmentState.ONLINE,
          server);
      if (cluster.segment(earlier).state() != SegmentState.ONLINE) {
        return cluster.segment(earlier + 1);
      }
      steps(60, server);
    }
    throw new AssertionError("20 pairs of segments, each committed in order");
  }

  private SimulatedCluster cluster(String... ids) {
    return new SimulatedCluster(
        random,
        List.of(ids),
        Fixtures.config(1, OptionalLong.of(SEGMENT_ROWS), Duration.ofDays(1)));
  }

  private SimulatedServer start(String id) throws IOException {
    SimulatedServer server =
        new SimulatedServer(
            id,
            random,
            new InMemoryStream(),
            cluster,
            deepStore,
            directory.resolve(id),
            () -> now,
            Long.MAX_VALUE);
    servers.add(server);
    return server;
  }

  private void produce(int records) {
    for (int i = 0; i < records; i++) {
      servers.forEach(server -> server.stream().append(Optional.of("1")));
    }
  }

  private static PartitionView view(SimulatedServer server) {
    return server.serving().orElseThrow().view();
  }

  private void stepUntil(BooleanSupplier isReached, SimulatedServer... stepping) {
    for (int i = 0; !isReached.getAsBoolean(); i++) {
      assertThat(i).as("steps").isLessThan(MOST_STEPS);
      steps(1, stepping);
    }
  }

  private void steps(int count, SimulatedServer... stepping) {
    for (int i = 0; i < count; i++) {
      for (SimulatedServer server : stepping) {
        now = now.plusMillis(200);
        server.reconcile();
        server.poll(100);
        server.deliverOne(false);
        server.work();
      }
    }
  }
}
