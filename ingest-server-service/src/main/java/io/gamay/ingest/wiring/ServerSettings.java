package io.gamay.ingest.wiring;

import io.gamay.cluster.instance.AdvertisedAddress;
import io.gamay.ingest.execute.ServerLimits;
import io.gamay.ingest.hosting.DiskBudget;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of a server, {@code gamay.*}.
 *
 * @param cluster name of the cluster within ZooKeeper
 * @param zookeeper {@code host:port,...}
 * @param instanceId unique in the cluster and the same at every start; else made of host and port
 * @param advertisedHost the host under which others reach this server; else where it listens
 * @param advertisedPort the port under which they do; else the one it listens on
 * @param dataDir where sealed segments lie
 * @param tags tenants that this server works for
 * @param dropGrace how long a segment stays that is wanted here no more
 * @param drainTimeout how long a stop may wait for other replicas to be ready, and for brokers to
 *     turn to them; 0: it does not wait
 */
@ConfigurationProperties(prefix = "gamay", ignoreUnknownFields = false)
public record ServerSettings(
    @DefaultValue("gamay") String cluster,
    @DefaultValue("127.0.0.1:2181") String zookeeper,
    @DefaultValue("10s") Duration sessionTimeout,
    @Nullable String instanceId,
    @Nullable String advertisedHost,
    @Nullable Integer advertisedPort,
    @DefaultValue(".gamay/server") Path dataDir,
    @DefaultValue({"DefaultTenant_REALTIME", "DefaultTenant_OFFLINE"}) List<String> tags,
    @DefaultValue("60s") Duration dropGrace,
    @DefaultValue("20s") Duration drainTimeout,
    @DefaultValue Kafka kafka,
    @DefaultValue DeepStoreSettings deepStore,
    @DefaultValue Memory memory,
    @DefaultValue Disk disk,
    @DefaultValue Query query,
    @DefaultValue Threads threads) {

  public ServerSettings {
    require(!cluster.isBlank() && cluster.indexOf('/') < 0, "gamay.cluster", cluster);
    require(!zookeeper.isBlank(), "gamay.zookeeper", zookeeper);
    require(sessionTimeout.isPositive(), "gamay.session-timeout", sessionTimeout);
    require(!dropGrace.isNegative(), "gamay.drop-grace", dropGrace);
    require(!drainTimeout.isNegative(), "gamay.drain-timeout", drainTimeout);
    var _ = new AdvertisedAddress(advertisedHost, advertisedPort);
    tags = List.copyOf(tags);
  }

  /**
   * @param builtin address that stands for {@code builtin:kafka} in table configs
   */
  public record Kafka(@DefaultValue("127.0.0.1:9092") String builtin) {}

  /**
   * @param uri where durable copies are kept; the same for all processes of a cluster
   */
  public record DeepStoreSettings(@DefaultValue("file:///tmp/gamay/deepstore") URI uri) {}

  /**
   * @param mutableSegments for rows that are not sealed yet; else a third of what the machine has
   *     beside this process's heap
   */
  public record Memory(@Nullable DataSize mutableSegments) {
    public Memory {
      require(
          mutableSegments == null || mutableSegments.toBytes() > 0,
          "gamay.memory.mutable-segments",
          mutableSegments);
    }
  }

  /**
   * When one of the first two is reached, consumption pauses until it is not.
   *
   * @param segmentsMax for files of segments below the data directory; else what the disk has
   * @param freeMin to be left on the disk; else 1 GB, or 2 % of a disk where that is less
   * @param evictAbove sealed files may take; above it those that were queried least lately, and
   *     that the deep store has, are deleted, and fetched when a query needs them; else none is
   */
  public record Disk(
      @Nullable DataSize segmentsMax, @Nullable DataSize freeMin, @Nullable DataSize evictAbove) {
    public Disk {
      if (evictAbove != null && evictAbove.toBytes() <= 0) {
        throw new IllegalArgumentException(
            "setting gamay.disk.evict-above cannot be '%s': set at least the size of the largest sealed file, as in 200GB, or leave it out to keep all files here"
                .formatted(evictAbove));
      }
      if (evictAbove != null
          && segmentsMax != null
          && evictAbove.toBytes() >= segmentsMax.toBytes()) {
        throw new IllegalArgumentException(
            "setting gamay.disk.evict-above cannot be '%s': consumption would pause at gamay.disk.segments-max, %s, before a file is evicted; set it lower"
                .formatted(evictAbove, segmentsMax));
      }
      require(
          segmentsMax == null || segmentsMax.toBytes() > 0, "gamay.disk.segments-max", segmentsMax);
      require(freeMin == null || freeMin.toBytes() >= 0, "gamay.disk.free-min", freeMin);
    }

    /**
     * @param total of the disk that the data directory lies on, in bytes
     * @throws IllegalArgumentException if consumption would pause for want of disk before a file is
     *     evicted
     */
    void requireFit(Path dataDir, long total) {
      long floor = freeMin == null ? DiskBudget.defaultLeastFree(total) : freeMin.toBytes();
      if (evictAbove != null && evictAbove.toBytes() > total - floor) {
        throw new IllegalArgumentException(
            "setting gamay.disk.evict-above cannot be '%s': the disk of gamay.data-dir, %s, has %d bytes, of which %d are to be left free (gamay.disk.free-min), and consumption would pause before a file is evicted; set at most %d bytes"
                .formatted(evictAbove, dataDir, total, floor, Math.max(0, total - floor)));
      }
    }
  }

  /**
   * @param threads that read segments; else one per core
   * @param maxQueries running and waiting; more are refused
   * @param maxTotalMemory of all queries; else two fifths of the heap
   * @param maxMemory of one query; else half of that
   * @param maxRows that one query may look at
   * @param maxResponse that is sent to a broker for one query
   * @param maxLeases open at a time
   * @param resultCache for results of sealed segments, kept for the next query of the same plan; 0:
   *     none are; else 1/32 of the heap
   */
  public record Query(
      @Nullable Integer threads,
      @DefaultValue("256") int maxQueries,
      @Nullable DataSize maxTotalMemory,
      @Nullable DataSize maxMemory,
      @DefaultValue("1000000000000") long maxRows,
      @DefaultValue("256MB") DataSize maxResponse,
      @DefaultValue("1000000") int maxLeases,
      @Nullable DataSize resultCache) {
    public Query {
      require(threads == null || threads > 0, "gamay.query.threads", threads);
      require(maxQueries > 0, "gamay.query.max-queries", maxQueries);
      require(
          maxTotalMemory == null || maxTotalMemory.toBytes() > 0,
          "gamay.query.max-total-memory",
          maxTotalMemory);
      require(maxMemory == null || maxMemory.toBytes() > 0, "gamay.query.max-memory", maxMemory);
      require(maxResponse.toBytes() > 0, "gamay.query.max-response", maxResponse);
      require(maxRows > 0, "gamay.query.max-rows", maxRows);
      require(maxLeases > 0, "gamay.query.max-leases", maxLeases);
      require(
          resultCache == null || resultCache.toBytes() >= 0,
          "gamay.query.result-cache",
          resultCache);
    }

    long resultCacheBytes() {
      return resultCache == null ? Runtime.getRuntime().maxMemory() / 32 : resultCache.toBytes();
    }

    long totalMemoryBytes() {
      return maxTotalMemory == null
          ? Runtime.getRuntime().maxMemory() * 2 / 5
          : maxTotalMemory.toBytes();
    }

    ServerLimits limits() {
      return new ServerLimits(
          maxMemory == null ? totalMemoryBytes() / 2 : maxMemory.toBytes(),
          maxRows,
          maxResponse.toBytes());
    }

    int threadCount() {
      return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    }
  }

  /**
   * @param load that fetch and verify segments that are not served
   * @param seal that seal segments, so many at a time
   * @param upload that upload segments
   * @param fetch that fetch evicted segments for queries
   * @param reload that rebuild indexes of segments that are served, or fetch these again
   */
  public record Threads(
      @DefaultValue("2") int load,
      @DefaultValue("2") int seal,
      @DefaultValue("4") int upload,
      @DefaultValue("4") int fetch,
      @DefaultValue("1") int reload) {
    public Threads {
      require(load > 0, "gamay.threads.load", load);
      require(seal > 0, "gamay.threads.seal", seal);
      require(upload > 0, "gamay.threads.upload", upload);
      require(fetch > 0, "gamay.threads.fetch", fetch);
      require(reload > 0, "gamay.threads.reload", reload);
    }
  }

  Optional<String> configuredInstanceId() {
    return Optional.ofNullable(instanceId).filter(id -> !id.isBlank());
  }

  AdvertisedAddress advertised() {
    return new AdvertisedAddress(advertisedHost, advertisedPort);
  }

  private static void require(boolean holds, String name, @Nullable Object value) {
    if (!holds) {
      throw new IllegalArgumentException("setting %s cannot be '%s'".formatted(name, value));
    }
  }
}
