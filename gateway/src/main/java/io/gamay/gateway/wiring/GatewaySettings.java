package io.gamay.gateway.wiring;

import io.gamay.cluster.instance.AdvertisedAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of a gateway, {@code gamay.*}.
 *
 * @param cluster name of the cluster in ZooKeeper
 * @param zookeeper ZooKeeper's addresses, {@code host:port,...}
 * @param sessionTimeout how long ZooKeeper keeps a silent gateway's session
 * @param instanceId unique and stable; default {@code Gateway_<host>_<port>}
 * @param advertisedHost the host under which others reach this gateway; else where it listens
 * @param advertisedPort the port under which they do; else the one it listens on
 * @param dataDir where this process may write
 * @param drainGrace how long a gateway that stops goes on answering while those who ask turn to
 *     others; it does not wait where there is no other
 * @param maxQuerySize longest body of a query; at most 4 MB, which is what a broker takes
 * @param maxKeptBodies of the queries under way, whose bodies are kept to be sent to another
 *     broker; else a quarter of the heap
 */
@ConfigurationProperties(prefix = "gamay", ignoreUnknownFields = false)
public record GatewaySettings(
    @DefaultValue("gamay") String cluster,
    @DefaultValue("127.0.0.1:2181") String zookeeper,
    @DefaultValue("10s") Duration sessionTimeout,
    @Nullable String instanceId,
    @Nullable String advertisedHost,
    @Nullable Integer advertisedPort,
    @DefaultValue(".gamay") String dataDir,
    @DefaultValue("5s") Duration drainGrace,
    @DefaultValue("4MB") DataSize maxQuerySize,
    @Nullable DataSize maxKeptBodies) {

  private static final DataSize BROKERS_LONGEST = DataSize.ofMegabytes(4);

  public GatewaySettings {
    var _ = new AdvertisedAddress(advertisedHost, advertisedPort);
    if (drainGrace.isNegative()) {
      throw new IllegalArgumentException(
          "gamay.drain-grace must not be negative, found " + drainGrace);
    }
    if (maxQuerySize.toBytes() < 1 || maxQuerySize.compareTo(BROKERS_LONGEST) > 0) {
      throw new IllegalArgumentException(
          "gamay.max-query-size must be above 0 and at most 4MB, what a broker takes, found "
              + maxQuerySize);
    }
    if (maxKeptBodies != null && maxKeptBodies.compareTo(maxQuerySize) < 0) {
      throw new IllegalArgumentException(
          "gamay.max-kept-bodies must be at least gamay.max-query-size, %s, found %s"
              .formatted(maxQuerySize, maxKeptBodies));
    }
  }

  int longestQueryBytes() {
    return Math.toIntExact(maxQuerySize.toBytes());
  }

  long keptBodiesBytes() {
    return maxKeptBodies == null ? Runtime.getRuntime().maxMemory() / 4 : maxKeptBodies.toBytes();
  }

  AdvertisedAddress advertised() {
    return new AdvertisedAddress(advertisedHost, advertisedPort);
  }
}
