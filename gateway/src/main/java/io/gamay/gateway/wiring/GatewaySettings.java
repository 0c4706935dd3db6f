package io.gamay.gateway.wiring;

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
 * @param instanceId a name for logs
 * @param dataDir where this process may write
 */
@ConfigurationProperties(prefix = "gamay", ignoreUnknownFields = false)
public record GatewaySettings(
    @DefaultValue("gamay") String cluster,
    @DefaultValue("127.0.0.1:2181") String zookeeper,
    @DefaultValue("10s") Duration sessionTimeout,
    @Nullable String instanceId,
    @DefaultValue(".gamay") String dataDir) {}
