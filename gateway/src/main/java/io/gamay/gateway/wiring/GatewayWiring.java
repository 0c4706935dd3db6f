package io.gamay.gateway.wiring;

import io.gamay.cluster.store.CuratorMetadataStore;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.view.ClusterViewWatcher;
import io.gamay.gateway.route.LiveTargets;
import io.gamay.gateway.route.LiveTargets.Target;
import io.gamay.gateway.web.KeptBodies;
import io.gamay.gateway.web.LiveTargetFilter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ReactorResourceFactory;

/** The gateway's beans. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(GatewaySettings.class)
class GatewayWiring {

  /** Replaced by a live process's address for each request. */
  private static final String PLACEHOLDER = "http://live.invalid";

  @Bean
  MetadataStore metadataStore(GatewaySettings settings) {
    return CuratorMetadataStore.connect(
        settings.zookeeper(), settings.cluster(), settings.sessionTimeout());
  }

  @Bean
  ClusterViewWatcher clusterViewWatcher(MetadataStore store) {
    return new ClusterViewWatcher(store);
  }

  @Bean
  LiveTargets liveTargets(ClusterViewWatcher watcher) {
    return new LiveTargets(watcher::current);
  }

  @Bean
  InstantSource clock() {
    return InstantSource.system();
  }

  @Bean
  GatewayRegistration gatewayRegistration(
      GatewaySettings settings,
      Environment environment,
      MetadataStore store,
      ClusterViewWatcher watcher,
      InstantSource clock) {
    return new GatewayRegistration(settings, environment, store, watcher::current, clock);
  }

  @Bean
  ClosingConnections closingConnections(GatewayRegistration registration) {
    return new ClosingConnections(registration::isStopping);
  }

  /** Why this gateway is not to be asked; empty when it may. */
  @Bean
  Supplier<Optional<String>> unreadiness(GatewayRegistration registration, LiveTargets targets) {
    return () -> {
      if (registration.isStopping()) {
        return Optional.of("this gateway is stopping");
      }
      return targets.pick(Target.BROKER).isPresent()
          ? Optional.empty()
          : Optional.of("no broker is alive");
    };
  }

  @Bean
  KeptBodies keptBodies(GatewaySettings settings) {
    return new KeptBodies(settings.longestQueryBytes(), settings.keptBodiesBytes());
  }

  @Bean
  MeterBinder keptBodiesMeter(KeptBodies bodies) {
    return registry ->
        Gauge.builder("gamay_gateway_kept_body_bytes", bodies, KeptBodies::bytes)
            .description("bodies of queries under way, kept to be sent to another broker")
            .register(registry);
  }

  @Bean
  LiveTargetFilter liveTargetFilter(LiveTargets targets, KeptBodies bodies) {
    return new LiveTargetFilter(targets, bodies);
  }

  @Bean
  RouteLocator routes(RouteLocatorBuilder builder) {
    return builder
        .routes()
        .route(
            "running-queries",
            route ->
                route
                    .path("/queries", "/queries/**")
                    .metadata(LiveTargetFilter.TARGET, Target.BROKER)
                    .metadata(LiveTargetFilter.NAMED_BY, "broker")
                    .uri(PLACEHOLDER))
        .route(
            "cancelled-query",
            route ->
                route
                    .path("/query/{id}")
                    .and()
                    .method(HttpMethod.DELETE)
                    .metadata(LiveTargetFilter.TARGET, Target.BROKER)
                    .metadata(LiveTargetFilter.NAMED_BY, "broker")
                    .uri(PLACEHOLDER))
        .route(
            "broker",
            route ->
                route
                    .path("/query", "/query/**", "/debug/routingTable/**")
                    .metadata(LiveTargetFilter.TARGET, Target.BROKER)
                    .metadata(LiveTargetFilter.REPEATABLE, true)
                    .uri(PLACEHOLDER))
        .route(
            "controller",
            route ->
                route
                    .path(
                        "/schemas/**",
                        "/tables/**",
                        "/table/**",
                        "/rebalanceStatus/**",
                        "/tenants/**",
                        "/segments/**",
                        "/instances/**",
                        "/v2/brokers/**",
                        "/brokers/**",
                        "/leader/**",
                        "/version")
                    .metadata(LiveTargetFilter.TARGET, Target.CONTROLLER)
                    .uri(PLACEHOLDER))
        .build();
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
  HealthIndicator brokersHealth(Supplier<Optional<String>> unreadiness) {
    return () ->
        unreadiness
            .get()
            .map(reason -> Health.down().withDetail("reason", reason).build())
            .orElseGet(() -> Health.up().build());
  }
}
