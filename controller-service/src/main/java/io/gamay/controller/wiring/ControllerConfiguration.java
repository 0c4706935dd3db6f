package io.gamay.controller.wiring;

import io.gamay.cluster.instance.AdvertisedAddress.HostAndPort;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.store.CuratorMetadataStore;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterViewWatcher;
import io.gamay.controller.assignment.AssignmentWriter;
import io.gamay.controller.assignment.BrokerDirectory;
import io.gamay.controller.assignment.GroupKeeper;
import io.gamay.controller.assignment.InstanceOrderDesk;
import io.gamay.controller.assignment.MembershipKeeper;
import io.gamay.controller.assignment.PartitionStarter;
import io.gamay.controller.assignment.SegmentMover;
import io.gamay.controller.assignment.TenantDesk;
import io.gamay.controller.commit.CommitPolicy;
import io.gamay.controller.commit.CommitService;
import io.gamay.controller.deletion.KeptSweeper;
import io.gamay.controller.health.HealthKeeper;
import io.gamay.controller.health.StreamWatch;
import io.gamay.controller.leader.LeaderChores;
import io.gamay.controller.leader.LeaderOffice;
import io.gamay.controller.leader.LeaderTransactions;
import io.gamay.controller.rebalance.PlacedTargets;
import io.gamay.controller.rebalance.RebalanceDesk;
import io.gamay.controller.rebalance.RebalanceKeeper;
import io.gamay.controller.rebalance.Rebalancer;
import io.gamay.controller.rebalance.Relocation;
import io.gamay.controller.repair.MetadataRepairer;
import io.gamay.controller.repair.ObjectRepairer;
import io.gamay.controller.repair.RepairLog;
import io.gamay.controller.retention.DeadObjectSweeper;
import io.gamay.controller.retention.RetentionKeeper;
import io.gamay.controller.stream.KafkaStreamCatalog;
import io.gamay.controller.stream.StreamCatalog;
import io.gamay.controller.stream.StreamLogs;
import io.gamay.controller.table.ConsumptionDesk;
import io.gamay.controller.table.DownloadOrderDesk;
import io.gamay.controller.table.SchemaRegistry;
import io.gamay.controller.table.StorageQuotaKeeper;
import io.gamay.controller.table.TableCatalog;
import io.gamay.controller.table.TableRegistry;
import io.gamay.controller.table.TableSweeper;
import io.gamay.controller.web.AskedServers;
import io.gamay.controller.web.BlockingCalls;
import io.gamay.controller.web.LeaderForward;
import io.gamay.controller.web.ServerQuestions;
import io.gamay.deepstore.DeepStore;
import io.gamay.deepstore.DeepStores;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

/** The controller's rooms and how they hang together. Beans are closed in reverse order. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ControllerSettings.class)
class ControllerConfiguration {

  @Bean
  InstantSource clock() {
    return InstantSource.system();
  }

  @Bean
  MetadataStore metadataStore(ControllerSettings settings) {
    return CuratorMetadataStore.connect(
        settings.zookeeper(), settings.cluster(), settings.sessionTimeout());
  }

  @Bean
  DeepStore deepStore(ControllerSettings settings) throws IOException {
    return DeepStores.open(settings.deepStoreUri());
  }

  @Bean
  ClusterViewWatcher clusterViewWatcher(MetadataStore store) {
    return new ClusterViewWatcher(store);
  }

  @Bean
  Supplier<ClusterView> clusterView(ClusterViewWatcher watcher) {
    return watcher::current;
  }

  @Bean
  InstanceIdentity instanceIdentity(ControllerSettings settings, Environment environment) {
    Optional<String> listenAddress = Optional.ofNullable(environment.getProperty("server.address"));
    int listenPort = environment.getProperty("server.port", Integer.class, 9000);
    HostAndPort reached = settings.advertised().orElse(listenAddress, listenPort);
    return new InstanceIdentity(
        settings.instanceId().orElseGet(() -> reached.instanceId(InstanceRole.CONTROLLER)),
        listenAddress,
        settings.advertised());
  }

  @Bean
  LeaderThread leaderThread() {
    return new LeaderThread();
  }

  @Bean
  LeaderOffice leaderOffice(MetadataStore store, InstanceIdentity identity, LeaderThread thread) {
    return new LeaderOffice(store, identity.id(), thread);
  }

  @Bean
  LeaderTransactions leaderTransactions(MetadataStore store, LeaderOffice office) {
    return new LeaderTransactions(store, office);
  }

  @Bean
  TableCatalog tableCatalog(MetadataStore store) {
    return new TableCatalog(store);
  }

  @Bean
  SchemaRegistry schemaRegistry(TableCatalog catalog, LeaderTransactions transactions) {
    return new SchemaRegistry(catalog, transactions);
  }

  @Bean
  TableRegistry tableRegistry(
      TableCatalog catalog, LeaderTransactions transactions, InstantSource clock) {
    return new TableRegistry(catalog, transactions, clock);
  }

  @Bean
  DownloadOrderDesk downloadOrderDesk(TableCatalog catalog, LeaderTransactions transactions) {
    return new DownloadOrderDesk(catalog, transactions);
  }

  @Bean
  ConsumptionDesk consumptionDesk(
      TableCatalog catalog, LeaderTransactions transactions, InstantSource clock) {
    return new ConsumptionDesk(catalog, transactions, clock);
  }

  @Bean
  StorageQuotaKeeper storageQuotaKeeper(Supplier<ClusterView> view, ConsumptionDesk desk) {
    return new StorageQuotaKeeper(view, desk);
  }

  @Bean
  QuotaMetrics quotaMetrics(
      Supplier<ClusterView> view, LeaderOffice office, MeterRegistry registry) {
    QuotaMetrics metrics = new QuotaMetrics(view, registry);
    office.onChange(
        () -> {
          if (office.term().isEmpty()) {
            metrics.clear();
          }
        });
    return metrics;
  }

  @Bean
  InstanceOrderDesk instanceOrderDesk(MetadataStore store, LeaderTransactions transactions) {
    return new InstanceOrderDesk(store, transactions);
  }

  @Bean
  TenantDesk tenantDesk(MetadataStore store, TableCatalog catalog, InstanceOrderDesk orders) {
    return new TenantDesk(store, catalog, orders);
  }

  @Bean
  GroupKeeper groupKeeper(
      MetadataStore store,
      TableCatalog catalog,
      LeaderTransactions transactions,
      Supplier<ClusterView> view) {
    return new GroupKeeper(store, catalog, transactions, view);
  }

  /** One for all who move segments: what a server loads at a time is bounded for all together. */
  @Bean
  SegmentMover segmentMover(
      MetadataStore store, LeaderTransactions transactions, InstantSource clock) {
    return new SegmentMover(new AssignmentWriter(store, transactions), clock);
  }

  @Bean
  RebalanceDesk rebalanceDesk(
      MetadataStore store,
      TableCatalog catalog,
      LeaderTransactions transactions,
      InstantSource clock) {
    return new RebalanceDesk(store, catalog, transactions, clock);
  }

  @Bean
  PlacedTargets placedTargets(GroupKeeper groups, InstantSource clock) {
    return new PlacedTargets(groups, clock);
  }

  @Bean
  Rebalancer rebalancer(RebalanceDesk desk, GroupKeeper groups, PlacedTargets targets) {
    return new Rebalancer(desk, groups, targets);
  }

  @Bean
  RebalanceKeeper rebalanceKeeper(
      RebalanceDesk desk,
      TableCatalog catalog,
      PlacedTargets targets,
      SegmentMover mover,
      ConsumptionDesk consumption,
      Supplier<ClusterView> view,
      InstantSource clock) {
    return new RebalanceKeeper(desk, catalog, targets, mover, consumption, view, clock);
  }

  @Bean
  KafkaStreamCatalog streamCatalog(ControllerSettings settings) {
    return new KafkaStreamCatalog(settings.kafka().builtin());
  }

  @Bean
  Relocation relocation(
      RebalanceDesk desk,
      GroupKeeper groups,
      SegmentMover mover,
      Supplier<ClusterView> view,
      InstantSource clock) {
    return new Relocation(desk, groups, mover, view, clock);
  }

  @Bean
  PartitionStarter partitionStarter(
      MetadataStore store,
      TableCatalog catalog,
      LeaderTransactions transactions,
      GroupKeeper groups,
      StreamCatalog streams,
      Supplier<ClusterView> view,
      InstantSource clock) {
    return new PartitionStarter(store, catalog, transactions, groups, streams, view, clock);
  }

  @Bean
  CommitService commitService(
      MetadataStore store, TableCatalog catalog, LeaderOffice office, InstantSource clock) {
    return new CommitService(store, catalog, office, CommitPolicy.DEFAULT, clock);
  }

  @Bean
  LeaderChores leaderChores(
      MetadataStore store,
      LeaderOffice office,
      LeaderTransactions transactions,
      CommitService commits,
      GroupKeeper groups,
      ConsumptionDesk consumption,
      StorageQuotaKeeper quotas,
      RebalanceKeeper rebalances,
      Relocation relocation,
      MetadataRepairer repairs,
      Supplier<ClusterView> view,
      ControllerSettings settings,
      InstantSource clock) {
    MembershipKeeper members =
        new MembershipKeeper(
            new AssignmentWriter(store, transactions),
            groups,
            view,
            clock,
            settings.serverGoneAfter(),
            settings.releaseGrace());
    BrokerDirectory brokers = new BrokerDirectory(store, transactions, view);
    return new LeaderChores("leader-chores", office, clock)
        .add("commits", Duration.ofSeconds(1), true, () -> commits.tick(view.get()))
        .add(
            "forced commits",
            Duration.ofSeconds(1),
            true,
            () -> consumption.orderNextBatches(view.get()))
        .add("storage quotas", Duration.ofSeconds(10), false, quotas::keep)
        .add("members", Duration.ofSeconds(5), true, members::keep)
        .add("rebalances", Duration.ofSeconds(2), false, rebalances::keep)
        .add("relocation", Duration.ofSeconds(30), false, relocation::relocate)
        .add("repairs", Duration.ofSeconds(5), false, repairs::repair)
        .add("broker directory", Duration.ofSeconds(30), true, brokers::publish);
  }

  /** What waits for the deep store, and may wait long. */
  @Bean
  LeaderChores deletionChores(
      MetadataStore store,
      TableCatalog catalog,
      LeaderOffice office,
      LeaderTransactions transactions,
      DeepStore deepStore,
      Supplier<ClusterView> view,
      InstantSource clock) {
    TableSweeper tables = new TableSweeper(store, catalog, transactions, deepStore);
    RetentionKeeper retention = new RetentionKeeper(store, transactions, deepStore, view, clock);
    DeadObjectSweeper objects = new DeadObjectSweeper(store, catalog, deepStore, clock);
    KeptSweeper kept = new KeptSweeper(store, deepStore, clock);
    return new LeaderChores("deletion-chores", office, clock)
        .add("deleted tables", Duration.ofSeconds(5), false, tables::sweep)
        .add("retention", Duration.ofMinutes(1), false, retention::deleteOld)
        .add("dead objects", Duration.ofHours(1), false, objects::sweep)
        .add("deleted segments", Duration.ofMinutes(10), false, kept::sweep);
  }

  @Bean
  RepairLog repairLog(InstantSource clock) {
    return new RepairLog(clock);
  }

  @Bean
  AskedServers askedServers(
      ServerQuestions questions, Supplier<ClusterView> view, InstantSource clock) {
    return new AskedServers(questions, view, clock);
  }

  @Bean
  StreamWatch streamWatch(Supplier<ClusterView> view, AskedServers servers, StreamLogs logs) {
    return new StreamWatch(view, servers, logs);
  }

  @Bean
  ObjectRepairer objectRepairer(
      MetadataStore store,
      LeaderTransactions transactions,
      DeepStore deepStore,
      Supplier<ClusterView> view,
      AskedServers servers,
      RepairLog log,
      InstantSource clock) {
    return new ObjectRepairer(store, transactions, deepStore, view, servers, log, clock);
  }

  @Bean
  HealthKeeper healthKeeper(
      Supplier<ClusterView> view,
      LeaderOffice office,
      AskedServers servers,
      CommitService commits,
      StreamWatch streams,
      ObjectRepairer objects,
      RepairLog repairs,
      RebalanceKeeper rebalances,
      GroupKeeper groups,
      InstantSource clock) {
    return new HealthKeeper(
        view,
        office,
        servers,
        new KnownToLeader(commits, streams, objects, repairs, rebalances, groups),
        clock);
  }

  @Bean
  MeterBinder tableMetrics(HealthKeeper health, RepairLog repairs) {
    return new TableMetrics(health, repairs);
  }

  @Bean
  LedgerMetrics ledgerMetrics(
      Supplier<ClusterView> view, LeaderOffice office, MeterRegistry registry) {
    LedgerMetrics metrics = new LedgerMetrics(view, registry);
    office.onChange(
        () -> {
          if (office.term().isEmpty()) {
            metrics.clear();
          }
        });
    return metrics;
  }

  @Bean
  RebalanceMetrics rebalanceMetrics(
      Supplier<ClusterView> view,
      LeaderOffice office,
      RebalanceKeeper rebalances,
      SegmentMover mover,
      MeterRegistry registry) {
    RebalanceMetrics metrics = new RebalanceMetrics(view, rebalances, mover, registry);
    office.onChange(
        () -> {
          if (office.term().isEmpty()) {
            metrics.clear();
          }
        });
    return metrics;
  }

  /** What waits for servers. */
  @Bean
  LeaderChores healthChores(
      LeaderOffice office,
      HealthKeeper health,
      LedgerMetrics ledgers,
      RebalanceMetrics rebalances,
      QuotaMetrics quotas,
      InstantSource clock) {
    return new LeaderChores("health-chores", office, clock)
        .add("health", Duration.ofSeconds(5), false, health::look)
        .add("ledger metrics", Duration.ofSeconds(15), false, ledgers::refresh)
        .add("rebalance metrics", Duration.ofSeconds(5), false, rebalances::refresh)
        .add("quota metrics", Duration.ofSeconds(10), false, quotas::refresh);
  }

  /** What waits for Kafka to begin with what it has. */
  @Bean
  LeaderChores partitionChores(
      LeaderOffice office, PartitionStarter partitions, InstantSource clock) {
    return new LeaderChores("partition-chores", office, clock)
        .add("new partitions", Duration.ofSeconds(10), false, partitions::startMissing);
  }

  /** What compares metadata with Kafka, and may wait long. */
  @Bean
  LeaderChores streamChores(LeaderOffice office, StreamWatch streams, InstantSource clock) {
    return new LeaderChores("stream-chores", office, clock)
        .add("streams", Duration.ofSeconds(10), false, streams::look);
  }

  /** What compares metadata with the deep store and waits for uploads, and may wait long. */
  @Bean
  LeaderChores objectChores(LeaderOffice office, ObjectRepairer objects, InstantSource clock) {
    return new LeaderChores("object-chores", office, clock)
        .add("objects", Duration.ofSeconds(15), false, objects::repair);
  }

  /** What reads much of the metadata. */
  @Bean
  LeaderChores metadataChores(LeaderOffice office, MetadataRepairer metadata, InstantSource clock) {
    return new LeaderChores("metadata-chores", office, clock)
        .add("orphaned metadata", Duration.ofSeconds(30), false, metadata::tidy);
  }

  @Bean
  MetadataRepairer metadataRepairer(
      MetadataStore store,
      TableCatalog catalog,
      LeaderTransactions transactions,
      Supplier<ClusterView> view,
      RepairLog log,
      InstantSource clock) {
    return new MetadataRepairer(store, catalog, transactions, view, log, clock);
  }

  /** Own event loops: closing this context must not stop another service in the same JVM. */
  @Bean
  ReactorResourceFactory reactorResourceFactory() {
    ReactorResourceFactory resources = new ReactorResourceFactory();
    resources.setUseGlobalResources(false);
    resources.setShutdownQuietPeriod(Duration.ZERO); // the web server has waited for its requests
    return resources;
  }

  @Bean
  BlockingCalls blockingCalls() {
    return new BlockingCalls();
  }

  @Bean
  ServerQuestions serverQuestions(WebClient.Builder http, Supplier<ClusterView> view) {
    return new ServerQuestions(http, view);
  }

  /** A connection that is kept may be dead by the next use, and nothing is to be sent twice. */
  @Bean
  LeaderForward leaderForward(
      InstanceIdentity identity,
      LeaderOffice office,
      Supplier<ClusterView> view,
      ReactorResourceFactory resources) {
    ReactorClientHttpConnector connector =
        new ReactorClientHttpConnector(
            resources,
            client ->
                client
                    .keepAlive(false)
                    .disableRetry(true)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 2_000));
    return new LeaderForward(
        identity.id(), office, view, WebClient.builder().clientConnector(connector).build());
  }

  @Bean
  ControllerLife controllerLife(
      MetadataStore store,
      InstanceIdentity identity,
      ClusterViewWatcher watcher,
      LeaderOffice office,
      List<LeaderChores> chores,
      InstantSource clock,
      ControllerSettings settings) {
    return new ControllerLife(
        store, identity, watcher, office, chores, clock, settings.drainTimeout());
  }

  @Bean
  ClosingConnections closingConnections(ControllerLife life) {
    return new ClosingConnections(life::isStopping);
  }

  @Bean
  ZooKeeperHealth zooKeeperHealthIndicator(MetadataStore store) {
    return new ZooKeeperHealth(store);
  }

  @Bean
  Supplier<Optional<String>> unreadiness(ZooKeeperHealth zooKeeper, ControllerLife life) {
    return () ->
        life.isStopping() ? Optional.of("this controller is stopping") : zooKeeper.trouble();
  }

  @Bean
  TableSettingsHealth tableSettingsHealthIndicator(Supplier<ClusterView> view) {
    return new TableSettingsHealth(view);
  }

  @Bean
  LeadershipHealth leadershipHealthIndicator(LeaderOffice office, Supplier<ClusterView> view) {
    return new LeadershipHealth(office, view);
  }
}
