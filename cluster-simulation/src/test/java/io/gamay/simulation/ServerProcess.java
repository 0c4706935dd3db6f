package io.gamay.simulation;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.instance.CurrentStateWriter;
import io.gamay.cluster.instance.InstanceRegistration;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.store.MetadataException;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.cluster.view.ClusterViewWatcher;
import io.gamay.deepstore.DeepStore;
import io.gamay.ingest.consume.ConsumerServices;
import io.gamay.ingest.consume.ConsumptionLimits;
import io.gamay.ingest.consume.MemoryBudget;
import io.gamay.ingest.consume.PartitionConsumer;
import io.gamay.ingest.execute.RunningQueries;
import io.gamay.ingest.execute.ServerAnswer;
import io.gamay.ingest.execute.ServerLimits;
import io.gamay.ingest.execute.ServerQueryExecutor;
import io.gamay.ingest.hosting.DiskBudget;
import io.gamay.ingest.hosting.Eviction;
import io.gamay.ingest.hosting.LeaseRegistry;
import io.gamay.ingest.hosting.LocalSegments;
import io.gamay.ingest.hosting.PartitionServing;
import io.gamay.ingest.hosting.RetryPool;
import io.gamay.ingest.hosting.SegmentFetcher;
import io.gamay.ingest.hosting.SegmentHost;
import io.gamay.ingest.hosting.ServedSegment;
import io.gamay.ingest.transform.RowAssembler;
import io.gamay.ingest.upload.SegmentUploader;
import io.gamay.query.budget.QueryMemory;
import io.gamay.query.reuse.ResultCache;
import io.gamay.query.wire.ServerRequest;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.seal.SegmentSealer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A server with all its rooms; its disk outlives it. */
final class ServerProcess extends ClusterProcess {

  private static final Duration RECONCILE_INTERVAL = Duration.ofSeconds(10);
  private static final Duration NUDGED_AFTER = Duration.ofMillis(40);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);
  private static final Duration DROP_GRACE = Duration.ofSeconds(60);
  private static final int MAX_QUERIES = 256;
  private static final long RESULT_CACHE_BYTES = 1 << 20;
  private static final DiskBudget.Usage ENDLESS = new DiskBudget.Usage(0, 1L << 50, 1L << 50);

  private final SimulatedTopic.Connector streams;
  private final ClusterViewWatcher views;
  private final SegmentHost host;
  private final LeaseRegistry leases = new LeaseRegistry(100_000);
  private final ConsumptionLimits limits;
  private final ServerQueryExecutor executor;
  private final NodeThreads reconciler;
  private final Set<ImmutableSegment> checked = Collections.newSetFromMap(new IdentityHashMap<>());
  private @Nullable CurrentStateWriter states;
  private boolean isNudged;

  ServerProcess(World world, String id, Path disk) {
    super(world, id);
    LocalSegments local = new LocalSegments(disk);
    try {
      local.sweepUnfinished();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    DeepStore deepStore = world.mutation.copies(world.deepStore.connection(node, world.network));
    streams = world.topic.connector(node);
    views = new ClusterViewWatcher(session, world.resync(), thread());
    reconciler = thread();
    limits =
        new ConsumptionLimits(
            new MemoryBudget(1L << 40),
            new DiskBudget(
                () -> ENDLESS, OptionalLong.empty(), OptionalLong.empty(), node.clock()));
    ConsumerServices services =
        new ConsumerServices(
            id,
            streams,
            (schema, config) -> new RowAssembler(schema, config, new LongAdder())::assemble,
            local,
            leases,
            new SegmentSealer(new UnforcedFiles(), world.random),
            new SegmentUploader(deepStore),
            retryPool(),
            retryPool(),
            world.mutation.reports(new LeaderReports(world, node, views::current)),
            limits,
            this::nudge,
            node.clock(),
            world.random);
    host =
        new SegmentHost(
            id,
            local,
            new SegmentFetcher(local, deepStore, this::fetchFromPeer, world.random),
            leases,
            retryPool(),
            retryPool(),
            Eviction.above(OptionalLong.empty(), 1),
            new UnforcedFiles(),
            world.random,
            serving -> new PartitionConsumer(services, serving),
            this::publish,
            this::nudge,
            node.clock(),
            DROP_GRACE);
    executor =
        new ServerQueryExecutor(
            host,
            this::endOffset,
            new InlineWorkers(node),
            MAX_QUERIES,
            ServerLimits.NONE,
            new ResultCache(RESULT_CACHE_BYTES),
            new QueryMemory(Long.MAX_VALUE, "", node::nanoTime),
            new RunningQueries(node::nanoTime),
            node::nanoTime);
    join();
  }

  @Override
  InstanceRole role() {
    return InstanceRole.SERVER;
  }

  @Override
  ClusterViewWatcher views() {
    return views;
  }

  SegmentHost host() {
    return host;
  }

  SimulatedTopic.Connector streams() {
    return streams;
  }

  /** From the disk of the first server that shows the named copy and is reached. */
  private void fetchFromPeer(String tableId, SegmentMetadata metadata, Path target)
      throws IOException {
    for (ServerProcess peer : world.servers().values()) {
      boolean isReached =
          peer != this && peer.node.isAlive() && !world.network.isCut(id(), peer.id());
      Optional<Path> file = isReached ? peer.fileOf(tableId, metadata) : Optional.empty();
      if (file.isPresent()) {
        Files.copy(file.get(), target, StandardCopyOption.REPLACE_EXISTING);
        return;
      }
    }
    throw new IOException("no server gives segment " + metadata.name());
  }

  private Optional<Path> fileOf(String tableId, SegmentMetadata metadata) {
    OptionalInt named = OptionalInt.of(metadata.stored().orElseThrow().dataCrc());
    return host.serving(tableId, metadata.name().partition())
        .flatMap(serving -> serving.view().segment(metadata.name()))
        .filter(served -> served.dataCrc().equals(named))
        .flatMap(
            served ->
                served.content() instanceof ServedSegment.Content.Sealed(ImmutableSegment file)
                    ? Optional.of(file.path())
                    : Optional.empty());
  }

  /** The response as it goes over the wire. */
  CompletableFuture<byte[]> answer(ServerRequest request) {
    return executor.submitForWire(request).thenApply(ServerProcess::bytes);
  }

  @Override
  void crash() {
    super.crash();
    host.close();
    if (leases.openLeases() != 0) {
      world.fail("%d leases are open after the end of %s".formatted(leases.openLeases(), id()));
    }
  }

  /** Tried again until the metadata can be reached. */
  private void join() {
    try {
      InstanceRegistration registration =
          InstanceRegistration.register(session, config(), thread());
      states = new CurrentStateWriter(session, registration, thread());
    } catch (MetadataException away) {
      world.timeline.plan(node, Duration.ofSeconds(1), this::join);
      return;
    }
    views.subscribe(_ -> nudge());
    var _ =
        reconciler.scheduleWithFixedDelay(
            this::reconcile, 0, RECONCILE_INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void nudge() {
    if (!isNudged && node.isAlive()) {
      isNudged = true;
      var _ =
          reconciler.schedule(
              () -> {
                isNudged = false;
                reconcile();
              },
              NUDGED_AFTER.toNanos(),
              TimeUnit.NANOSECONDS);
    }
  }

  private void reconcile() {
    limits.disk().refresh();
    host.reconcile(view());
  }

  private void publish(String tableId, Map<SegmentName, CurrentSegment> segments) {
    checkServed(tableId);
    CurrentStateWriter writer = states;
    if (writer != null) {
      writer.publish(tableId, segments);
    }
  }

  /** What is served of an ONLINE segment is, byte by byte, what its checksums say. */
  private void checkServed(String tableId) {
    for (PartitionServing serving : host.servingOf(tableId)) {
      for (ServedSegment served : serving.view().segments()) {
        if (served.content() instanceof ServedSegment.Content.Sealed(ImmutableSegment file)
            && checked.add(file)) {
          world.metadata.checkServed(id(), served.name(), file);
        }
      }
    }
  }

  private CompletableFuture<Long> endOffset(String tableId, int partition) {
    Optional<TableView> table =
        view().tables().values().stream()
            .filter(candidate -> candidate.tableId().equals(tableId))
            .findFirst();
    return table.isEmpty()
        ? CompletableFuture.failedFuture(
            new IllegalStateException("table " + tableId + " is not known here"))
        : streams.endOffset(table.get().config().stream(), partition);
  }

  private RetryPool retryPool() {
    return new RetryPool(pool(), FIRST_PAUSE, LONGEST_PAUSE);
  }

  private static byte[] bytes(ServerAnswer answer) {
    try (answer) {
      ByteBuffer buffer = answer.bytes().duplicate();
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes;
    }
  }
}
