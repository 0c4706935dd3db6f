package io.gamay.ingest.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.report.ReloadReport;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.ingest.hosting.LocalSegments;
import io.gamay.ingest.hosting.SegmentLease;
import io.gamay.ingest.hosting.ServedSegment;
import io.gamay.segment.format.SidecarFile;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.schema.IndexDecisions;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Indexes of a sealed segment follow the config while the segment is served. */
@Timeout(60)
class IndexReloadTest {

  private static final IndexDecisions INDEXES =
      new IndexDecisions(Set.of("text"), Set.of("number"), Map.of("number", 0.01));

  @TempDir Path directory;

  private final SeededRandom random = new SeededRandom(1);
  private final InMemoryStream stream = new InMemoryStream();
  private final InMemoryDeepStore deepStore = new InMemoryDeepStore();
  private SimulatedCluster cluster;
  private SimulatedServer server;
  private SegmentMetadata segment;
  private Path file;
  private Path sidecar;
  private byte[] sealed;
  private Instant now = Instant.EPOCH;

  @BeforeEach
  void commitOneSegment() throws Exception {
    cluster =
        new SimulatedCluster(
            random, List.of("A"), Fixtures.config(1, OptionalLong.of(50), Duration.ofDays(1)));
    server =
        new SimulatedServer(
            "A", random, stream, cluster, deepStore, directory, () -> now, Long.MAX_VALUE);
    for (int i = 0; i < 60; i++) {
      stream.append(Optional.of(Integer.toString(i)));
    }
    while (cluster.segment(0).state() != SegmentState.ONLINE) {
      step();
    }
    settle();
    segment = cluster.segment(0);
    file = new LocalSegments(directory).file(Fixtures.TABLE_ID, segment.name());
    sidecar = SidecarFile.beside(file);
    sealed = Files.readAllBytes(file);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void anIndexThatIsAskedForAppearsWithoutTouchingTheFile() throws Exception {
    ServedSegment before = shown();
    assertThat(text().inverted()).isEmpty();
    SegmentLease lease = before.holding().lease().orElseThrow();

    cluster.changeIndexes(INDEXES);
    settle();

    assertIndexed();
    assertThat(file).hasBinaryContent(sealed);
    assertThat(sidecar).exists();
    assertThat(server.host().reports().reloadTroubles()).isEmpty();
    readAll(before.read());
    ServedSegment after = shown();
    server.host().dropCorrupt(Fixtures.TABLE_ID, segment.name(), before.read());
    assertThat(shown()).as("the old copy's faults are not the new one's").isEqualTo(after);
    assertThat(file).hasBinaryContent(sealed);
    lease.close();
    assertThatThrownBy(() -> readAll(before.read())).isInstanceOf(IllegalStateException.class);
    var report = server.host().reports().indexes(Fixtures.TABLE_ID).getFirst();
    assertThat(report.isAsWanted()).isTrue();
    assertThat(report.isRebuilding()).isFalse();
    assertThat(String.join("\n", report.indexes()))
        .contains("inverted of text", "range of number", "bloom of number", "beside the segment");
  }

  @Test
  void anIndexThatIsAskedForNoMoreIsNotShown() throws Exception {
    cluster.changeIndexes(INDEXES);
    settle();
    cluster.changeIndexes(IndexDecisions.NONE);
    settle();
    assertThat(text().inverted()).isEmpty();
    assertThat(number().bloom()).isEmpty();
    readAll(shown().read());
  }

  @Test
  void anInvertedIndexOnAColumnThatWasSealedWithoutADictionaryIsNotTriedForEver() {
    assertThat(number().dictionary()).isEmpty();
    ServedSegment before = shown();
    cluster.changeIndexes(new IndexDecisions(Set.of("number"), Set.of(), Map.of()));
    settle();
    assertThat(number().inverted()).isEmpty();
    assertThat(server.host().reports().troubles()).isEmpty();
    assertThat(server.host().reports().indexes(Fixtures.TABLE_ID).getFirst().isAsWanted()).isTrue();
    assertThat(shown()).isEqualTo(before);
    assertThat(sidecar).doesNotExist();
  }

  @Test
  void theSidecarSurvivesARestart() throws Exception {
    cluster.changeIndexes(INDEXES);
    settle();
    var built = Files.getLastModifiedTime(sidecar);
    server.host().close();
    server.restart();
    settle();
    assertIndexed();
    assertThat(Files.getLastModifiedTime(sidecar)).isEqualTo(built);
  }

  @Test
  void aDamagedSidecarIsBuiltAnewAndNeverUsed() throws Exception {
    cluster.changeIndexes(INDEXES);
    settle();
    byte[] sound = Files.readAllBytes(sidecar);
    for (int at = 0; at < sound.length; at += Math.max(1, sound.length / 20)) {
      server.host().close();
      byte[] damaged = sound.clone();
      damaged[at] ^= 0x20;
      Files.write(sidecar, damaged);
      server.restart();
      settle();
      assertIndexed();
      assertThat(sidecar).hasBinaryContent(sound);
      assertThat(file).hasBinaryContent(sealed);
    }
  }

  @Test
  void aDiskThatDoesNotTakeTheSidecarIsSaidAndTriedAgain() throws Exception {
    Files.createDirectories(sidecar.resolve("in the way"));
    cluster.changeIndexes(INDEXES);
    settle();
    assertThat(text().inverted()).isEmpty();
    readAll(shown().read());
    assertThat(server.host().reports().reloadTroubles())
        .anyMatch(t -> t.contains("indexes cannot be rebuilt"));
    Files.delete(sidecar.resolve("in the way"));
    Files.delete(sidecar);
    settle();
    assertIndexed();
    assertThat(server.host().reports().troubles()).isEmpty();
  }

  @Test
  void queriesGoOnWhileIndexesComeAndGo() throws Exception {
    AtomicBoolean isOver = new AtomicBoolean();
    try (var readers = Executors.newFixedThreadPool(2)) {
      Callable<Integer> reading =
          () -> {
            int reads = 0;
            while (!isOver.get()) {
              reads += readOnce() ? 1 : 0;
            }
            return reads;
          };
      List<Future<Integer>> reads = List.of(readers.submit(reading), readers.submit(reading));
      for (int change = 0; change < 40; change++) {
        cluster.changeIndexes(change % 2 == 0 ? INDEXES : IndexDecisions.NONE);
        settle();
        assertThat(text().inverted().isPresent()).isEqualTo(change % 2 == 0);
      }
      isOver.set(true);
      for (Future<Integer> read : reads) {
        assertThat(read.get()).isPositive();
      }
    }
  }

  @Test
  void aRebuildEndsWhileLoadsKeepComing() {
    SegmentMetadata other = commitAnother();
    AtomicInteger loads = new AtomicInteger();
    deepStore.setOnFetch(
        () -> {
          loads.incrementAndGet();
          reconcile();
          server.reload();
        });
    cluster.changeIndexes(INDEXES);
    while (!isIndexed()) {
      server.dropCorrupt(other.name());
      reconcile();
      assertThat(server.waitingWork()).as("a load waits at every moment").isPositive();
      while (!serves(other)) {
        server.loadOrSeal();
      }
      assertThat(loads.get()).isLessThan(20);
    }
    assertIndexed();
    assertThat(loads.get()).isPositive();
  }

  @Test
  void aLoadDoesNotWaitForRebuilds() {
    SegmentMetadata other = commitAnother();
    cluster.changeIndexes(INDEXES);
    reconcile();
    assertThat(server.waitingReloads()).isEqualTo(2);
    server.dropCorrupt(other.name());
    reconcile();
    while (server.waitingWork() > 0) {
      server.loadOrSeal();
    }
    assertThat(serves(other)).isTrue();
    assertThat(server.waitingReloads()).isEqualTo(2);
    settle();
    assertIndexed();
  }

  private boolean isIndexed() {
    return text().inverted().isPresent();
  }

  private SegmentMetadata commitAnother() {
    for (int i = 60; i < 110; i++) {
      stream.append(Optional.of(Integer.toString(i)));
    }
    while (cluster.segment(1).state() != SegmentState.ONLINE) {
      step();
    }
    settle();
    return cluster.segment(1);
  }

  private boolean serves(SegmentMetadata wanted) {
    return server
        .serving()
        .flatMap(serving -> serving.view().segment(wanted.name()))
        .filter(served -> served.dataCrc().isPresent())
        .isPresent();
  }

  @Test
  void aTableThatIsDroppedWhileAnIndexIsRebuiltLeavesNoFile() {
    cluster.changeIndexes(INDEXES);
    AtomicBoolean isKept = new AtomicBoolean();
    server.setOnSidecar(
        () -> {
          cluster.dropTable();
          passGrace();
          isKept.set(Files.exists(file));
        });
    settle();
    assertThat(isKept).as("in use until the rebuild ends").isTrue();
    passGrace();
    assertThat(directory.resolve("segments")).isEmptyDirectory();
    assertThat(server.serving()).isEmpty();
  }

  @Test
  void whatIsLeftOfASegmentThatIsWantedNoMoreGoesAlsoWithoutItsFile() throws Exception {
    cluster.dropTable();
    passGrace();
    assertThat(directory.resolve("segments")).isEmptyDirectory();
    Files.createDirectories(file.getParent());
    Files.writeString(sidecar, "late");
    passGrace();
    assertThat(directory.resolve("segments")).isEmptyDirectory();
  }

  @Test
  void aSegmentIsDownloadedAgainWhileTheOldCopyIsServed() throws Exception {
    cluster.changeIndexes(INDEXES);
    settle();
    ServedSegment before = shown();
    SegmentLease lease = before.holding().lease().orElseThrow();
    Object oldFile = fileKey();
    assertThat(report().downloadOrder()).isZero();

    deepStore.setAway(true);
    int order = cluster.orderDownload(segment.name());
    settle();
    assertThat(shown()).isEqualTo(before);
    assertThat(report().downloadOrder()).isZero();
    assertThat(server.host().reports().troubles()).as("what is served is right").isEmpty();
    assertThat(server.host().reports().reloadTroubles())
        .anyMatch(t -> t.contains("cannot be downloaded again"));

    deepStore.setAway(false);
    settle();
    assertThat(report().downloadOrder()).isEqualTo(order);
    assertThat(fileKey()).isNotEqualTo(oldFile);
    assertThat(file).hasBinaryContent(sealed);
    assertThat(shown()).isNotEqualTo(before);
    assertIndexed();
    assertThat(server.host().reports().reloadTroubles()).isEmpty();
    readAll(before.read());
    ServedSegment after = shown();
    server.host().dropCorrupt(Fixtures.TABLE_ID, segment.name(), before.read());
    assertThat(shown()).as("the old copy's faults are not the new one's").isEqualTo(after);
    assertThat(file).hasBinaryContent(sealed);
    lease.close();
    assertThatThrownBy(() -> readAll(before.read())).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anOrderIsMetOnceAlsoOverRestarts() throws Exception {
    int order = cluster.orderDownloads();
    settle();
    Object newFile = fileKey();
    assertThat(report().downloadOrder()).isEqualTo(order);
    settle();
    server.restart();
    settle();
    assertThat(fileKey()).isEqualTo(newFile);
    assertThat(report().downloadOrder()).isEqualTo(order);

    int next = cluster.orderDownloads();
    settle();
    assertThat(fileKey()).isNotEqualTo(newFile);
    assertThat(report().downloadOrder()).isEqualTo(next);
  }

  @Test
  void anOrderOutlivesAServerThatEndsBeforeItIsMet() throws Exception {
    Object oldFile = fileKey();
    int order = cluster.orderDownloads();
    reconcile();
    server.restart();
    settle();
    assertThat(report().downloadOrder()).isEqualTo(order);
    assertThat(fileKey()).isNotEqualTo(oldFile);
  }

  @Test
  void anOrderThatComesWhileTheSegmentIsLoadedIsMetThereafter() throws Exception {
    Object oldFile = fileKey();
    server.restart();
    int order = cluster.orderDownloads();
    reconcile();
    assertThat(server.host().reports().reloads(Fixtures.TABLE_ID, Optional.empty())).isEmpty();
    settle();
    assertThat(report().downloadOrder()).isEqualTo(order);
    assertThat(fileKey()).isNotEqualTo(oldFile);
  }

  @Test
  void aCopyThatIsFetchedAnywayMeetsTheOrdersBefore() throws Exception {
    int order = cluster.orderDownloads();
    server.dropCorrupt(segment.name());
    settle();
    assertThat(report().downloadOrder()).isEqualTo(order);
    assertThat(deepStore.fetches()).isEqualTo(1);
  }

  @Test
  void whatIsSealedAfterAnOrderIsNotDownloaded() {
    cluster.orderDownloads();
    settle();
    SegmentMetadata other = commitAnother();
    assertThat(serves(other)).isTrue();
    assertThat(deepStore.fetches()).as("of the first segment").isEqualTo(1);
  }

  @Test
  void aMarkThatCannotBeReadCostsAnotherDownload() throws Exception {
    int order = cluster.orderDownloads();
    settle();
    Files.writeString(file.resolveSibling("download-order"), "no number");
    server.restart();
    settle();
    assertThat(report().downloadOrder()).isEqualTo(order);
    assertThat(deepStore.fetches()).isEqualTo(2);
    assertThat(file.resolveSibling("download-order")).hasContent(Integer.toString(order));
  }

  @Test
  void aServerTellsTheConfigThatItGoesBy() {
    assertThat(report().configVersion()).isEqualTo(1);
    assertThat(report().isIndexed()).isTrue();
    cluster.changeIndexes(INDEXES);
    reconcile();
    assertThat(report().isIndexed()).isFalse();
    settle();
    assertThat(report().isIndexed()).isTrue();
  }

  private ReloadReport report() {
    List<ReloadReport> reports =
        server.host().reports().reloads(Fixtures.TABLE_ID, Optional.of(segment.name()));
    assertThat(reports).hasSize(1);
    return reports.getFirst();
  }

  private Object fileKey() throws Exception {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  /** Longer than what metadata does not want stays. */
  private void passGrace() {
    reconcile();
    now = now.plusSeconds(61);
    reconcile();
  }

  private void reconcile() {
    server.reconcile();
  }

  /** What a query does: takes the view, then a lease; without one it takes the view again. */
  private boolean readOnce() {
    ServedSegment served = shown();
    Optional<SegmentLease> lease = served.holding().lease();
    if (lease.isEmpty()) {
      return false;
    }
    try (SegmentLease _ = lease.get()) {
      readAll(served.read());
      served
          .read()
          .column("text")
          .inverted()
          .ifPresent(index -> assertThat(index.docCount(3)).isEqualTo(1));
    }
    return true;
  }

  private void assertIndexed() {
    var inverted = text().inverted().orElseThrow();
    assertThat(inverted.docCount(0)).isEqualTo(1);
    assertThat(inverted.docIds(0).orElseThrow().contains(0)).isTrue();
    assertThat(number().bloom().orElseThrow().mightContain(new Value.LongValue(49))).isTrue();
    readAll(shown().read());
  }

  private ColumnReader text() {
    return shown().read().column("text");
  }

  private ColumnReader number() {
    return shown().read().column("number");
  }

  private ServedSegment shown() {
    return server
        .serving()
        .flatMap(serving -> serving.view().segment(segment.name()))
        .filter(served -> served.dataCrc().isPresent())
        .orElseThrow();
  }

  private static void readAll(SegmentReader reader) {
    DocIdBlock docs = new DocIdBlock();
    docs.setRange(0, reader.docCount());
    long[] numbers = new long[DocIdBlock.MAX_DOCS];
    reader.column("number").readLongs(docs, numbers);
    assertThat(reader.docCount()).isEqualTo(50);
    for (int i = 0; i < reader.docCount(); i++) {
      assertThat(numbers[i]).isEqualTo(i);
    }
  }

  private void settle() {
    for (int i = 0; i < 40; i++) {
      step();
    }
  }

  private void step() {
    now = now.plusMillis(500);
    server.reconcile();
    server.poll(100);
    server.deliverOne(false);
    server.work();
  }
}
