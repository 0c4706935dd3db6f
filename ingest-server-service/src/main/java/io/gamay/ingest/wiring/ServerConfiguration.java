package io.gamay.ingest.wiring;

import io.gamay.cluster.instance.AdvertisedAddress.HostAndPort;
import io.gamay.ingest.execute.RunningQueries;
import io.gamay.ingest.execute.ServerQueryExecutor;
import io.gamay.ingest.hosting.DiskBudget;
import io.gamay.ingest.hosting.HostingReports;
import io.gamay.ingest.hosting.LocalRoom;
import io.gamay.ingest.hosting.SegmentHost;
import io.gamay.ingest.web.StoredAgain;
import io.gamay.ingest.web.TableReports;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/** The server's beans. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ServerSettings.class)
class ServerConfiguration {

  /** Works, but not in full: HTTP 200, unlike DOWN and OUT_OF_SERVICE. */
  private static final Status DEGRADED = new Status("DEGRADED");

  private static final int MAX_NAMED_SEGMENTS = 10;
  private static final int BLOCKING_THREADS = 4;
  private static final int BLOCKING_QUEUE = 100;

  @Bean
  InstantSource clock() {
    return InstantSource.system();
  }

  @Bean
  ServerRuntime serverRuntime(ServerSettings settings, Environment environment, InstantSource clock)
      throws IOException {
    return new ServerRuntime(settings, addressOf(settings, environment), clock);
  }

  /** In the cluster from when the port is open until it is about to close. */
  @Bean
  SmartLifecycle clusterMembership(ServerRuntime runtime) {
    return new ClusterMembership(runtime);
  }

  @Bean
  ClosingConnections closingConnections(ServerRuntime runtime) {
    return new ClosingConnections(runtime::isStopping);
  }

  @Bean
  ServerQueryExecutor serverQueryExecutor(ServerRuntime runtime) {
    return runtime.executor();
  }

  @Bean
  RunningQueries runningQueries(ServerRuntime runtime) {
    return runtime.runningQueries();
  }

  /** The runtime closes it. */
  @Bean(destroyMethod = "")
  SegmentHost segmentHost(ServerRuntime runtime) {
    return runtime.host();
  }

  @Bean
  TableReports tableReports(ServerRuntime runtime) {
    return new TableReports(runtime.host());
  }

  @Bean
  StoredAgain storedAgain(ServerRuntime runtime) {
    return runtime.storedAgain();
  }

  @Bean
  MeterBinder serverMetrics(ServerRuntime runtime) {
    return new ServerMetrics(
        runtime.limits(),
        runtime.host().eviction(),
        runtime.host().reports(),
        runtime.queryMemory(),
        runtime.results(),
        runtime.decodeDetours(),
        runtime.sealPool(),
        runtime.uploadPool(),
        runtime.reloadPool());
  }

  @Bean
  Supplier<Optional<String>> unreadiness(ServerRuntime runtime) {
    return runtime::unreadiness;
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

  @Bean(destroyMethod = "dispose")
  Scheduler blockingScheduler() {
    return Schedulers.newBoundedElastic(BLOCKING_THREADS, BLOCKING_QUEUE, "blocking");
  }

  @Bean
  HealthIndicator metadataHealthIndicator(ServerRuntime runtime) {
    return () ->
        runtime.isRegistered()
            ? Health.up().build()
            : Health.down().withDetail("reason", "not registered in ZooKeeper").build();
  }

  @Bean
  HealthIndicator segmentsHealthIndicator(ServerRuntime runtime) {
    return () ->
        segmentsHealth(
            runtime.host().reports().troubles(),
            runtime.host().reports().pauses(),
            runtime.host().reports().reloadTroubles());
  }

  /** Pausing is what the server is told to do: it is in order, and says so. */
  static Health segmentsHealth(List<String> troubles, List<String> pauses, List<String> reloads) {
    Health.Builder health = troubles.isEmpty() ? Health.up() : Health.down();
    if (!troubles.isEmpty()) {
      health.withDetail("troubles", troubles);
    }
    if (!pauses.isEmpty()) {
      health.withDetail("paused", pauses);
    }
    if (!reloads.isEmpty()) {
      health.withDetail("reloads", reloads);
    }
    return health.build();
  }

  @Bean
  HealthIndicator tailsHealthIndicator(ServerRuntime runtime) {
    return () ->
        runtime
            .unreadiness()
            .map(reason -> Health.outOfService().withDetail("reason", reason).build())
            .orElseGet(() -> Health.up().build());
  }

  @Bean
  HealthIndicator diskHealthIndicator(ServerRuntime runtime) {
    return () -> diskHealth(runtime.limits().disk());
  }

  /** A disk that takes no more rows stops consumption; queries are answered as before. */
  static Health diskHealth(DiskBudget disk) {
    String shortage = disk.shortage();
    Health.Builder health =
        shortage.isEmpty()
            ? Health.up()
            : Health.status(DEGRADED)
                .withDetail("reason", shortage + ": consumption waits, queries are answered");
    return health
        .withDetail("segmentBytes", disk.usage().segmentBytes())
        .withDetail("freeBytes", disk.usage().freeBytes())
        .build();
  }

  @Bean
  HealthIndicator evictionHealthIndicator(ServerRuntime runtime) {
    return () ->
        evictionHealth(runtime.host().eviction().room(), runtime.host().reports().evicted());
  }

  /** Segments that no query gets here are still served by replicas with more room. */
  static Health evictionHealth(LocalRoom room, HostingReports.Evicted evicted) {
    List<String> tooLarge = evicted.tooLarge();
    Health.Builder health =
        tooLarge.isEmpty()
            ? Health.up()
            : Health.status(DEGRADED)
                .withDetail(
                    "reason",
                    "files of %d segments are larger than gamay.disk.evict-above, %d bytes, so that queries do not get them here: raise it"
                        .formatted(tooLarge.size(), room.limitBytes().orElseThrow()))
                .withDetail("tooLarge", tooLarge.stream().limit(MAX_NAMED_SEGMENTS).toList());
    health.withDetail("sealedBytes", room.usedBytes());
    room.limitBytes().ifPresent(limit -> health.withDetail("limitBytes", limit));
    return health
        .withDetail("evictedSegments", evicted.segments())
        .withDetail("evictedBytes", evicted.bytes())
        .build();
  }

  @Bean
  HealthIndicator memoryHealthIndicator(ServerRuntime runtime) {
    return () ->
        Health.up()
            .withDetail("mutableSegmentsBytes", runtime.limits().memory().usedBytes())
            .withDetail("unusedSlabBytes", runtime.limits().memory().unusedBytes())
            .withDetail("limitBytes", runtime.limits().memory().limitBytes())
            .build();
  }

  private static HostAndPort addressOf(ServerSettings settings, Environment environment) {
    return settings
        .advertised()
        .orElse(
            Optional.ofNullable(environment.getProperty("server.address")),
            environment.getProperty("server.port", Integer.class, 8098));
  }
}
