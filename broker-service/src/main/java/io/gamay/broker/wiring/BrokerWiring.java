package io.gamay.broker.wiring;

import io.gamay.broker.admit.QueryAdmission;
import io.gamay.broker.admit.RunningQueries;
import io.gamay.broker.admit.TableQuotas;
import io.gamay.broker.compile.QueryCompiler;
import io.gamay.broker.route.HighWaterMarks;
import io.gamay.broker.route.ServerHealth;
import io.gamay.broker.route.ServerLoads;
import io.gamay.broker.scatter.AttemptCounts;
import io.gamay.broker.scatter.HttpServerClient;
import io.gamay.broker.scatter.QueryThreads;
import io.gamay.broker.scatter.ScatterGather;
import io.gamay.broker.scatter.ServerConnections;
import io.gamay.broker.scatter.ServerProber;
import io.gamay.broker.scatter.ServerRouting;
import io.gamay.broker.web.QueryService;
import io.gamay.cluster.store.CuratorMetadataStore;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterViewWatcher;
import io.gamay.query.budget.QueryMemory;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.plan.QueryPlanner;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.resources.LoopResources;

/** The broker's beans. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BrokerSettings.class)
class BrokerWiring {

  @Bean
  MetadataStore metadataStore(BrokerSettings settings) {
    return CuratorMetadataStore.connect(
        settings.zookeeper(), settings.cluster(), settings.sessionTimeout());
  }

  @Bean
  ClusterViewWatcher clusterViewWatcher(
      MetadataStore store, HighWaterMarks marks, ServerHealth health, ServerLoads loads) {
    ClusterViewWatcher watcher = new ClusterViewWatcher(store);
    watcher.subscribe(
        view -> {
          Set<String> tableIds =
              view.tables().values().stream()
                  .map(ClusterView.TableView::tableId)
                  .collect(Collectors.toSet());
          marks.retainTables(tableIds);
          health.observe(view);
          loads.retain(view.instances().keySet(), tableIds);
        });
    watcher.awaitFirst(Duration.ofSeconds(30));
    return watcher;
  }

  @Bean
  Supplier<ClusterView> clusterViews(ClusterViewWatcher watcher) {
    return watcher::current;
  }

  @Bean
  HighWaterMarks highWaterMarks() {
    return new HighWaterMarks();
  }

  @Bean(destroyMethod = "dispose")
  QueryThreads queryThreads(BrokerSettings settings) {
    return QueryThreads.start(settings.effectiveQueryThreads());
  }

  /**
   * Own event loops: closing this context must not stop another service in the same JVM. As many as
   * there are processors, two at least, where Reactor makes four at least: of more loops each has
   * fewer events when it is woken, and a wake-up costs more than most of them.
   */
  @Bean
  ReactorResourceFactory reactorResourceFactory() {
    ReactorResourceFactory resources = new ReactorResourceFactory();
    resources.setUseGlobalResources(false);
    int loops = Math.max(2, Runtime.getRuntime().availableProcessors());
    resources.setLoopResourcesSupplier(() -> LoopResources.create("http", loops, true));
    resources.setShutdownQuietPeriod(Duration.ZERO); // the web server has waited for its requests
    return resources;
  }

  @Bean
  ServerConnections serverConnections(ReactorResourceFactory resources) {
    return new ServerConnections(resources.getLoopResources());
  }

  @Bean
  HttpServerClient serverClient(ServerConnections connections, QueryThreads threads) {
    return new HttpServerClient(connections, threads);
  }

  @Bean
  ServerHealth serverHealth() {
    return new ServerHealth(ServerHealth.Settings.DEFAULT, System::nanoTime);
  }

  @Bean
  ServerLoads serverLoads() {
    return new ServerLoads(System::nanoTime);
  }

  @Bean
  ServerRouting serverRouting(
      ServerHealth health,
      ServerLoads loads,
      ServerConnections connections,
      BrokerSettings settings) {
    return new ServerRouting(
        health,
        loads,
        new AttemptCounts(),
        settings.adaptiveServerSelectorType(),
        settings.hedgedRequests(),
        connections::timer);
  }

  @Bean
  ServerProber serverProber(ServerHealth health, HttpServerClient servers, QueryThreads threads) {
    return ServerProber.start(health, servers, threads.timer());
  }

  @Bean
  MeterBinder serverMeters(ServerRouting routing) {
    return new ServerMeters(routing);
  }

  @Bean
  InstantSource clock() {
    return InstantSource.system();
  }

  @Bean
  RunningQueries runningQueries(BrokerRegistration registration, InstantSource clock) {
    return new RunningQueries(registration::instanceId, clock);
  }

  @Bean
  QueryMemory queryMemory(BrokerSettings settings) {
    return new QueryMemory(
        settings.totalMergeMemoryBytes(),
        "raise the broker's setting gamay.max-total-merge-memory",
        System::nanoTime);
  }

  @Bean
  MeterBinder queryMeters(QueryMemory memory, QueryAdmission admission) {
    return registry -> {
      Gauge.builder("gamay_broker_query_memory_bytes", memory, QueryMemory::usedBytes)
          .description("memory of the queries under way")
          .baseUnit("bytes")
          .register(registry);
      Gauge.builder("gamay_broker_query_memory_limit_bytes", memory, QueryMemory::maxBytes)
          .description("memory that they may take")
          .baseUnit("bytes")
          .register(registry);
      Gauge.builder("gamay_broker_queries", admission, QueryAdmission::underWay)
          .description("queries under way")
          .register(registry);
    };
  }

  @Bean
  QueryAdmission queryAdmission(BrokerSettings settings, Supplier<ClusterView> views) {
    return new QueryAdmission(
        settings.maxConcurrentQueries(), new TableQuotas(views, System::nanoTime));
  }

  @Bean
  QueryCompiler queryCompiler(BrokerSettings settings, InstantSource clock) {
    return new QueryCompiler(
        new QueryPlanner.Context(
            clock, Dialect.STANDARD, settings.queryTimeout(), settings.groupLimit()));
  }

  @Bean
  ScatterGather scatterGather(
      Supplier<ClusterView> views,
      HttpServerClient servers,
      ServerRouting routing,
      HighWaterMarks marks,
      QueryThreads threads,
      BrokerSettings settings) {
    return new ScatterGather(
        views, servers, routing, marks, threads, settings.limits(), System::nanoTime);
  }

  @Bean
  QueryService queryService(
      BrokerSettings settings,
      BrokerRegistration registration,
      QueryAdmission admission,
      RunningQueries queries,
      QueryCompiler compiler,
      ScatterGather scatterGather,
      QueryMemory memory,
      Supplier<ClusterView> views,
      QueryThreads threads) {
    return new QueryService(
        admission,
        queries,
        compiler,
        scatterGather,
        settings.limits(),
        memory,
        registration::instanceId,
        views,
        threads,
        System::nanoTime);
  }

  @Bean
  BrokerRegistration brokerRegistration(
      BrokerSettings settings,
      Environment environment,
      MetadataStore store,
      Supplier<ClusterView> views,
      InstantSource clock) {
    return new BrokerRegistration(settings, environment, store, views, clock);
  }

  @Bean
  ClosingConnections closingConnections(BrokerRegistration registration) {
    return new ClosingConnections(registration::isStopping);
  }

  /** Why this broker is not to be asked; empty when it may. */
  @Bean
  Supplier<Optional<String>> unreadiness(
      BrokerRegistration registration, Supplier<ClusterView> views) {
    return () -> {
      if (registration.isStopping()) {
        return Optional.of("this broker is stopping");
      }
      return views.get().revision() == 0
          ? Optional.of("no view of the cluster yet: is ZooKeeper reachable?")
          : Optional.empty();
    };
  }

  @Bean
  HealthIndicator clusterViewHealth(Supplier<ClusterView> views) {
    return () ->
        views.get().revision() == 0
            ? Health.down()
                .withDetail("reason", "no view of the cluster from ZooKeeper yet")
                .build()
            : Health.up().withDetail("tables", views.get().tables().size()).build();
  }
}
