package io.gamay.controller.table;

import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.SchemaNode;
import io.gamay.cluster.layout.TableNode;
import io.gamay.cluster.store.MetadataException;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.StoredNode;
import io.gamay.cluster.table.Parsed;
import io.gamay.cluster.table.SchemaDefinition;
import io.gamay.cluster.table.SchemaJson;
import io.gamay.cluster.table.TableConfig;
import io.gamay.cluster.table.TableConfigJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads schemas and tables from metadata as they stand now. Thread-safe; every method blocks on the
 * store. Texts never change under a version, so what was parsed once is remembered; what a config
 * means is remembered with the schema version that it was read under.
 */
public final class TableCatalog {

  private static final Logger LOG = LoggerFactory.getLogger(TableCatalog.class);
  private static final int MAX_REMEMBERED = 10_000;

  private final MetadataStore store;
  private final ConcurrentMap<String, SchemaDefinition> schemas = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Parsed<TableConfig>> configs = new ConcurrentHashMap<>();

  public TableCatalog(MetadataStore store) {
    this.store = store;
  }

  /** Names of all schemas, sorted. */
  public List<String> schemaNames() {
    return store.children(ClusterPaths.SCHEMAS);
  }

  public Optional<Versioned<SchemaNode>> schemaNode(String name) {
    return nodeName(name).flatMap(known -> read(ClusterPaths.schema(known), SchemaNode.class));
  }

  public Optional<SchemaDefinition> schema(String name) {
    return schemaNode(name).map(node -> schema(name, node.value().version()));
  }

  /** The tables that are not deleted. */
  public List<TableState> tables() {
    return tableIds().stream().flatMap(tableId -> tableById(tableId).stream()).toList();
  }

  /** The ids of all tables, deleted ones included. */
  public List<String> tableIds() {
    return store.children(ClusterPaths.TABLES);
  }

  /**
   * @param name raw, or with its type
   */
  public Optional<TableState> table(String name) {
    return schemaNode(rawName(name))
        .flatMap(node -> node.value().tableId())
        .flatMap(this::tableById);
  }

  /** Empty if there is no such table, or only its tombstone. */
  public Optional<TableState> tableById(String tableId) {
    return tableNode(tableId)
        .filter(node -> !node.value().isDeleted())
        .map(node -> state(node.value(), node.version()));
  }

  public Optional<Versioned<TableNode>> tableNode(String tableId) {
    return read(ClusterPaths.table(tableId), TableNode.class);
  }

  /** {@code name_REALTIME} and {@code name} are the same table. */
  public static String rawName(String name) {
    return name.endsWith("_REALTIME")
        ? name.substring(0, name.length() - "_REALTIME".length())
        : name;
  }

  private TableState state(TableNode node, int version) {
    SchemaDefinition schema = schema(node.name(), node.schemaVersion());
    String key = "%s/%d/%d".formatted(node.tableId(), node.configVersion(), node.schemaVersion());
    Parsed<TableConfig> config = remembered(configs, key, () -> storedConfig(node, schema));
    return new TableState(node, version, schema, config.orThrow(), config.warnings());
  }

  private Parsed<TableConfig> storedConfig(TableNode node, SchemaDefinition schema) {
    String text = text(ClusterPaths.tableConfigText(node.tableId(), node.configVersion()));
    Parsed<TableConfig> stored = TableConfigJson.parseStored(text, schema, node.configVersion());
    if (!stored.warnings().isEmpty()) {
      LOG.warn(
          "config version {} of table {} has settings that are refused by now: {}",
          node.configVersion(),
          node.tableId(),
          Parsed.describe(stored.warnings()));
    }
    return stored;
  }

  private SchemaDefinition schema(String name, int version) {
    String path = ClusterPaths.schemaText(name, version);
    StoredNode node = store.get(path).orElseThrow(() -> new MetadataException("no node " + path));
    String text = new String(node.data(), StandardCharsets.UTF_8);
    SchemaDefinition remembered = schemas.get(path);
    if (remembered != null && remembered.json().equals(text)) {
      return remembered;
    }
    SchemaDefinition parsed = SchemaJson.parse(text).orThrow();
    makeRoom(schemas);
    schemas.put(path, parsed);
    return parsed;
  }

  private String text(String path) {
    return store
        .get(path)
        .map(node -> new String(node.data(), StandardCharsets.UTF_8))
        .orElseThrow(() -> new MetadataException("no node " + path));
  }

  private <T> Optional<Versioned<T>> read(String path, Class<T> type) {
    return store
        .get(path)
        .filter(node -> node.data().length > 0)
        .map(node -> new Versioned<>(ClusterJson.read(node.data(), type), node.version()));
  }

  /** What cannot be a node's name names nothing. */
  private static Optional<String> nodeName(String name) {
    boolean canBe =
        !name.isEmpty() && name.indexOf('/') < 0 && !name.equals(".") && !name.equals("..");
    return canBe ? Optional.of(name) : Optional.empty();
  }

  private static <T> T remembered(ConcurrentMap<String, T> memory, String key, Supplier<T> parse) {
    T known = memory.get(key);
    if (known != null) {
      return known;
    }
    T parsed = parse.get();
    makeRoom(memory);
    memory.put(key, parsed);
    return parsed;
  }

  private static void makeRoom(ConcurrentMap<String, ?> memory) {
    if (memory.size() >= MAX_REMEMBERED) {
      memory.clear();
    }
  }
}
