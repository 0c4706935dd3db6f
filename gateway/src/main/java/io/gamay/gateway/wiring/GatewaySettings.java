package io.gamay.gateway.wiring;

import io.gamay.cluster.instance.AdvertisedAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

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
    @DefaultValue("5s") Duration drainGrace) {

  public GatewaySettings {
    var _ = new AdvertisedAddress(advertisedHost, advertisedPort);
    if (drainGrace.isNegative()) {
      throw new IllegalArgumentException(
          "gamay.drain-grace must not be negative, found " + drainGrace);
    }
  }

  AdvertisedAddress advertised() {
    return new AdvertisedAddress(advertisedHost, advertisedPort);
  }
}
