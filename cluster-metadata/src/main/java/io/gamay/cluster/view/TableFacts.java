package io.gamay.cluster.view;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.layout.CurrentShard;
import io.gamay.cluster.layout.TableNode;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.table.Parsed;
import io.gamay.cluster.table.SchemaDefinition;
import io.gamay.cluster.table.TableConfig;
import io.gamay.cluster.table.TableConfigJson;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.segment.schema.TableSchema;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was read of one table, and the view that follows. Only partitions that something changed in
 * are built anew. Not thread-safe.
 */
final class TableFacts {

  private static final Logger LOG = LoggerFactory.getLogger(TableFacts.class);
  private static final SegmentAssignment UNASSIGNED = new SegmentAssignment(Map.of(), List.of());

  private final String tableId;
  private @Nullable TableNode node;
  private final NavigableMap<Integer, String> configTexts = new TreeMap<>();
  private final Map<ShardId, Map<SegmentName, SegmentMetadata>> segments = new HashMap<>();
  private final Map<ShardId, AssignmentShard> assignment = new HashMap<>();
  private final Map<ShardId, Map<String, CurrentShard>> current = new HashMap<>();

  private final Set<Integer> changedPartitions = new HashSet<>();
  private boolean isConfigChanged = true;
  private final NavigableMap<Integer, PartitionView> partitionViews = new TreeMap<>();
  private Optional<TableView> view = Optional.empty();

  TableFacts(String tableId) {
    this.tableId = tableId;
  }

  @Nullable TableNode node() {
    return node;
  }

  void putNode(@Nullable TableNode newNode) {
    node = newNode;
    isConfigChanged = true;
  }

  void putConfigText(int version, @Nullable String text) {
    putOrRemove(configTexts, version, text);
    isConfigChanged = true;
  }

  void schemaChanged() {
    isConfigChanged = true;
  }

  void putSegment(SegmentName name, @Nullable SegmentMetadata metadata) {
    ShardId shard = ShardId.of(name);
    putOrRemove(segments.computeIfAbsent(shard, _ -> new HashMap<>()), name, metadata);
    changedPartitions.add(shard.partition());
  }

  void putAssignment(ShardId shard, @Nullable AssignmentShard newAssignment) {
    putOrRemove(assignment, shard, newAssignment);
    changedPartitions.add(shard.partition());
  }

  void putCurrent(ShardId shard, String instance, @Nullable CurrentShard newCurrent) {
    putOrRemove(current.computeIfAbsent(shard, _ -> new HashMap<>()), instance, newCurrent);
    changedPartitions.add(shard.partition());
  }

  /** The instance came, went, or was born again: what it says may hold or not. */
  void instanceChanged(String instance) {
    current.forEach(
        (shard, byInstance) -> {
          if (byInstance.containsKey(instance)) {
            changedPartitions.add(shard.partition());
          }
        });
  }

  /** Nothing of this table is known any more. */
  boolean isEmpty() {
    return node == null
        && configTexts.isEmpty()
        && assignment.isEmpty()
        && segments.values().stream().allMatch(Map::isEmpty)
        && current.values().stream().allMatch(Map::isEmpty);
  }

  /**
   * @param schemas all known versions of the table's schema
   * @param holds whether what the instance says of this shard holds
   */
  Optional<TableView> view(
      NavigableMap<Integer, SchemaDefinition> schemas, BiPredicate<String, CurrentShard> holds) {
    if (!isConfigChanged && changedPartitions.isEmpty()) {
      return view;
    }
    changedPartitions.forEach(partition -> buildPartition(partition, holds));
    changedPartitions.clear();
    view =
        isConfigChanged
            ? buildConfig(schemas)
            : view.map(before -> before.withPartitions(new TreeMap<>(partitionViews)));
    isConfigChanged = false;
    return view;
  }

  /**
   * With the newest versions that can be read: a change of versions may show in part, the table's
   * node before its texts, and then the table is not gone.
   */
  private Optional<TableView> buildConfig(NavigableMap<Integer, SchemaDefinition> schemas) {
    if (node == null || node.isDeleted()) {
      return Optional.empty();
    }
    NavigableMap<Integer, Parsed<TableConfig>> parsed = parseConfigs(schemas);
    Map.@Nullable Entry<Integer, Parsed<TableConfig>> newest =
        parsed.floorEntry(node.configVersion());
    Map.@Nullable Entry<Integer, SchemaDefinition> schema =
        schemas.floorEntry(node.schemaVersion());
    if (newest == null || schema == null) {
      LOG.warn(
          "table {} is left out of the view: {} version {} cannot be read",
          tableId,
          newest == null ? "config" : "schema",
          newest == null ? node.configVersion() : node.schemaVersion());
      return Optional.empty();
    }
    TableConfig config = newest.getValue().orThrow();
    Map<Integer, TableConfig> configs = new HashMap<>();
    parsed.forEach((version, each) -> configs.put(version, each.orThrow()));
    Map<Integer, TableSchema> tableSchemas = new HashMap<>();
    schemas.forEach(
        (version, definition) ->
            tableSchemas.put(version, definition.tableSchema(version, config.nullHandling())));
    return Optional.of(
        new TableView(
            tableId,
            config,
            schema.getValue().tableSchema(schema.getKey(), config.nullHandling()),
            tableSchemas,
            configs,
            new TreeMap<>(partitionViews),
            node.downloads(),
            node.consumption(),
            newest.getValue().warnings()));
  }

  /** The configs that can be read; their warnings name the settings that count as not written. */
  private NavigableMap<Integer, Parsed<TableConfig>> parseConfigs(
      NavigableMap<Integer, SchemaDefinition> schemas) {
    NavigableMap<Integer, Parsed<TableConfig>> configs = new TreeMap<>();
    configTexts.forEach(
        (version, text) ->
            parseConfig(version, text, schemas).ifPresent(config -> configs.put(version, config)));
    return configs;
  }

  /**
   * A config may speak of columns that later schema versions lack: then an older one reads it. If
   * none does by today's rules, defaults stand for what these refuse, as far as they may.
   */
  private Optional<Parsed<TableConfig>> parseConfig(
      int version, String text, NavigableMap<Integer, SchemaDefinition> schemas) {
    Optional<Parsed<TableConfig>> refused = Optional.empty();
    for (SchemaDefinition schema : schemas.descendingMap().values()) {
      Parsed<TableConfig> parsed = TableConfigJson.parse(text, schema, version);
      if (parsed.value().isPresent()) {
        return Optional.of(parsed.withoutWarnings());
      }
      refused = refused.or(() -> Optional.of(parsed));
    }
    for (SchemaDefinition schema : schemas.descendingMap().values()) {
      Parsed<TableConfig> stored = TableConfigJson.parseStored(text, schema, version);
      if (stored.value().isPresent()) {
        LOG.warn(
            "config version {} of table {} has settings that are refused by now: {}",
            version,
            tableId,
            Parsed.describe(stored.warnings()));
        return Optional.of(stored);
      }
    }
    LOG.warn(
        "config version {} of table {} cannot be read: {}",
        version,
        tableId,
        refused.map(parsed -> Parsed.describe(parsed.problems())).orElse("no schema"));
    return Optional.empty();
  }

  private void buildPartition(int partition, BiPredicate<String, CurrentShard> holds) {
    NavigableMap<Integer, SegmentView> views = new TreeMap<>();
    segments.forEach(
        (shard, byName) -> {
          if (shard.partition() == partition) {
            addSegments(shard, byName, holds, views);
          }
        });
    if (views.isEmpty()) {
      partitionViews.remove(partition);
    } else {
      partitionViews.put(partition, new PartitionView(partition, views));
    }
  }

  private void addSegments(
      ShardId shard,
      Map<SegmentName, SegmentMetadata> byName,
      BiPredicate<String, CurrentShard> holds,
      NavigableMap<Integer, SegmentView> views) {
    @Nullable AssignmentShard assigned = assignment.get(shard);
    Map<String, CurrentShard> said = new HashMap<>(current.getOrDefault(shard, Map.of()));
    said.entrySet().removeIf(entry -> !holds.test(entry.getKey(), entry.getValue()));
    byName.forEach(
        (name, metadata) ->
            views.put(
                name.sequence(),
                new SegmentView(
                    metadata,
                    assigned == null
                        ? UNASSIGNED
                        : assigned.segments().getOrDefault(name, UNASSIGNED),
                    currentOf(name, said))));
  }

  private static Map<String, CurrentSegment> currentOf(
      SegmentName name, Map<String, CurrentShard> said) {
    Map<String, CurrentSegment> byInstance = new HashMap<>();
    said.forEach(
        (instance, shard) -> {
          @Nullable CurrentSegment segment = shard.segments().get(name);
          if (segment != null) {
            byInstance.put(instance, segment);
          }
        });
    return byInstance;
  }

  private static <K, V> void putOrRemove(Map<K, V> map, K key, @Nullable V value) {
    if (value == null) {
      map.remove(key);
    } else {
      map.put(key, value);
    }
  }
}
