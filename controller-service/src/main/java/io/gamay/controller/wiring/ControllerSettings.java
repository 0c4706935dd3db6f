package io.gamay.controller.wiring;

import io.gamay.cluster.instance.AdvertisedAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the controller, {@code gamay.*}. Unknown keys are refused.
 *
 * @param cluster name of the cluster; everything in ZooKeeper is below {@code /gamay/<cluster>}
 * @param zookeeper ZooKeeper's addresses, {@code host:port,...}
 * @param instanceId unique and stable over restarts; by default from host and port
 * @param advertisedHost the host under which others reach this process; else where it listens
 * @param advertisedPort the port under which they do; else the one it listens on
 * @param dataDir where local files go
 * @param sessionTimeout after which a controller that is gone stops leading
 * @param drainTimeout how long a leader that stops waits for another controller to lead; 0: it does
 *     not wait
 * @param serverGoneAfter how long a server is away before others take its segments for good
 * @param releaseGrace how long a replaced server keeps a segment that all others serve: for brokers
 *     whose views are old, and for queries that are under way
 */
@ConfigurationProperties(prefix = "gamay", ignoreUnknownFields = false)
public record ControllerSettings(
    @DefaultValue("gamay") String cluster,
    @DefaultValue("127.0.0.1:2181") String zookeeper,
    Optional<String> instanceId,
    @Nullable String advertisedHost,
    @Nullable Integer advertisedPort,
    @DefaultValue(".gamay") Path dataDir,
    @DefaultValue Kafka kafka,
    @DefaultValue DeepStoreSettings deepStore,
    @DefaultValue("6s") Duration sessionTimeout,
    @DefaultValue("10s") Duration drainTimeout,
    @DefaultValue("1h") Duration serverGoneAfter,
    @DefaultValue("2m") Duration releaseGrace) {

  public ControllerSettings {
    require(cluster.matches("[A-Za-z0-9._-]+"), "gamay.cluster is not a name: " + cluster);
    require(!zookeeper.isBlank(), "gamay.zookeeper is empty");
    var _ = new AdvertisedAddress(advertisedHost, advertisedPort);
    require(
        instanceId.filter(id -> !id.matches("[A-Za-z0-9._-]+")).isEmpty(),
        "gamay.instance-id is not a name: " + instanceId.orElse(""));
    require(
        sessionTimeout.compareTo(Duration.ofSeconds(1)) >= 0,
        "gamay.session-timeout is below 1s: " + sessionTimeout);
    require(!drainTimeout.isNegative(), "gamay.drain-timeout is below 0: " + drainTimeout);
    require(!releaseGrace.isNegative(), "gamay.release-grace is below 0: " + releaseGrace);
    require(
        serverGoneAfter.compareTo(sessionTimeout) > 0,
        "gamay.server-gone-after is not above gamay.session-timeout: " + serverGoneAfter);
  }

  /**
   * @param builtin the address that tables mean by {@code builtin:kafka}
   */
  public record Kafka(@DefaultValue("127.0.0.1:9092") String builtin) {}

  /**
   * @param uri where sealed segments are kept; by default below the data directory
   */
  public record DeepStoreSettings(Optional<URI> uri) {}

  AdvertisedAddress advertised() {
    return new AdvertisedAddress(advertisedHost, advertisedPort);
  }

  URI deepStoreUri() {
    return deepStore.uri().orElseGet(() -> dataDir.resolve("deep-store").toAbsolutePath().toUri());
  }

  private static void require(boolean isGood, String otherwise) {
    if (!isGood) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
