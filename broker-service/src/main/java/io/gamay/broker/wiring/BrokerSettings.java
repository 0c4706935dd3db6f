package io.gamay.broker.wiring;

import io.gamay.broker.admit.BrokerLimits;
import io.gamay.cluster.instance.AdvertisedAddress;
import io.gamay.cluster.table.RoutingConfig.AdaptiveSelector;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of a broker, {@code gamay.*}.
 *
 * @param cluster name of the cluster in ZooKeeper
 * @param zookeeper ZooKeeper's addresses, {@code host:port,...}
 * @param sessionTimeout how long ZooKeeper keeps a silent broker registered
 * @param instanceId unique and stable; default {@code Broker_<host>_<port>}
 * @param advertisedHost the host under which others reach this broker; else where it listens
 * @param advertisedPort the port under which they do; else the one it listens on
 * @param dataDir where this process may write
 * @param maxConcurrentQueries queries under way at once; more are refused
 * @param queryThreads threads that parse, plan, decode and merge, but for small work; half as many
 *     more, at least one, do so for large work; 0: one per core
 * @param maxResponseSize largest response of one server, in bytes
 * @param maxTotalMergeMemory of all queries: what comes from servers, its merge, and answers that
 *     are being sent; else two fifths of the heap
 * @param maxMergeMemory of one query; else half of that
 * @param maxResultRows of one answer
 * @param queryTimeout of a query that names none (option timeoutMs)
 * @param groupLimit groups per server of a query that names no limit (option numGroupsLimit); by
 *     default the servers' memory budget decides
 * @param adaptiveServerSelectorType of tables that do not say: whether the balanced choice of
 *     replicas looks at servers first
 * @param hedgedRequests whether what a server takes unusually long for is asked of another too
 * @param drainGrace how long a broker that stops goes on answering while clients turn to others; it
 *     does not wait where there is no other
 */
@ConfigurationProperties(prefix = "gamay", ignoreUnknownFields = false)
public record BrokerSettings(
    @DefaultValue("gamay") String cluster,
    @DefaultValue("127.0.0.1:2181") String zookeeper,
    @DefaultValue("10s") Duration sessionTimeout,
    @Nullable String instanceId,
    @Nullable String advertisedHost,
    @Nullable Integer advertisedPort,
    @DefaultValue(".gamay") String dataDir,
    @DefaultValue("256") int maxConcurrentQueries,
    @DefaultValue("0") int queryThreads,
    @DefaultValue("268435456") int maxResponseSize,
    @Nullable DataSize maxTotalMergeMemory,
    @Nullable DataSize maxMergeMemory,
    @DefaultValue("10000000") long maxResultRows,
    @DefaultValue("10s") Duration queryTimeout,
    @DefaultValue("2147483647") int groupLimit,
    @DefaultValue("NO_OP") AdaptiveSelector adaptiveServerSelectorType,
    @DefaultValue("true") boolean hedgedRequests,
    @DefaultValue("3s") Duration drainGrace) {

  public BrokerSettings {
    var _ = new AdvertisedAddress(advertisedHost, advertisedPort);
    if (maxConcurrentQueries < 1) {
      throw new IllegalArgumentException(
          "gamay.max-concurrent-queries must be at least 1, found " + maxConcurrentQueries);
    }
    requirePositive("gamay.max-response-size", maxResponseSize);
    requirePositive("gamay.max-result-rows", maxResultRows);
    requirePositive(
        "gamay.max-total-merge-memory",
        maxTotalMergeMemory == null ? 1 : maxTotalMergeMemory.toBytes());
    requirePositive(
        "gamay.max-merge-memory", maxMergeMemory == null ? 1 : maxMergeMemory.toBytes());
    if (drainGrace.isNegative()) {
      throw new IllegalArgumentException(
          "gamay.drain-grace must not be negative, found " + drainGrace);
    }
    if (queryThreads < 0) {
      throw new IllegalArgumentException(
          "gamay.query-threads must not be negative, found " + queryThreads);
    }
  }

  AdvertisedAddress advertised() {
    return new AdvertisedAddress(advertisedHost, advertisedPort);
  }

  long totalMergeMemoryBytes() {
    return maxTotalMergeMemory == null
        ? Runtime.getRuntime().maxMemory() * 2 / 5
        : maxTotalMergeMemory.toBytes();
  }

  BrokerLimits limits() {
    return new BrokerLimits(
        maxMergeMemory == null ? totalMergeMemoryBytes() / 2 : maxMergeMemory.toBytes(),
        maxResponseSize,
        maxResultRows);
  }

  int effectiveQueryThreads() {
    return queryThreads == 0 ? Runtime.getRuntime().availableProcessors() : queryThreads;
  }

  private static void requirePositive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be above 0, found " + value);
    }
  }
}
