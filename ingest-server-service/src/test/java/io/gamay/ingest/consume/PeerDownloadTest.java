package io.gamay.ingest.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.ingest.hosting.LocalSegments;
import io.gamay.testkit.random.SeededRandom;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas of a sealed segment, one of which loses its disk. */
@Timeout(120)
class PeerDownloadTest {

  @TempDir Path directory;

  private final SeededRandom random = new SeededRandom(1);
  private final InMemoryDeepStore deepStore = new InMemoryDeepStore();
  private SimulatedCluster cluster;
  private SimulatedServer whole;
  private SimulatedServer lossy;
  private SegmentMetadata segment;
  private Path file;
  private Instant now = Instant.EPOCH;

  @BeforeEach
  void commitOneSegment() throws Exception {
    cluster =
        new SimulatedCluster(
            random, List.of("A", "B"), Fixtures.config(1, OptionalLong.of(50), Duration.ofDays(1)));
    whole = server("A");
    lossy = server("B");
    lossy.setPeers(List.of(whole));
    while (cluster.segment(0).state() != SegmentState.ONLINE) {
      step();
    }
    settle();
    segment = cluster.segment(0);
    file = new LocalSegments(directory.resolve("B")).file(Fixtures.TABLE_ID, segment.name());
    assertThat(isServed(lossy)).isTrue();
    Files.delete(file);
    lossy.restart();
    deepStore.setAway(true);
  }

  @AfterEach
  void close() {
    whole.close();
    lossy.close();
  }

  @Test
  void aReplicaThatLostItsDiskWhileTheDeepStoreIsAwayBecomesWholeByAPeer() throws Exception {
    settle();

    assertThat(isServed(lossy)).isTrue();
    assertThat(lossy.published(segment.name()).state()).isEqualTo(ServingState.ONLINE);
    assertThat(lossy.host().reports().troubles()).isEmpty();
    assertThat(file)
        .hasSameBinaryContentAs(
            new LocalSegments(directory.resolve("A")).file(Fixtures.TABLE_ID, segment.name()));
  }

  @Test
  void anObjectThatIsGoneIsReplacedByAPeersCopy() {
    deepStore.setAway(false);
    deepStore.objects().clear();
    settle();

    assertThat(isServed(lossy)).isTrue();
  }

  @Test
  void aCopyThatIsDamagedOnItsWayIsNeverServed() throws Exception {
    whole.setSendsDamaged(true);
    settle();

    assertThat(isServed(lossy)).isFalse();
    assertThat(file).doesNotExist();
    assertThat(lossy.published(segment.name()).state()).isEqualTo(ServingState.ERROR);
    assertThat(lossy.published(segment.name()).reason())
        .contains("deep store is away", "the copy of another server");
    whole.setSendsDamaged(false);
    settle();
    assertThat(isServed(lossy)).isTrue();
  }

  @Test
  void aSegmentThatNobodyGivesStaysInErrorUntilTheDeepStoreIsBack() {
    lossy.setPeers(List.of());
    settle();
    assertThat(lossy.published(segment.name()).state()).isEqualTo(ServingState.ERROR);
    assertThat(lossy.host().reset(Fixtures.TABLE_ID, Optional.empty()))
        .containsExactly(segment.name().toString());

    deepStore.setAway(false);
    settle();
    assertThat(isServed(lossy)).isTrue();
    assertThat(lossy.host().reset(Fixtures.TABLE_ID, Optional.empty())).isEmpty();
  }

  @Test
  void anOrderToDownloadAgainIsNotMetByAPeersCopy() {
    settle();
    cluster.orderDownloads();
    settle();

    assertThat(isServed(lossy)).as("it is served meanwhile").isTrue();
    assertThat(lossy.host().reports().reloadTroubles())
        .anyMatch(trouble -> trouble.contains("deep store is away"));
  }

  private SimulatedServer server(String id) throws Exception {
    InMemoryStream stream = new InMemoryStream();
    for (int i = 0; i < 60; i++) {
      stream.append(Optional.of(Integer.toString(i)));
    }
    return new SimulatedServer(
        id, random, stream, cluster, deepStore, directory.resolve(id), () -> now, Long.MAX_VALUE);
  }

  private boolean isServed(SimulatedServer server) {
    return server
        .serving()
        .flatMap(serving -> serving.view().segment(segment.name()))
        .filter(
            served ->
                served.dataCrc().equals(OptionalInt.of(segment.stored().orElseThrow().dataCrc())))
        .isPresent();
  }

  private void settle() {
    for (int i = 0; i < 60; i++) {
      step();
    }
  }

  private void step() {
    now = now.plusMillis(500);
    for (SimulatedServer server : List.of(whole, lossy)) {
      server.reconcile();
      server.poll(100);
      server.deliverOne(false);
      server.deliverOne(false);
      server.work();
      server.work();
    }
  }
}
