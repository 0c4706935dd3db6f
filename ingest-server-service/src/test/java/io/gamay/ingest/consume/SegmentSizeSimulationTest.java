package io.gamay.ingest.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The consuming loop, sealer and leader, with a table whose segments are limited by size. */
@Timeout(120)
class SegmentSizeSimulationTest {

  private static final long WANTED = 96 << 10;
  private static final int INITIAL_ROWS = 300;
  private static final int SEGMENTS = 7;
  private static final int POLL = 120;

  @TempDir Path directory;

  private Instant now = Instant.EPOCH;

  @Test
  void fromTheThirdOnFilesAreOfTheWantedSizeAlsoAcrossARestart() {
    int[] number = {0};
    Seeds.forEach(8, random -> checkSizes(random, directory.resolve("case-" + number[0]++)));
  }

  @Test
  void limitAfterARestartIsTheOneBefore() throws Exception {
    SeededRandom random = new SeededRandom(7);
    SimulatedCluster cluster = cluster(random);
    InMemoryStream stream = new InMemoryStream();
    SimulatedServer server = server(random, stream, cluster, directory);
    Rows rows = new Rows(random, stream);
    while (online(cluster) < 3) {
      step(server, rows);
    }
    long before = limitOfTheNewest(cluster);
    server.restart();
    while (online(cluster) < 4) {
      step(server, rows);
    }
    assertThat(cluster.segment(3).stored().orElseThrow().ledger().indexed()).isEqualTo(before);
    server.close();
  }

  private void checkSizes(SeededRandom random, Path disk) throws Exception {
    SimulatedCluster cluster = cluster(random);
    InMemoryStream stream = new InMemoryStream();
    SimulatedServer server = server(random, stream, cluster, disk);
    Rows rows = new Rows(random, stream);
    int restartAt = random.nextInt(1, SEGMENTS);
    while (online(cluster) < SEGMENTS) {
      step(server, rows);
      if (online(cluster) == restartAt) {
        server.restart();
        restartAt = SEGMENTS;
      }
    }
    assertThat(cluster.segment(0).stored().orElseThrow().ledger().indexed())
        .isEqualTo(INITIAL_ROWS);
    for (int sequence = 2; sequence < SEGMENTS; sequence++) {
      double size = cluster.segment(sequence).stored().orElseThrow().sizeBytes();
      assertThat(size / WANTED).as("size of segment %d", sequence).isCloseTo(1, within(0.10));
    }
    server.close();
  }

  /** A segment is ONLINE long before the next one is full. */
  private void step(SimulatedServer server, Rows rows) {
    now = now.plusSeconds(4);
    rows.produce(POLL);
    server.reconcile();
    server.poll(POLL);
    for (int i = 0; i < 12; i++) {
      server.deliverOne(false);
      server.work();
    }
  }

  /** Numbers that grow slowly longer, one in 50 of them no row. */
  private static final class Rows {
    private final SeededRandom random;
    private final InMemoryStream stream;
    private double least = 1e5;

    Rows(SeededRandom random, InMemoryStream stream) {
      this.random = random;
      this.stream = stream;
    }

    void produce(int count) {
      for (int i = 0; i < count; i++) {
        long number = random.nextLong((long) least, (long) (least * 1000));
        stream.append(Optional.of(random.nextInt(50) == 0 ? "bad" : Long.toString(number)));
        least = Math.min(least * 1.00005, 1e14);
      }
    }
  }

  private SimulatedCluster cluster(SeededRandom random) {
    return new SimulatedCluster(random, List.of("A"), Fixtures.sizedConfig(WANTED, INITIAL_ROWS));
  }

  private SimulatedServer server(
      SeededRandom random, InMemoryStream stream, SimulatedCluster cluster, Path disk)
      throws Exception {
    return new SimulatedServer(
        "A", random, stream, cluster, new InMemoryDeepStore(), disk, () -> now, Long.MAX_VALUE);
  }

  private static int online(SimulatedCluster cluster) {
    return (int)
        cluster.segments().values().stream()
            .filter(segment -> segment.state() == SegmentState.ONLINE)
            .count();
  }

  private static long limitOfTheNewest(SimulatedCluster cluster) {
    List<SegmentMetadata> sealed =
        cluster.segments().descendingMap().values().stream()
            .filter(segment -> segment.state() == SegmentState.ONLINE)
            .toList();
    SegmentMetadata next = cluster.segments().lastEntry().getValue();
    return SizeLimit.of(Fixtures.sizedConfig(WANTED, INITIAL_ROWS).flush(), sealed, false, next)
        .rows();
  }
}
