package io.gamay.ingest.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.segment.PartitionFunction;
import io.gamay.cluster.segment.PartitionsSeen;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.table.RoutingConfig;
import io.gamay.cluster.view.ClusterView;
import io.gamay.ingest.hosting.LocalSegments;
import io.gamay.ingest.hosting.PartitionView;
import io.gamay.ingest.hosting.SegmentLease;
import io.gamay.ingest.hosting.ServedSegment;
import io.gamay.ingest.stream.StreamFailure;
import io.gamay.ingest.upload.SegmentUploader;
import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.SegmentReader;
import io.gamay.testkit.random.SeededRandom;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files and objects that are damaged, missing or wanted no more, on a server with one segment. */
@Timeout(60)
class HostingFaultTest {

  @TempDir Path directory;

  private final SeededRandom random = new SeededRandom(1);
  private final InMemoryDeepStore deepStore = new InMemoryDeepStore();
  private final InMemoryStream stream = new InMemoryStream();
  private SimulatedCluster cluster;
  private SimulatedServer server;
  private SegmentMetadata segment;
  private Path file;
  private byte[] sealed;
  private Instant now = Instant.EPOCH;

  @BeforeEach
  void commitOneSegment() throws Exception {
    cluster =
        new SimulatedCluster(
            random,
            List.of("A"),
            Fixtures.config(1, OptionalLong.of(50), Duration.ofDays(1))
                .withRouting(
                    new RoutingConfig(
                        RoutingConfig.InstanceSelector.BALANCED,
                        Optional.empty(),
                        OptionalDouble.empty(),
                        Map.of("number", PartitionFunction.of("Modulo", 100)))));
    server =
        new SimulatedServer(
            "A", random, stream, cluster, deepStore, directory, () -> now, Long.MAX_VALUE);
    for (int i = 0; i < 60; i++) {
      stream.append(Optional.of(Integer.toString(i)));
    }
    while (cluster.segment(0).state() != SegmentState.ONLINE) {
      step();
    }
    segment = cluster.segment(0);
    file = new LocalSegments(directory).file(Fixtures.TABLE_ID, segment.name());
    sealed = Files.readAllBytes(file);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void metadataOfACommittedSegmentNamesThePartitionsOfItsRows() {
    assertThat(segment.stored().orElseThrow().partitions())
        .isEqualTo(
            Map.of(
                "number",
                new PartitionsSeen(
                    PartitionFunction.of("Modulo", 100),
                    IntStream.range(0, 50).boxed().collect(Collectors.toSet()))));
  }

  @Test
  void fileThatSurvivedARestartIsServedWithoutTheDeepStore() throws Exception {
    server.host().close();
    deepStore.objects().clear();
    server.restart();
    settle();
    assertServed();
  }

  @Test
  void damagedFooterIsRefusedAtTheStartAndTheSegmentFetchedAgain() throws Exception {
    damageAndRestart(sealed.length - 20);
    assertServed();
    assertThat(Files.readAllBytes(file)).isEqualTo(sealed);
  }

  @Test
  void damagedFileIsNeverServedWrongWhereverTheDamageIs() throws Exception {
    for (int at = 0; at < sealed.length; at += Math.max(1, sealed.length / 40)) {
      damageAndRestart(at);
      try {
        readAll(served().orElseThrow());
      } catch (SegmentCorruptException e) {
        server.dropCorrupt(segment.name());
        assertThat(served()).isEmpty();
        settle();
      }
      readAll(served().orElseThrow());
    }
  }

  @Test
  void shortenedFileIsFetchedAgain() throws Exception {
    server.host().close();
    Files.write(file, java.util.Arrays.copyOf(sealed, sealed.length / 2));
    server.restart();
    settle();
    assertServed();
  }

  @Test
  void missingFileIsFetchedAndWaitsForADeepStoreThatIsAway() throws Exception {
    server.host().close();
    Files.delete(file);
    deepStore.setAway(true);
    server.restart();
    settle();
    assertThat(served()).isEmpty();
    assertThat(server.host().reports().troubles()).anyMatch(trouble -> trouble.contains("is away"));
    deepStore.setAway(false);
    settle();
    assertServed();
    assertThat(server.host().reports().troubles())
        .noneMatch(trouble -> trouble.contains("is away"));
  }

  @Test
  void damagedObjectIsNeverServedAndLeavesNothingBehind() throws Exception {
    server.host().close();
    Files.delete(file);
    String key = segment.stored().orElseThrow().objectKey();
    byte[] object = Objects.requireNonNull(deepStore.objects().get(key));
    object[object.length / 2] ^= 4;
    server.restart();
    settle();
    assertThat(served()).isEmpty();
    assertThat(server.host().reports().troubles()).anyMatch(trouble -> trouble.contains(key));
    try (var files = Files.list(Objects.requireNonNull(file.getParent()))) {
      assertThat(files).isEmpty();
    }
    object[object.length / 2] ^= 4;
    settle();
    assertServed();
  }

  @Test
  void consumingSegmentThatWasMadeAnewUnderAnotherNameIsConsumedFromItsStart() throws Exception {
    settle();
    SegmentMetadata lost = cluster.segment(1);
    SegmentMetadata made = cluster.remake(1);
    settle();
    PartitionView view = server.serving().orElseThrow().view();
    assertThat(view.segment(lost.name())).isEmpty();
    assertThat(view.segment(made.name())).isPresent();
    assertThat(view.tailEnd(made.startOffset())).isEqualTo(stream.end());
    for (int i = 0; i < 60; i++) {
      stream.append(Optional.of(Integer.toString(i)));
    }
    for (int i = 0; i < 200 && cluster.segment(1).state() != SegmentState.ONLINE; i++) {
      step();
    }
    assertThat(cluster.segment(1).name()).isEqualTo(made.name());
    assertThat(cluster.segment(1).state()).isEqualTo(SegmentState.ONLINE);
    assertThat(server.host().reports().troubles()).isEmpty();
  }

  @Test
  void segmentThatIsWantedNoMoreStaysForTheGraceAndUntilItsLastReaderIsDone() throws Exception {
    settle();
    ServedSegment shown = served().orElseThrow();
    SegmentLease lease = shown.holding().lease().orElseThrow();
    ClusterView empty = new ClusterView(99, Optional.empty(), 1, Map.of(), Map.of());
    server.host().reconcile(empty);
    now = now.plusSeconds(30);
    server.host().reconcile(empty);
    assertThat(served()).isPresent();
    now = now.plusSeconds(31);
    server.host().reconcile(empty);
    assertThat(server.serving()).isEmpty();
    assertThat(file).doesNotExist();
    readAll(shown);
    lease.close();
    assertThatThrownBy(() -> shown.read().readOffsets(oneDoc(), new long[1]))
        .isInstanceOf(IllegalStateException.class);
    assertThat(shown.holding().lease()).isEmpty();
  }

  @Test
  void segmentThatComesBackWithinTheGraceStays() {
    settle();
    ClusterView empty = new ClusterView(99, Optional.empty(), 1, Map.of(), Map.of());
    for (int i = 0; i < 5; i++) {
      server.host().reconcile(empty);
      now = now.plusSeconds(40);
      server.reconcile();
    }
    assertServed();
  }

  @Test
  void viewThatWasNeverReadDropsNothing() {
    settle();
    for (int i = 0; i < 3; i++) {
      server.host().reconcile(ClusterView.EMPTY);
      now = now.plusSeconds(100);
    }
    assertServed();
  }

  @Test
  void consumerThatBrokeIsStartedAnewAndSaysWhen() {
    settle();
    stream.reader().fail(new StreamFailure(StreamFailure.Kind.LISTENER_FAILED, "broken"));
    stream.append(Optional.of("60"));
    server.reconcile();
    assertThat(server.host().reports().troubles())
        .anyMatch(trouble -> trouble.contains("consumed anew at"));
    assertThat(tailEnd()).isEqualTo(60);
    settle();
    assertThat(tailEnd()).isEqualTo(61);
    assertThat(server.host().reports().troubles()).isEmpty();
    assertServed();
  }

  @Test
  void consumerWhoseThreadEndedIsStartedAnew() {
    settle();
    stream.reader().die();
    stream.append(Optional.of("60"));
    settle();
    assertThat(tailEnd()).isEqualTo(61);
  }

  @Test
  void streamThatIsNotTheOneWeReadIsNotStartedAnew() {
    settle();
    stream.reader().fail(new StreamFailure(StreamFailure.Kind.TOPIC_RECREATED, "made again"));
    stream.append(Optional.of("60"));
    settle();
    assertThat(tailEnd()).isEqualTo(60);
    assertThat(server.host().reports().troubles())
        .anyMatch(trouble -> trouble.contains("made again"));
  }

  @Test
  void corruptFileOfASegmentThatIsNotCommittedYetIsMadeAgainFromTheStream() throws Exception {
    settle();
    deepStore.setAway(true);
    for (int i = 60; i < 120; i++) {
      stream.append(Optional.of(Integer.toString(i)));
    }
    settle();
    SegmentMetadata second = cluster.segment(1);
    assertThat(second.state()).isEqualTo(SegmentState.COMMITTING);
    server.dropCorrupt(second.name());
    deepStore.setAway(false);
    for (int i = 0; i < 3; i++) {
      settle();
    }
    assertThat(cluster.segment(1).state()).isEqualTo(SegmentState.ONLINE);
    assertThat(tailEnd()).isEqualTo(120);
  }

  @Test
  void fileThatIsDamagedBeforeItsUploadIsNotCommittedButMadeAgainFromTheStream() throws Exception {
    settle();
    deepStore.setAway(true);
    for (int i = 60; i < 120; i++) {
      stream.append(Optional.of(Integer.toString(i)));
    }
    settle();
    assertThat(cluster.segment(1).state()).isEqualTo(SegmentState.COMMITTING);
    damageInPlace(new LocalSegments(directory).file(Fixtures.TABLE_ID, cluster.segment(1).name()));
    deepStore.setAway(false);
    assertThatThrownBy(this::settle)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is corrupt before its upload");
    stream.reader().fail(new StreamFailure(StreamFailure.Kind.LISTENER_FAILED, "corrupt"));
    for (int i = 0; i < 3; i++) {
      settle();
    }
    String key = cluster.segment(1).stored().orElseThrow().objectKey();
    Path object =
        Files.write(
            directory.resolve("object"), Objects.requireNonNull(deepStore.objects().get(key)));
    try (ImmutableSegment committed = ImmutableSegment.open(object)) {
      committed.verify();
    }
    assertThat(tailEnd()).isEqualTo(120);
  }

  private static void damageInPlace(Path file) throws IOException {
    int at = Math.toIntExact(Files.size(file) / 2);
    byte damaged = (byte) (Files.readAllBytes(file)[at] ^ 0x10);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {damaged}), at);
    }
  }

  @Test
  void uploadThatWaitsForTheDeepStoreSaysSo() {
    settle();
    deepStore.setAway(true);
    for (int i = 60; i < 120; i++) {
      stream.append(Optional.of(Integer.toString(i)));
    }
    settle();
    assertThat(server.host().reports().troubles())
        .anyMatch(trouble -> trouble.contains("uploaded") && trouble.contains("is away"));
    deepStore.setAway(false);
    settle();
    assertThat(cluster.segment(1).state()).isEqualTo(SegmentState.ONLINE);
    assertThat(server.host().reports().troubles()).isEmpty();
  }

  @Test
  void uploadOfATableThatIsGoneIsNotTriedForEver() {
    settle();
    deepStore.setAway(true);
    for (int i = 60; i < 120; i++) {
      stream.append(Optional.of(Integer.toString(i)));
    }
    settle();
    assertThat(cluster.segment(1).state()).isEqualTo(SegmentState.COMMITTING);
    ClusterView empty = new ClusterView(99, Optional.empty(), 1, Map.of(), Map.of());
    for (int i = 0; i < 4; i++) {
      server.host().reconcile(empty);
      now = now.plusSeconds(40);
    }
    for (int i = 0; i < 10; i++) {
      server.work();
    }
    assertThat(server.waitingWork()).isZero();
  }

  @Test
  void startLeavesNothingOfWhatAKilledServerWasWriting() throws Exception {
    LocalSegments local = new LocalSegments(directory);
    Path unfinished = local.prepare("gone-1", segment.name()).resolveSibling(".segment.gamay.1");
    Files.write(unfinished, new byte[] {1});
    Files.write(file.resolveSibling("fetched-12"), new byte[] {1});
    local.sweepUnfinished();
    assertThat(directory.resolve("segments").resolve("gone-1")).doesNotExist();
    try (var files = Files.list(Objects.requireNonNull(file.getParent()))) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void takenNameIsGoodWithTheSameBytesAndBurntWithOthers() throws Exception {
    SegmentUploader uploader = new SegmentUploader(deepStore);
    String key = SegmentUploader.objectKey(Fixtures.TABLE_ID, segment.name(), 7);
    deepStore.objects().put(key, sealed.clone());
    assertThat(uploader.upload(Fixtures.TABLE_ID, segment.name(), 7, file))
        .isEqualTo(new SegmentUploader.Outcome.Stored(key, sealed.length));
    byte[] other = sealed.clone();
    other[10] ^= 1;
    deepStore.objects().put(key, other);
    assertThat(uploader.upload(Fixtures.TABLE_ID, segment.name(), 7, file))
        .isInstanceOf(SegmentUploader.Outcome.Refused.class);
    assertThat(deepStore.objects().get(key)).isEqualTo(other);
  }

  @Test
  void storeThatKeepsOtherBytesBurnsTheName() throws Exception {
    deepStore.corruptNextPut();
    assertThat(new SegmentUploader(deepStore).upload(Fixtures.TABLE_ID, segment.name(), 8, file))
        .isInstanceOf(SegmentUploader.Outcome.Refused.class);
  }

  @Test
  void storeThatIsAwayIsTriedAgain() {
    deepStore.setAway(true);
    assertThatThrownBy(
            () -> new SegmentUploader(deepStore).upload(Fixtures.TABLE_ID, segment.name(), 9, file))
        .isInstanceOf(IOException.class);
  }

  private void damageAndRestart(int at) throws Exception {
    server.host().close();
    byte[] damaged = sealed.clone();
    damaged[at] ^= 0x10;
    Files.write(file, damaged);
    server.restart();
    settle();
  }

  private void assertServed() {
    readAll(served().orElseThrow());
  }

  private long tailEnd() {
    return server.serving().orElseThrow().view().tailEnd(50);
  }

  private Optional<ServedSegment> served() {
    return server
        .serving()
        .flatMap(serving -> serving.view().segment(segment.name()))
        .filter(shown -> shown.dataCrc().isPresent());
  }

  private void readAll(ServedSegment shown) {
    try (SegmentLease _ = shown.holding().lease().orElseThrow()) {
      SegmentReader reader = shown.read();
      DocIdBlock docs = new DocIdBlock();
      docs.setRange(0, reader.docCount());
      long[] numbers = new long[DocIdBlock.MAX_DOCS];
      long[] offsets = new long[DocIdBlock.MAX_DOCS];
      reader.column("number").readLongs(docs, numbers);
      reader.readOffsets(docs, offsets);
      assertThat(reader.docCount()).isEqualTo(segment.stored().orElseThrow().docCount());
      for (int i = 0; i < reader.docCount(); i++) {
        assertThat(numbers[i]).isEqualTo(offsets[i]).isEqualTo(i);
      }
    }
  }

  private static DocIdBlock oneDoc() {
    DocIdBlock docs = new DocIdBlock();
    docs.setRange(0, 1);
    return docs;
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
