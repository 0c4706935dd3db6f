package io.gamay.ingest.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.segment.SegmentState;
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

/** A server whose memory is used up with the first row: what frees memory must still go on. */
@Timeout(60)
class MemoryLimitTest {

  private static final int ROWS = 60;

  @TempDir Path directory;

  private final SeededRandom random = new SeededRandom(1);
  private final InMemoryDeepStore deepStore = new InMemoryDeepStore();
  private final InMemoryStream stream = new InMemoryStream();
  private SimulatedCluster cluster;
  private SimulatedServer server;
  private Instant now = Instant.EPOCH;

  @BeforeEach
  void start() throws Exception {
    cluster =
        new SimulatedCluster(
            random, List.of("A"), Fixtures.config(1, OptionalLong.of(50), Duration.ofDays(1)));
    server = new SimulatedServer("A", random, stream, cluster, deepStore, directory, () -> now, 1);
    for (int i = 0; i < ROWS; i++) {
      stream.append(Optional.of(Integer.toString(i)));
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void segmentWhoseEndIsKnownIsReadToItsEndAfterARestart() throws Exception {
    decideEnd();
    server.restart();
    settle();
    assertThat(cluster.segment(0).state()).isEqualTo(SegmentState.ONLINE);
  }

  @Test
  void rowsThatAreDecodedAgainAfterAChangeOfVersionsPassTheOldOnes() {
    server.reconcile();
    server.poll(100);
    cluster.changeVersions();
    decideEnd();
    assertThat(cluster.segment(0).endOffset()).hasValue(50);
    settle();
    assertThat(cluster.segment(0).state()).isEqualTo(SegmentState.ONLINE);
    assertThat(server.serving().orElseThrow().view().tailEnd(50)).isEqualTo(ROWS);
    assertThat(server.serving().orElseThrow().view().segments().getFirst().dataCrc()).isPresent();
  }

  /** In one poll, so that all rows are in before the memory is seen to be used up. */
  private void decideEnd() {
    server.reconcile();
    server.poll(100);
    while (cluster.segment(0).state() == SegmentState.CONSUMING) {
      now = now.plusSeconds(1);
      server.poll(100);
      server.deliverOne(false);
    }
  }

  private void settle() {
    for (int i = 0; i < 60; i++) {
      now = now.plusMillis(500);
      server.reconcile();
      server.poll(10);
      server.deliverOne(false);
      server.work();
    }
  }
}
