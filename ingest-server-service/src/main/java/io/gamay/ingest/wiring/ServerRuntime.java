package io.gamay.ingest.wiring;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.instance.AdvertisedAddress.HostAndPort;
import io.gamay.cluster.instance.CurrentStateWriter;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRegistration;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.store.CuratorMetadataStore;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.table.StreamConfig.Decoder;
import io.gamay.cluster.table.TableConfig;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterViewWatcher;
import io.gamay.deepstore.DeepStore;
import io.gamay.deepstore.DeepStores;
import io.gamay.ingest.commit.CommitClient;
import io.gamay.ingest.consume.BatchAssembler;
import io.gamay.ingest.consume.ConsumerServices;
import io.gamay.ingest.consume.ConsumptionLimits;
import io.gamay.ingest.consume.MemoryBudget;
import io.gamay.ingest.consume.PartitionConsumer;
import io.gamay.ingest.execute.QueryPool;
import io.gamay.ingest.execute.RunningQueries;
import io.gamay.ingest.execute.ServerQueryExecutor;
import io.gamay.ingest.hosting.DiskBudget;
import io.gamay.ingest.hosting.Eviction;
import io.gamay.ingest.hosting.HttpPeers;
import io.gamay.ingest.hosting.LeaseRegistry;
import io.gamay.ingest.hosting.LocalSegments;
import io.gamay.ingest.hosting.RetryPool;
import io.gamay.ingest.hosting.SegmentFetcher;
import io.gamay.ingest.hosting.SegmentHost;
import io.gamay.ingest.stream.KafkaStreamConnector;
import io.gamay.ingest.stream.StreamConnector;
import io.gamay.ingest.transform.RowAssembler;
import io.gamay.ingest.upload.SegmentUploader;
import io.gamay.ingest.web.StoredAgain;
import io.gamay.query.budget.QueryMemory;
import io.gamay.query.reuse.ResultCache;
import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.seal.SegmentSealer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * All rooms of a server, connected: built when the address is known, ended in reverse order.
 * Opening blocks until ZooKeeper and the deep store answer.
 */
final class ServerRuntime implements AutoCloseable {

  /** Before large queries, which have the lowest. */
  private static final int BEHIND_INGESTION = Thread.MIN_PRIORITY + 1;

  private static final Duration REPORT_TIMEOUT = Duration.ofSeconds(10);

  /** For ZooKeeper to take the word that this server stops. */
  private static final Duration ANNOUNCE_PATIENCE = Duration.ofSeconds(2);

  private static final Duration RECONCILE_INTERVAL = Duration.ofSeconds(10);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

  private final MetadataStore store;
  private final DeepStore deepStore;
  private final StoredAgain storedAgain;
  private final HttpClient http;
  private final StreamConnector streams;
  private final ClusterViewWatcher views;
  private final RetryPool sealPool;
  private final RetryPool uploadPool;
  private final RetryPool reloadPool;
  private final QueryPool queryPool;
  private final SegmentHost host;
  private final ResultCache results;
  private final QueryMemory queryMemory;
  private final RunningQueries runningQueries = new RunningQueries(System::nanoTime);
  private final ServerQueryExecutor executor;
  private final ConsumptionLimits limits;
  private final LongAdder decodeDetours = new LongAdder();
  private final ReconcileThread reconcile;
  private final InstanceConfig instance;
  private final InstantSource clock;
  private final Duration drainTimeout;
  private volatile @Nullable Membership membership;
  private volatile boolean isStopping;

  /**
   * @param address host and port at which this server is reached
   * @throws IOException if the data directory or the deep store cannot be used
   * @throws IllegalArgumentException if a setting does not fit the disk of the data directory
   */
  ServerRuntime(ServerSettings settings, HostAndPort address, InstantSource clock)
      throws IOException {
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    this.clock = clock;
    this.drainTimeout = settings.drainTimeout();
    LocalSegments local = new LocalSegments(settings.dataDir().toAbsolutePath());
    local.sweepUnfinished();
    settings.disk().requireFit(settings.dataDir().toAbsolutePath(), local.read().totalBytes());
    String id =
        settings.configuredInstanceId().orElseGet(() -> address.instanceId(InstanceRole.SERVER));
    this.deepStore = DeepStores.open(settings.deepStore().uri());
    this.store =
        CuratorMetadataStore.connect(
            settings.zookeeper(), settings.cluster(), settings.sessionTimeout());
    this.storedAgain = new StoredAgain(local, new SegmentUploader(deepStore));
    this.http = HttpClient.newBuilder().connectTimeout(REPORT_TIMEOUT).build();
    this.streams = new KafkaStreamConnector(settings.kafka().builtin(), id, clock);
    this.views = new ClusterViewWatcher(store);
    this.reconcile = new ReconcileThread();
    this.sealPool = pool("seal", settings.threads().seal(), BEHIND_INGESTION);
    this.uploadPool = pool("upload", settings.threads().upload(), Thread.NORM_PRIORITY);
    this.reloadPool = pool("reload", settings.threads().reload(), BEHIND_INGESTION);
    this.queryPool = new QueryPool(settings.query().threadCount());
    this.limits = limitsOf(settings, local, clock);
    LeaseRegistry leases = new LeaseRegistry(settings.query().maxLeases());
    ConsumerServices services =
        new ConsumerServices(
            id,
            streams,
            (schema, config) -> assembler(schema, config, decodeDetours),
            local,
            leases,
            new SegmentSealer(SegmentFiles.local(), random),
            new SegmentUploader(deepStore),
            sealPool,
            uploadPool,
            new CommitClient(http, views::current, REPORT_TIMEOUT),
            limits,
            reconcile::nudge,
            clock,
            random);
    this.instance =
        new InstanceConfig(
            id, InstanceRole.SERVER, address.host(), address.port(), settings.tags());
    this.host =
        new SegmentHost(
            id,
            local,
            new SegmentFetcher(
                local, deepStore, new HttpPeers(http, views::current, id, random), random),
            leases,
            pool("load", settings.threads().load(), Thread.NORM_PRIORITY),
            reloadPool,
            Eviction.above(bytes(settings.disk().evictAbove()), settings.threads().fetch()),
            SegmentFiles.local(),
            random,
            serving -> new PartitionConsumer(services, serving),
            this::publishStates,
            reconcile::nudge,
            clock,
            settings.dropGrace());
    this.results = new ResultCache(settings.query().resultCacheBytes());
    this.queryMemory =
        new QueryMemory(
            settings.query().totalMemoryBytes(),
            "raise the servers' setting gamay.query.max-total-memory",
            System::nanoTime);
    this.executor =
        new ServerQueryExecutor(
            host,
            this::endOffset,
            queryPool,
            settings.query().maxQueries(),
            settings.query().limits(),
            results,
            queryMemory,
            runningQueries,
            System::nanoTime);
  }

  /** What there is while this server is in the cluster. */
  private record Membership(
      InstanceRegistration registration,
      CurrentStateWriter states,
      MetadataStore.Registration subscription) {}

  SegmentHost host() {
    return host;
  }

  StoredAgain storedAgain() {
    return storedAgain;
  }

  ServerQueryExecutor executor() {
    return executor;
  }

  ResultCache results() {
    return results;
  }

  QueryMemory queryMemory() {
    return queryMemory;
  }

  RunningQueries runningQueries() {
    return runningQueries;
  }

  ConsumptionLimits limits() {
    return limits;
  }

  /** Of all partitions since the start. */
  LongAdder decodeDetours() {
    return decodeDetours;
  }

  /**
   * @param priority the least where queries are answered as well while the work waits: rows of a
   *     segment to be sealed answer from memory, but those of one to be loaded do not
   */
  private static RetryPool pool(String name, int threadCount, int priority) {
    return new RetryPool(name, threadCount, priority, FIRST_PAUSE, LONGEST_PAUSE);
  }

  RetryPool sealPool() {
    return sealPool;
  }

  RetryPool uploadPool() {
    return uploadPool;
  }

  RetryPool reloadPool() {
    return reloadPool;
  }

  boolean isRegistered() {
    Membership now = membership;
    return now != null && now.registration().isRegistered();
  }

  /** Enters the cluster: registers, and begins to hold what metadata wants here. */
  void join() {
    InstanceRegistration registration = InstanceRegistration.register(store, instance);
    membership =
        new Membership(
            registration,
            new CurrentStateWriter(store, registration),
            views.subscribe(_ -> reconcile.nudge()));
    reconcile.start(this::reconcile, RECONCILE_INTERVAL);
  }

  /** Whether it is about to leave the cluster. */
  boolean isStopping() {
    return isStopping;
  }

  /** Why this server cannot answer for all that it should; empty when it can. */
  Optional<String> unreadiness() {
    if (isStopping) {
      return Optional.of("this server is stopping");
    }
    if (!host.hasReconciled()) {
      return Optional.of("the cluster's metadata has not been read yet");
    }
    if (!isRegistered()) {
      return Optional.of("this server is not registered in ZooKeeper");
    }
    List<String> behind = host.reports().catchingUp();
    return behind.isEmpty()
        ? Optional.empty()
        : Optional.of("catching up after the start: " + String.join(", ", behind));
  }

  /**
   * Says that this server is about to stop, and returns when other replicas answer for what it has
   * and it is not asked any more, or its time for that is over.
   */
  void drain() {
    isStopping = true;
    Membership now = membership;
    if (now == null) {
      return;
    }
    ServerDrain.Queries queries =
        new ServerDrain.Queries() {
          @Override
          public long begun() {
            return runningQueries.begunCount();
          }

          @Override
          public int underWay() {
            return executor.admittedQueries();
          }
        };
    new ServerDrain(instance.id(), views::current, queries, System::nanoTime, ServerRuntime::pause)
        .run(
            () -> now.registration().announceStop(clock.instant(), ANNOUNCE_PATIENCE),
            drainTimeout);
  }

  private static void pause(Duration time) {
    LockSupport.parkNanos(time.toNanos());
  }

  /** Leaves the cluster: brokers stop to ask; what they asked is still answered. */
  void leave() {
    Membership now = membership;
    if (now != null) {
      membership = null;
      now.subscription().close();
      reconcile.close();
      now.registration().close();
      now.states().close();
    }
  }

  @Override
  public void close() {
    leave();
    reconcile.close();
    queryPool.close();
    host.close();
    sealPool.close();
    uploadPool.close();
    streams.close();
    views.close();
    store.close();
    http.close();
    deepStore.close();
  }

  /**
   * @param detours counts records whose decoding took a detour
   * @throws IllegalArgumentException if the stream's schema file cannot be read on this server
   */
  static BatchAssembler assembler(TableSchema schema, TableConfig config, LongAdder detours) {
    if (config.stream().decoder() instanceof Decoder.Avro avro) {
      avro.schemaFile().ifPresent(file -> requireReadable(Path.of(file)));
    }
    return new RowAssembler(schema, config, detours)::assemble;
  }

  private static void requireReadable(Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new IllegalArgumentException(
          "schema file %s cannot be read on this server: put it there, or name another one in stream.kafka.decoder.prop.schema.file"
              .formatted(file));
    }
  }

  private void reconcile() {
    limits.disk().refresh();
    host.reconcile(views.current());
  }

  private static ConsumptionLimits limitsOf(
      ServerSettings settings, LocalSegments local, InstantSource clock) {
    DataSize memory = settings.memory().mutableSegments();
    return new ConsumptionLimits(
        new MemoryBudget(
            memory == null ? MachineMemory.defaultForMutableSegments() : memory.toBytes()),
        new DiskBudget(
            local, bytes(settings.disk().segmentsMax()), bytes(settings.disk().freeMin()), clock));
  }

  private static OptionalLong bytes(@Nullable DataSize size) {
    return size == null ? OptionalLong.empty() : OptionalLong.of(size.toBytes());
  }

  private void publishStates(String tableId, Map<SegmentName, CurrentSegment> segments) {
    Membership now = membership;
    if (now != null) {
      now.states().publish(tableId, segments);
    }
  }

  private CompletableFuture<Long> endOffset(String tableId, int partition) {
    Optional<ClusterView.TableView> table =
        views.current().tables().values().stream()
            .filter(candidate -> candidate.tableId().equals(tableId))
            .findFirst();
    return table.isEmpty()
        ? CompletableFuture.failedFuture(
            new IllegalStateException("table " + tableId + " is not known here"))
        : streams.endOffset(table.get().config().stream(), partition);
  }
}
