package io.gamay.controller.table;

import static io.gamay.controller.table.RequestRefusedException.Kind.CONFLICT;
import static io.gamay.controller.table.RequestRefusedException.Kind.INVALID;
import static io.gamay.controller.table.RequestRefusedException.Kind.NOT_FOUND;

import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.SchemaNode;
import io.gamay.cluster.layout.TableNode;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.table.Parsed;
import io.gamay.cluster.table.SchemaDefinition;
import io.gamay.cluster.table.TableConfig;
import io.gamay.cluster.table.TableConfigJson;
import io.gamay.controller.leader.LeaderTransactions;
import io.gamay.controller.leader.LeaderTransactions.Decision;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes, changes and deletes tables. A table is its tombstone at once when it is deleted; what it
 * leaves behind is swept later. Thread-safe; blocks on the store.
 */
public final class TableRegistry {

  private final TableCatalog catalog;
  private final LeaderTransactions transactions;
  private final InstantSource clock;

  public TableRegistry(TableCatalog catalog, LeaderTransactions transactions, InstantSource clock) {
    this.catalog = catalog;
    this.transactions = transactions;
    this.clock = clock;
  }

  /**
   * A new table.
   *
   * @param tableId unique among all tables that ever had this name
   */
  public record Created(String tableId, Accepted accepted) {}

  /**
   * @param startOffsets where the topic's partitions begin for the config that was accepted; what
   *     it throws stops the creation
   */
  public Created create(String json, Function<TableConfig, Map<Integer, Long>> startOffsets) {
    String name = TableCatalog.rawName(Accepted.valueOf(TableConfigJson.tableName(json)));
    SchemaDefinition schema =
        catalog
            .schema(name)
            .orElseThrow(
                () ->
                    new RequestRefusedException(
                        INVALID, "Failed to find schema for table: %s".formatted(name)));
    Parsed<TableConfig> parsed = TableConfigJson.parse(json, schema, 1);
    TableConfig config = Accepted.valueOf(parsed);
    requireFree(name);
    Accepted accepted = Accepted.of(name, parsed, SchemaFileCheck.check(config, schema));
    Map<Integer, Long> starts = startOffsets.apply(config);
    Instant now = clock.instant();
    String tableId = name + "-" + Long.toString(now.toEpochMilli(), Character.MAX_RADIX);
    NodeNames.requireRoom(catalog.tableIds(), tableId, "tables");
    return transactions.write(
        mayBeWritten -> decideCreation(config, tableId, now, starts, accepted, mayBeWritten));
  }

  private Decision<Created> decideCreation(
      TableConfig config,
      String tableId,
      Instant now,
      Map<Integer, Long> starts,
      Accepted accepted,
      boolean mayBeWritten) {
    String name = config.name();
    Created created = new Created(tableId, accepted);
    Versioned<SchemaNode> schemaNode =
        catalog
            .schemaNode(name)
            .orElseThrow(
                () ->
                    new RequestRefusedException(
                        INVALID, "Failed to find schema for table: %s".formatted(name)));
    SchemaNode schema = schemaNode.value();
    if (mayBeWritten && schema.tableId().filter(tableId::equals).isPresent()) {
      return Decision.nothingToWrite(created);
    }
    requireFree(name);
    TableNode node = new TableNode(tableId, name, 1, schema.version(), now, starts, false);
    return new Decision<>(
        List.of(
            putSchemaUse(schemaNode, Optional.of(tableId)),
            new Operation.Create(ClusterPaths.table(tableId), ClusterJson.write(node), false),
            createText(tableId, 1, config)),
        created);
  }

  public Accepted update(String pathName, String json) {
    String name = TableCatalog.rawName(pathName);
    String named = TableCatalog.rawName(Accepted.valueOf(TableConfigJson.tableName(json)));
    if (!named.equals(name)) {
      throw new RequestRefusedException(
          INVALID, "$.tableName: the table is named %s, the path says %s".formatted(named, name));
    }
    return transactions.write(
        mayBeWritten -> {
          TableState table = catalog.table(name).orElseThrow(() -> notFound(name));
          int version = table.node().configVersion() + 1;
          Parsed<TableConfig> parsed = TableConfigJson.parse(json, table.schema(), version);
          TableConfig config = Accepted.valueOf(parsed);
          requireSameRows(table, config);
          Accepted accepted =
              Accepted.of(name, parsed, SchemaFileCheck.check(config, table.schema()));
          return config.json().equals(table.config().json())
              ? Decision.nothingToWrite(accepted)
              : new Decision<>(change(table, config), accepted);
        });
  }

  /** Settings on which the segments that exist already rest. */
  private static void requireSameRows(TableState table, TableConfig after) {
    TableConfig before = table.config();
    if (!before.stream().topic().equals(after.stream().topic())) {
      throw new RequestRefusedException(
          INVALID,
          "stream.kafka.topic.name: the topic cannot change from %s to %s: offsets of one are not offsets of the other"
              .formatted(before.stream().topic(), after.stream().topic()));
    }
  }

  private static List<Operation> change(TableState table, TableConfig config) {
    TableNode node = table.node();
    TableNode next = node.withConfigVersion(config.version());
    return List.of(
        new Operation.Put(
            ClusterPaths.table(node.tableId()), ClusterJson.write(next), table.nodeVersion()),
        createText(node.tableId(), config.version(), config));
  }

  /** As the other, by what the table's config says about its deleted segments. */
  public void delete(String pathName) {
    delete(pathName, Optional.empty());
  }

  /**
   * The tombstone: from now on the table is gone for everybody, and its name is free.
   *
   * @param kept how long its objects stay in the deep store; empty: as its config says
   */
  public void delete(String pathName, Optional<Duration> kept) {
    String name = TableCatalog.rawName(pathName);
    Instant now = clock.instant();
    transactions.write(
        mayBeWritten -> {
          Optional<TableState> present = catalog.table(name);
          if (present.isEmpty() && mayBeWritten) {
            return Decision.nothingToWrite(name);
          }
          TableState table = present.orElseThrow(() -> notFound(name));
          TableNode node = table.node();
          Optional<Instant> until =
              Optional.of(kept.orElse(table.config().deletedRetention()))
                  .filter(Duration::isPositive)
                  .map(now::plus);
          Versioned<SchemaNode> schema = catalog.schemaNode(name).orElseThrow(() -> notFound(name));
          return new Decision<>(
              List.of(
                  new Operation.Put(
                      ClusterPaths.table(node.tableId()),
                      ClusterJson.write(node.asDeleted(until)),
                      table.nodeVersion()),
                  putSchemaUse(schema, Optional.empty())),
              name);
        });
  }

  private void requireFree(String name) {
    if (catalog.table(name).isPresent()) {
      throw new RequestRefusedException(
          CONFLICT, "Table %s_REALTIME already exists".formatted(name));
    }
  }

  private static Operation putSchemaUse(Versioned<SchemaNode> schema, Optional<String> tableId) {
    SchemaNode node = schema.value();
    return new Operation.Put(
        ClusterPaths.schema(node.name()),
        ClusterJson.write(node.usedBy(tableId)),
        schema.version());
  }

  private static Operation createText(String tableId, int version, TableConfig config) {
    return new Operation.Create(
        ClusterPaths.tableConfigText(tableId, version),
        config.json().getBytes(StandardCharsets.UTF_8),
        false);
  }

  private static RequestRefusedException notFound(String name) {
    return new RequestRefusedException(NOT_FOUND, "Table %s does not exist".formatted(name));
  }
}
