package io.gamay.cluster.instance;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toUnmodifiableMap;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.CurrentShard;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.store.MetadataException;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.MetadataStore.Registration;
import io.gamay.cluster.store.MetadataStore.SessionState;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.StoredNode;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * Publishes what one instance really serves, one node per table and shard. Level-triggered on a
 * thread of its own: what is wanted is compared with what the store holds after each call, after
 * each change of the session, and again while a write fails. Thread-safe.
 */
public final class CurrentStateWriter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CurrentStateWriter.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** Keeps a shard's node below the limit of the store, whatever went wrong. */
  private static final int MAX_REASON_LENGTH = 300;

  private final MetadataStore store;
  private final String instanceId;
  private final long incarnation;
  private final Map<String, Map<SegmentName, CurrentSegment>> wanted = new ConcurrentHashMap<>();
  private final Set<String> waiting = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService thread;
  private final Registration sessionWatch;

  /** What the store holds as far as this writer knows: by table, then shard. */
  private final Map<String, Map<ShardId, Map<SegmentName, CurrentSegment>>> written =
      new ConcurrentHashMap<>();

  /**
   * @param registration of the instance, whose incarnation stamps what is written; stays the
   *     caller's
   */
  public CurrentStateWriter(MetadataStore store, InstanceRegistration registration) {
    this(
        store,
        registration,
        new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform()
                .name("current-state-" + registration.config().id())
                .daemon(true)
                .factory()));
  }

  /**
   * As the other.
   *
   * @param thread one thread, the writer's own from now on
   */
  public CurrentStateWriter(
      MetadataStore store, InstanceRegistration registration, ScheduledExecutorService thread) {
    this.store = store;
    this.instanceId = registration.config().id();
    this.incarnation = registration.incarnation();
    this.thread = thread;
    this.sessionWatch = store.onSession(this::onSession);
  }

  /**
   * Publishes all that the instance has of one table, replacing what it said before; writes only
   * shards that changed, and removes those that became empty. Returns at once; the write follows,
   * when the store can be reached.
   */
  public void publish(String tableId, Map<SegmentName, CurrentSegment> segments) {
    wanted.put(
        tableId,
        segments.entrySet().stream()
            .collect(toUnmodifiableMap(Map.Entry::getKey, entry -> shortened(entry.getValue()))));
    waiting.add(tableId);
    writeSoon();
  }

  @Override
  public void close() {
    sessionWatch.close();
    thread.shutdownNow();
  }

  /** After an expiry the leader may have removed what this instance had said. */
  private void onSession(SessionState state) {
    if (state == SessionState.CONNECTED) {
      written.clear();
      waiting.addAll(wanted.keySet());
      writeSoon();
    }
  }

  private void writeSoon() {
    try {
      thread.execute(this::writeWaiting);
    } catch (RejectedExecutionException e) {
      LOG.debug("the writer of {} is closed", instanceId, e);
    }
  }

  private void writeWaiting() {
    for (String tableId : List.copyOf(waiting)) {
      waiting.remove(tableId);
      try {
        writeTable(tableId);
      } catch (MetadataException e) {
        LOG.warn("cannot publish the state of table {} now, trying again", tableId, e);
        written.remove(tableId);
        waiting.add(tableId);
        var _ = thread.schedule(this::writeWaiting, RETRY.toMillis(), TimeUnit.MILLISECONDS);
        return;
      } catch (RuntimeException e) {
        LOG.error("the state of table {} cannot be published", tableId, e);
        written.remove(tableId);
      }
    }
  }

  private void writeTable(String tableId) {
    Map<ShardId, Map<SegmentName, CurrentSegment>> shards =
        wanted.getOrDefault(tableId, Map.of()).entrySet().stream()
            .collect(
                groupingBy(
                    entry -> ShardId.of(entry.getKey()),
                    toMap(Map.Entry::getKey, Map.Entry::getValue)));
    Map<ShardId, Map<SegmentName, CurrentSegment>> known =
        written.computeIfAbsent(tableId, this::readTable);
    Set<ShardId> all = new HashSet<>(shards.keySet());
    all.addAll(known.keySet());
    for (ShardId shard : all) {
      Map<SegmentName, CurrentSegment> segments = shards.getOrDefault(shard, Map.of());
      if (segments.isEmpty()) {
        remove(tableId, shard);
        known.remove(shard);
      } else if (!segments.equals(known.get(shard))) {
        write(tableId, shard, segments);
        known.put(shard, segments);
      }
    }
  }

  /** Shards that the store holds; one that this incarnation did not write is as good as none. */
  private Map<ShardId, Map<SegmentName, CurrentSegment>> readTable(String tableId) {
    Map<ShardId, Map<SegmentName, CurrentSegment>> shards = new ConcurrentHashMap<>();
    store.sync();
    for (String name : store.children(ClusterPaths.current(instanceId, tableId))) {
      ShardId shard = ShardId.parse(name);
      shards.put(
          shard,
          store
              .get(ClusterPaths.current(instanceId, tableId, shard))
              .flatMap(CurrentStateWriter::parse)
              .filter(current -> current.incarnation() == incarnation)
              .map(CurrentShard::segments)
              .orElse(Map.of()));
    }
    return shards;
  }

  private static Optional<CurrentShard> parse(StoredNode node) {
    try {
      return Optional.of(ClusterJson.read(node.data(), CurrentShard.class));
    } catch (JacksonException e) {
      LOG.warn("current state is not readable and will be written anew", e);
      return Optional.empty();
    }
  }

  private void write(String tableId, ShardId shard, Map<SegmentName, CurrentSegment> segments) {
    String path = ClusterPaths.current(instanceId, tableId, shard);
    byte[] data = ClusterJson.write(new CurrentShard(incarnation, segments));
    Operation operation =
        store
            .get(path)
            .<Operation>map(node -> new Operation.Put(path, data, node.version()))
            .orElseGet(() -> new Operation.Create(path, data, false));
    store.commit(List.of(operation));
  }

  private void remove(String tableId, ShardId shard) {
    String path = ClusterPaths.current(instanceId, tableId, shard);
    Optional<StoredNode> node = store.get(path);
    if (node.isPresent()) {
      store.commit(List.of(new Operation.Delete(path, node.get().version())));
    }
  }

  private static CurrentSegment shortened(CurrentSegment segment) {
    return segment.reason().length() <= MAX_REASON_LENGTH
        ? segment
        : new CurrentSegment(segment.state(), segment.reason().substring(0, MAX_REASON_LENGTH));
  }
}
