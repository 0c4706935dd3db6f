package io.gamay.quickstart;

import io.gamay.broker.BrokerApplication;
import io.gamay.cluster.instance.AdvertisedAddress;
import io.gamay.controller.ControllerApplication;
import io.gamay.gateway.GatewayApplication;
import io.gamay.ingest.ServerApplication;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * What one service is told at its start, by the names that every service understands.
 *
 * @param advertised where others reach it, if that is not where it listens
 * @param kafka the bootstrap address that {@code builtin:kafka} in a table config stands for
 * @param deepStore where committed segments are kept, the same for all services of a cluster
 */
public record ServiceSettings(
    Component component,
    String host,
    int port,
    AdvertisedAddress advertised,
    String cluster,
    String zookeeper,
    String instanceId,
    Path dataDirectory,
    String kafka,
    URI deepStore) {

  /** The broker list, in a table config, that stands for the Kafka that came with the cluster. */
  public static final String BUILTIN_KAFKA = "builtin:kafka";

  /** Starts the service in this JVM and returns when it serves; the caller closes it. */
  public ConfigurableApplicationContext start() {
    return switch (component) {
      case CONTROLLER -> ControllerApplication.start(asMap());
      case SERVER -> ServerApplication.start(asMap());
      case BROKER -> BrokerApplication.start(asMap());
      case GATEWAY -> GatewayApplication.start(asMap());
      case ZOOKEEPER, KAFKA ->
          throw new IllegalArgumentException(component.title() + " is not a service of ours");
    };
  }

  Map<String, Object> asMap() {
    var map = new LinkedHashMap<String, Object>();
    map.put("server.address", host);
    map.put("server.port", port);
    if (advertised.host() != null) {
      map.put("gamay.advertised-host", advertised.host());
    }
    if (advertised.port() != null) {
      map.put("gamay.advertised-port", advertised.port());
    }
    map.put("gamay.cluster", cluster);
    map.put("gamay.zookeeper", zookeeper);
    map.put("gamay.instance-id", instanceId);
    map.put("gamay.data-dir", dataDirectory);
    if (component == Component.CONTROLLER || component == Component.SERVER) {
      map.put("gamay.kafka.builtin", kafka);
      map.put("gamay.deep-store.uri", deepStore);
    }
    map.put("spring.main.register-shutdown-hook", false);
    map.put("spring.main.log-startup-info", false);
    map.putAll(otherServicesLibraries());
    return map;
  }

  /** All services' libraries are on this JVM's class path: what is not this service's stays off. */
  private Map<String, Object> otherServicesLibraries() {
    if (component == Component.GATEWAY) {
      return Map.of("springdoc.api-docs.enabled", false, "springdoc.swagger-ui.enabled", false);
    }
    return Map.of(
        "spring.cloud.gateway.server.webflux.enabled",
        false,
        "spring.cloud.refresh.enabled",
        false,
        "spring.cloud.discovery.enabled",
        false,
        "spring.cloud.compatibility-verifier.enabled",
        false);
  }
}
