package io.gamay.cluster.view;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceOrder;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.CurrentShard;
import io.gamay.cluster.layout.LeaderEpoch;
import io.gamay.cluster.layout.LiveNode;
import io.gamay.cluster.layout.TableNode;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.store.StoredNode;
import io.gamay.cluster.table.SchemaDefinition;
import io.gamay.cluster.table.SchemaJson;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.cluster.view.ClusterView.TableView;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was read of the metadata tree, node by node, and the view that follows. A node that cannot
 * be read is logged by its path and counts as absent. Not thread-safe.
 */
final class ClusterFacts {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterFacts.class);

  /** What each known node says; the texts of schemas and configs as text. */
  private final Map<String, Object> facts = new HashMap<>();

  /** Nodes that could not be read, with the version that was logged. */
  private final Map<String, Integer> malformed = new HashMap<>();

  private final Map<String, InstanceConfig> instances = new HashMap<>();
  private final Map<String, LiveNode> live = new HashMap<>();
  private final Map<String, InstanceOrder> orders = new HashMap<>();
  private final Map<String, NavigableMap<Integer, SchemaDefinition>> schemas = new HashMap<>();
  private final Map<String, TableFacts> tables = new HashMap<>();

  /** The object that a shard says was stored again last, by {@code tableId/shard}; "" for none. */
  private final Map<String, String> storedAgain = new HashMap<>();

  /** Shards of which a sealed segment was stored again since {@link #allRead}. */
  private final Set<String> changedShards = new HashSet<>();

  private @Nullable LeaderEpoch epoch;
  private boolean isChanged = true;

  /** Whether a node belongs to the view at all. */
  static boolean concerns(String path) {
    String[] parts = split(path);
    return switch (parts[0]) {
      case "leader" -> path.equals(ClusterPaths.LEADER_EPOCH);
      case "instances", "live", "orders" -> parts.length == 2;
      case "schemas" -> parts.length == 3;
      case "tables" -> parts.length == 2 || parts.length == 3;
      case "assignment" -> parts.length == 3;
      case "segments", "current" -> parts.length == 4;
      default -> false;
    };
  }

  /**
   * Whether a node is known and does not change any more, only goes. An ONLINE segment's object is
   * replaced if the deep store has lost it, and its assignment shard then names the new one. The
   * path holds the id of a table, which is never used again; a schema's text is not final, since a
   * schema may be deleted and made anew under its name.
   */
  boolean isFinal(String path) {
    return switch (facts.get(path)) {
      case SegmentMetadata metadata ->
          metadata.state() == SegmentState.ONLINE && !changedShards.contains(shardOf(path));
      case String _ -> true;
      case null, default -> false;
    };
  }

  /** How many nodes are known that may change. Looks at all of them. */
  int changeableCount() {
    return (int) facts.keySet().stream().filter(path -> !isFinal(path)).count();
  }

  /** Every node that may have changed was read. */
  void allRead() {
    changedShards.clear();
  }

  /** What was told before stands while the shard is away: it may be made anew. */
  private void noteShard(String path, AssignmentShard told) {
    String shard = path.substring(ClusterPaths.ASSIGNMENT.length() + 1);
    String now = told.storedAgain().orElse("");
    @Nullable String before = storedAgain.put(shard, now);
    if (!now.equals(before == null ? "" : before)) {
      changedShards.add(shard);
    }
  }

  /**
   * @param path of a segment
   */
  private static String shardOf(String path) {
    return path.substring(ClusterPaths.SEGMENTS.length() + 1, path.lastIndexOf('/'));
  }

  /** All nodes that are known. */
  Set<String> paths() {
    return Collections.unmodifiableSet(facts.keySet());
  }

  /**
   * Takes what a node says now.
   *
   * @param node empty if it does not exist
   */
  void put(String path, Optional<StoredNode> node) {
    if (!concerns(path)) {
      return;
    }
    Optional<Object> fact = node.flatMap(stored -> read(path, stored));
    if (fact.isPresent() && fact.get() instanceof AssignmentShard shard) {
      noteShard(path, shard);
    }
    @Nullable Object before = fact.isPresent() ? facts.put(path, fact.get()) : facts.remove(path);
    if (node.isEmpty()) {
      malformed.remove(path);
    }
    if (!Objects.equals(before, fact.orElse(null))) {
      isChanged = true;
      apply(split(path), fact.orElse(null));
    }
  }

  /** The view with the next revision, or empty if nothing changed since the last one. */
  Optional<ClusterView> nextView(long revision) {
    if (!isChanged) {
      return Optional.empty();
    }
    isChanged = false;
    Map<String, InstanceView> instanceViews = new HashMap<>();
    instances.forEach((id, config) -> instanceViews.put(id, instanceView(id, config)));
    Optional<String> leader =
        Optional.ofNullable(epoch).map(LeaderEpoch::owner).filter(live::containsKey);
    long number = epoch == null ? 0 : epoch.number();
    return Optional.of(new ClusterView(revision, leader, number, instanceViews, tableViews()));
  }

  private InstanceView instanceView(String id, InstanceConfig config) {
    InstanceOrder order = orders.getOrDefault(id, InstanceOrder.NONE);
    Optional<LiveNode> liveNode = Optional.ofNullable(live.get(id));
    return new InstanceView(
        order.tags().map(config::withTags).orElse(config),
        liveNode.isPresent(),
        liveNode.flatMap(LiveNode::stoppingSince),
        order);
  }

  private Map<String, TableView> tableViews() {
    Map<String, TableView> views = new HashMap<>();
    tables.values().removeIf(TableFacts::isEmpty);
    tables
        .values()
        .forEach(
            table -> {
              @Nullable TableNode node = table.node();
              if (node != null) {
                table
                    .view(
                        schemas.getOrDefault(node.name(), Collections.emptyNavigableMap()),
                        this::holds)
                    .ifPresent(view -> views.merge(node.name(), view, this::newer));
              }
            });
    return views;
  }

  /** A name has one table; should there be two, the one made last counts. */
  private TableView newer(TableView one, TableView other) {
    LOG.error("tables {} and {} have one name", one.tableId(), other.tableId());
    return createdMillis(one) >= createdMillis(other) ? one : other;
  }

  private long createdMillis(TableView view) {
    @Nullable TableNode node = table(view.tableId()).node();
    return node == null ? Long.MIN_VALUE : node.createdAt().toEpochMilli();
  }

  /** While an instance is away, what it said last is the best guess. */
  private boolean holds(String instance, CurrentShard shard) {
    @Nullable LiveNode liveNode = live.get(instance);
    return liveNode == null || liveNode.incarnation() == shard.incarnation();
  }

  private Optional<Object> read(String path, StoredNode node) {
    try {
      Object fact = parse(split(path), node.data());
      malformed.remove(path);
      return Optional.of(fact);
    } catch (RuntimeException e) {
      @Nullable Integer logged = malformed.put(path, node.version());
      if (logged == null || logged != node.version()) {
        LOG.warn("node {} cannot be read and is left out: {}", path, e.getMessage());
      }
      return Optional.empty();
    }
  }

  private static Object parse(String[] parts, byte[] data) {
    return switch (parts[0]) {
      case "leader" -> ClusterJson.read(data, LeaderEpoch.class);
      case "instances" ->
          named(parts[1], ClusterJson.read(data, InstanceConfig.class), InstanceConfig::id);
      case "live" -> ClusterJson.read(data, LiveNode.class);
      case "orders" -> ClusterJson.read(data, InstanceOrder.class);
      case "schemas" -> parseSchema(parts, data);
      case "tables" ->
          parts.length == 2
              ? named(parts[1], ClusterJson.read(data, TableNode.class), TableNode::tableId)
              : parseConfigText(parts, data);
      case "segments" -> parseSegment(parts, data);
      case "assignment" ->
          named(
              parts[2],
              ClusterJson.read(data, AssignmentShard.class),
              shard -> shard.id().toString());
      case "current" -> {
        ShardId.parse(parts[3]);
        yield ClusterJson.read(data, CurrentShard.class);
      }
      default -> throw new IllegalStateException("not a node of the view: " + parts[0]);
    };
  }

  private static Object parseSchema(String[] parts, byte[] data) {
    Integer.parseInt(parts[2]);
    return SchemaJson.parse(new String(data, UTF_8)).orThrow();
  }

  private static Object parseConfigText(String[] parts, byte[] data) {
    Integer.parseInt(parts[2]);
    return new String(data, UTF_8);
  }

  private static Object parseSegment(String[] parts, byte[] data) {
    SegmentMetadata metadata = ClusterJson.read(data, SegmentMetadata.class);
    named(parts[2], metadata, segment -> ShardId.of(segment.name()).toString());
    return named(parts[3], metadata, segment -> segment.name().toString());
  }

  private static <T> T named(String expected, T fact, Function<T, String> name) {
    if (!name.apply(fact).equals(expected)) {
      throw new IllegalArgumentException(
          "it speaks of %s, not of %s".formatted(name.apply(fact), expected));
    }
    return fact;
  }

  private void apply(String[] parts, @Nullable Object fact) {
    switch (parts[0]) {
      case "leader" -> epoch = (LeaderEpoch) fact;
      case "instances" -> putOrRemove(instances, parts[1], (InstanceConfig) fact);
      case "orders" -> putOrRemove(orders, parts[1], (InstanceOrder) fact);
      case "live" -> {
        putOrRemove(live, parts[1], (LiveNode) fact);
        tables.values().forEach(table -> table.instanceChanged(parts[1]));
      }
      case "schemas" -> applySchema(parts[1], Integer.parseInt(parts[2]), (SchemaDefinition) fact);
      case "tables" -> {
        if (parts.length == 2) {
          table(parts[1]).putNode((TableNode) fact);
        } else {
          table(parts[1]).putConfigText(Integer.parseInt(parts[2]), (String) fact);
        }
      }
      case "segments" ->
          table(parts[1]).putSegment(SegmentName.parse(parts[3]), (SegmentMetadata) fact);
      case "assignment" ->
          table(parts[1]).putAssignment(ShardId.parse(parts[2]), (AssignmentShard) fact);
      case "current" ->
          table(parts[2]).putCurrent(ShardId.parse(parts[3]), parts[1], (CurrentShard) fact);
      default -> throw new IllegalStateException("not a node of the view: " + parts[0]);
    }
  }

  private void applySchema(String name, int version, @Nullable SchemaDefinition schema) {
    putOrRemove(schemas.computeIfAbsent(name, _ -> new TreeMap<>()), version, schema);
    for (TableFacts table : tables.values()) {
      @Nullable TableNode node = table.node();
      if (node != null && node.name().equals(name)) {
        table.schemaChanged();
      }
    }
  }

  private TableFacts table(String tableId) {
    return tables.computeIfAbsent(tableId, TableFacts::new);
  }

  private static String[] split(String path) {
    return path.substring(1).split("/", -1);
  }

  private static <K, V> void putOrRemove(Map<K, V> map, K key, @Nullable V value) {
    if (value == null) {
      map.remove(key);
    } else {
      map.put(key, value);
    }
  }
}
