package io.gamay.ingest.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.commit.CommitAnswer;
import io.gamay.cluster.commit.CommitReport;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.table.StreamConfig;
import io.gamay.cluster.table.TableConfig;
import io.gamay.ingest.hosting.DiskBudget;
import io.gamay.ingest.hosting.Eviction;
import io.gamay.ingest.hosting.LeaseRegistry;
import io.gamay.ingest.hosting.LocalSegments;
import io.gamay.ingest.hosting.PartitionServing;
import io.gamay.ingest.hosting.RetryPool;
import io.gamay.ingest.hosting.SegmentFetcher;
import io.gamay.ingest.hosting.SegmentHost;
import io.gamay.ingest.hosting.ServedSegment;
import io.gamay.ingest.stream.PartitionStream;
import io.gamay.ingest.stream.StreamConnector;
import io.gamay.ingest.stream.StreamFailure;
import io.gamay.ingest.stream.StreamListener;
import io.gamay.ingest.upload.SegmentUploader;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.seal.SegmentSealer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Consumer and host of one server, on the test's thread; the disk outlives a crash. */
final class SimulatedServer {

  private final String id;
  private final RandomGenerator random;
  private final List<InMemoryStream> streams;
  private final SimulatedCluster cluster;
  private final InMemoryDeepStore deepStore;
  private final Path disk;
  private final InstantSource clock;
  private final ConsumptionLimits limits;
  private DiskBudget.Usage diskUsage = new DiskBudget.Usage(0, 1L << 50, 1L << 50);

  /** Reports on their way to the leader, and answers on their way back. */
  private List<Message> network = new ArrayList<>();

  private ManualScheduler scheduler = new ManualScheduler();

  /** What is done for segments that are served already. */
  private ManualScheduler reloads = new ManualScheduler();

  /** What the server said last, by table. */
  private final Map<String, Map<SegmentName, CurrentSegment>> published = new HashMap<>();

  private Optional<String> unreadable = Optional.empty();

  /** Servers that give what they serve. */
  private List<SimulatedServer> peers = List.of();

  /** Whether what this server sends to others is damaged on the way. */
  private boolean sendsDamaged;

  /** Runs before a sidecar gets its name. */
  private Runnable onSidecar = () -> {};

  /** Of each start. */
  private Supplier<Eviction> evictions = () -> Eviction.above(OptionalLong.empty(), 1);

  private LeaseRegistry leases = new LeaseRegistry(1000);
  private SegmentHost host;

  SimulatedServer(
      String id,
      RandomGenerator random,
      InMemoryStream stream,
      SimulatedCluster cluster,
      InMemoryDeepStore deepStore,
      Path disk,
      InstantSource clock,
      long memoryBytes)
      throws IOException {
    this(id, random, List.of(stream), cluster, deepStore, disk, clock, memoryBytes);
  }

  /**
   * @param streams by partition
   */
  SimulatedServer(
      String id,
      RandomGenerator random,
      List<InMemoryStream> streams,
      SimulatedCluster cluster,
      InMemoryDeepStore deepStore,
      Path disk,
      InstantSource clock,
      long memoryBytes)
      throws IOException {
    this.id = id;
    this.random = random;
    this.streams = streams;
    this.cluster = cluster;
    this.deepStore = deepStore;
    this.disk = disk;
    this.clock = clock;
    this.limits =
        new ConsumptionLimits(
            new MemoryBudget(memoryBytes),
            new DiskBudget(() -> diskUsage, OptionalLong.of(1000), OptionalLong.empty(), clock));
    start();
  }

  /** What bounds its sealed files from the next start on. */
  void setEvictions(Supplier<Eviction> made) {
    evictions = made;
  }

  SegmentHost host() {
    return host;
  }

  InMemoryStream stream() {
    return streams.getFirst();
  }

  LeaseRegistry leases() {
    return leases;
  }

  ConsumptionLimits limits() {
    return limits;
  }

  void setDiskUsage(DiskBudget.Usage usage) {
    diskUsage = usage;
  }

  /** A query meets wrong bytes in the sealed copy that is shown. */
  void dropCorrupt(SegmentName segment) {
    host.dropCorrupt(Fixtures.TABLE_ID, segment, sealedCopy(segment));
  }

  ImmutableSegment sealedCopy(SegmentName segment) {
    ServedSegment served =
        serving(segment.partition()).orElseThrow().view().segment(segment).orElseThrow();
    return ((ServedSegment.Content.Sealed) served.content()).segment();
  }

  /** Of partition 0. */
  Optional<PartitionServing> serving() {
    return serving(0);
  }

  Optional<PartitionServing> serving(int partition) {
    return host.serving(Fixtures.TABLE_ID, partition);
  }

  void reconcile() {
    limits.disk().refresh();
    host.reconcile(cluster.view());
  }

  /** Partition 0. */
  void poll(int maxRecords) {
    poll(0, maxRecords);
  }

  void poll(int partition, int maxRecords) {
    if (streams.get(partition).hasReader()) {
      streams.get(partition).reader().poll(maxRecords);
    }
  }

  /** A fault of ours ends the consumer of the partition. */
  void breakConsumer() {
    InMemoryStream stream = stream();
    if (!stream.hasReader()) {
      return;
    }
    if (random.nextBoolean()) {
      stream
          .reader()
          .fail(new StreamFailure(StreamFailure.Kind.LISTENER_FAILED, "broken on purpose"));
    } else {
      stream.reader().die();
    }
  }

  void work() {
    loadOrSeal();
    reload();
  }

  void loadOrSeal() {
    scheduler.runOne(random);
  }

  void reload() {
    reloads.runOne(random);
  }

  int waitingReloads() {
    return reloads.waitingCount();
  }

  /** Why records cannot be decoded from now on; empty if they can. */
  void setUnreadable(Optional<String> reason) {
    unreadable = reason;
  }

  CurrentSegment published(SegmentName segment) {
    return Objects.requireNonNull(
        Objects.requireNonNull(published.get(Fixtures.TABLE_ID)).get(segment));
  }

  private BatchAssembler assembler(TableSchema schema, TableConfig config) {
    unreadable.ifPresent(
        reason -> {
          throw new IllegalArgumentException(reason);
        });
    return Fixtures.assembler(schema);
  }

  void setPeers(List<SimulatedServer> others) {
    peers = others;
  }

  void setSendsDamaged(boolean does) {
    sendsDamaged = does;
  }

  private void fetchFromPeers(String tableId, SegmentMetadata metadata, Path target)
      throws IOException {
    for (SimulatedServer peer : peers) {
      Optional<ServedSegment> served =
          peer.host
              .serving(tableId, metadata.name().partition())
              .flatMap(serving -> serving.view().segment(metadata.name()))
              .filter(
                  here ->
                      here.dataCrc()
                          .equals(OptionalInt.of(metadata.stored().orElseThrow().dataCrc())));
      if (served.isPresent()) {
        byte[] bytes = Files.readAllBytes(peer.sealedCopy(metadata.name()).path());
        if (peer.sendsDamaged) {
          bytes[bytes.length / 2] ^= 1;
        }
        Files.write(target, bytes);
        return;
      }
    }
    throw new IOException("no other live server serves it");
  }

  void setOnSidecar(Runnable action) {
    onSidecar = action;
  }

  int waitingWork() {
    return scheduler.waitingCount();
  }

  /** Lets one message arrive, get lost, or arrive twice. */
  void deliverOne(boolean isFaulty) {
    if (network.isEmpty()) {
      return;
    }
    Message message = network.remove(random.nextInt(network.size()));
    int fate = isFaulty ? random.nextInt(6) : 5;
    if (fate == 0) {
      message.timeOut().run();
      return;
    }
    message.arrive().run();
    if (fate == 1) {
      message.arrive().run();
    }
  }

  /**
   * @param timeOut what its sender notices when it is lost
   */
  private record Message(Runnable arrive, Runnable timeOut) {}

  /** As {@code kill -9}: memory is gone, messages and work under way too. */
  void restart() throws IOException {
    host.close();
    network = new ArrayList<>();
    scheduler = new ManualScheduler();
    reloads = new ManualScheduler();
    leases = new LeaseRegistry(1000);
    start();
  }

  void close() {
    host.close();
    assertThat(leases.openLeases()).isZero();
  }

  private void start() throws IOException {
    LocalSegments local = new LocalSegments(disk);
    local.sweepUnfinished();
    ConsumerServices services =
        new ConsumerServices(
            id,
            new PartitionedStreams(streams),
            this::assembler,
            local,
            leases,
            new SegmentSealer(new UnforcedFiles(), random),
            new SegmentUploader(deepStore),
            new RetryPool(scheduler, Duration.ofSeconds(1), Duration.ofSeconds(1)),
            new RetryPool(scheduler, Duration.ofSeconds(1), Duration.ofSeconds(1)),
            this::report,
            limits,
            () -> {},
            clock,
            random);
    host =
        new SegmentHost(
            id,
            local,
            new SegmentFetcher(local, deepStore, this::fetchFromPeers, random),
            leases,
            new RetryPool(scheduler, Duration.ofSeconds(1), Duration.ofSeconds(1)),
            new RetryPool(reloads, Duration.ofSeconds(1), Duration.ofSeconds(1)),
            evictions.get(),
            new UnforcedFiles() {
              @Override
              public void moveAtomically(Path source, Path target) throws IOException {
                onSidecar.run();
                super.moveAtomically(source, target);
              }
            },
            random,
            serving -> new PartitionConsumer(services, serving),
            published::put,
            () -> {},
            clock,
            Duration.ofSeconds(60));
  }

  private CompletableFuture<CommitAnswer> report(CommitReport report) {
    CompletableFuture<CommitAnswer> answer = new CompletableFuture<>();
    List<Message> here = network;
    Runnable timeOut = () -> answer.completeExceptionally(new IOException("no answer"));
    here.add(
        new Message(
            () -> {
              CommitAnswer given = cluster.on(report);
              here.add(new Message(() -> answer.complete(given), timeOut));
            },
            timeOut));
    return answer;
  }

  private record PartitionedStreams(List<InMemoryStream> streams) implements StreamConnector {

    @Override
    public PartitionStream open(
        StreamConfig config, int partition, long startOffset, StreamListener listener) {
      return streams.get(partition).open(config, partition, startOffset, listener);
    }

    @Override
    public CompletableFuture<Long> endOffset(StreamConfig config, int partition) {
      return streams.get(partition).endOffset(config, partition);
    }

    @Override
    public CompletableFuture<Long> startOffset(StreamConfig config, int partition) {
      return streams.get(partition).startOffset(config, partition);
    }

    @Override
    public void close() {}
  }
}
