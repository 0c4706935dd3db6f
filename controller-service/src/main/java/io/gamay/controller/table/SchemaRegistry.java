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
import io.gamay.cluster.table.Problem;
import io.gamay.cluster.table.SchemaDefinition;
import io.gamay.cluster.table.SchemaJson;
import io.gamay.cluster.table.TableConfigJson;
import io.gamay.controller.leader.LeaderTransactions;
import io.gamay.controller.leader.LeaderTransactions.Decision;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Adds, changes and removes schemas. A change makes a new version, beside the old ones: segments
 * name the version that they were consumed under. Thread-safe; blocks on the store.
 */
public final class SchemaRegistry {

  private final TableCatalog catalog;
  private final LeaderTransactions transactions;

  public SchemaRegistry(TableCatalog catalog, LeaderTransactions transactions) {
    this.catalog = catalog;
    this.transactions = transactions;
  }

  /**
   * Adds a schema, or changes the one of the same name.
   *
   * @param override false: refused if there is one
   * @param force take it even if sealed segments can no longer be read as before
   */
  public Accepted put(String json, boolean override, boolean force) {
    Parsed<SchemaDefinition> parsed = SchemaJson.parse(json);
    SchemaDefinition schema = Accepted.valueOf(parsed);
    return transactions.write(
        mayBeWritten -> {
          Optional<Versioned<SchemaNode>> present = catalog.schemaNode(schema.name());
          Accepted accepted = Accepted.of(schema.name(), parsed);
          if (present.isEmpty()) {
            NodeNames.requireRoom(catalog.schemaNames(), schema.name(), "schemas");
            return new Decision<>(create(schema), accepted);
          }
          boolean isSame =
              catalog.schema(schema.name()).filter(s -> s.json().equals(schema.json())).isPresent();
          if (isSame && (override || mayBeWritten)) {
            return Decision.nothingToWrite(accepted);
          }
          if (!override) {
            throw new RequestRefusedException(
                CONFLICT, "Schema %s already exists".formatted(schema.name()));
          }
          return new Decision<>(change(present.get(), schema, force), accepted);
        });
  }

  /** Changes a schema that exists. */
  public Accepted update(String name, String json, boolean force) {
    SchemaDefinition schema = Accepted.valueOf(SchemaJson.parse(json));
    if (!schema.name().equals(name)) {
      throw new RequestRefusedException(
          INVALID,
          "$.schemaName: the schema is named %s, the path says %s".formatted(schema.name(), name));
    }
    requireSchema(name);
    return put(json, true, force);
  }

  public void delete(String name) {
    transactions.write(
        mayBeWritten -> {
          Optional<Versioned<SchemaNode>> present = catalog.schemaNode(name);
          if (present.isEmpty() && mayBeWritten) {
            return Decision.nothingToWrite(name);
          }
          SchemaNode node = present.orElseThrow(() -> notFound(name)).value();
          if (node.tableId().isPresent()) {
            throw new RequestRefusedException(
                CONFLICT,
                "Cannot delete schema %s, as it is used by table %s_REALTIME"
                    .formatted(name, name));
          }
          return new Decision<>(removal(present.get()), name);
        });
  }

  private Versioned<SchemaNode> requireSchema(String name) {
    return catalog.schemaNode(name).orElseThrow(() -> notFound(name));
  }

  private static List<Operation> create(SchemaDefinition schema) {
    SchemaNode node = new SchemaNode(schema.name(), 1, Optional.empty());
    return List.of(
        new Operation.Create(ClusterPaths.schema(schema.name()), ClusterJson.write(node), false),
        createText(schema, 1));
  }

  private List<Operation> change(
      Versioned<SchemaNode> present, SchemaDefinition schema, boolean force) {
    SchemaNode node = present.value();
    SchemaDefinition before = catalog.schema(node.name()).orElseThrow(() -> notFound(node.name()));
    List<Problem> against = SchemaJson.incompatibilities(before, schema);
    if (!force && !against.isEmpty()) {
      throw new RequestRefusedException(
          INVALID,
          "Schema %s is not backward compatible:\n%s"
              .formatted(node.name(), Parsed.describe(against)));
    }
    int version = node.version() + 1;
    List<Operation> operations = new ArrayList<>();
    operations.add(
        new Operation.Put(
            ClusterPaths.schema(node.name()),
            ClusterJson.write(node.withVersion(version)),
            present.version()));
    operations.add(createText(schema, version));
    node.tableId()
        .flatMap(catalog::tableById)
        .ifPresent(table -> operations.add(useBy(table, schema, version)));
    return operations;
  }

  /**
   * The table goes on with the new version, if its config means as much under it as before: what
   * was wrong already is not this change's.
   */
  private static Operation useBy(TableState table, SchemaDefinition schema, int version) {
    TableNode node = table.node();
    String config = table.config().json();
    List<Problem> before =
        TableConfigJson.parse(config, table.schema(), node.configVersion()).problems();
    List<Problem> now =
        TableConfigJson.parse(config, schema, node.configVersion()).problems().stream()
            .filter(problem -> before.stream().noneMatch(problem::isSameAs))
            .toList();
    if (!now.isEmpty()) {
      throw new RequestRefusedException(INVALID, Parsed.describe(now));
    }
    return new Operation.Put(
        ClusterPaths.table(node.tableId()),
        ClusterJson.write(node.withSchemaVersion(version)),
        table.nodeVersion());
  }

  private static Operation createText(SchemaDefinition schema, int version) {
    return new Operation.Create(
        ClusterPaths.schemaText(schema.name(), version),
        schema.json().getBytes(StandardCharsets.UTF_8),
        false);
  }

  private static List<Operation> removal(Versioned<SchemaNode> present) {
    SchemaNode node = present.value();
    List<Operation> operations = new ArrayList<>();
    for (int version = 1; version <= node.version(); version++) {
      operations.add(
          new Operation.Delete(
              ClusterPaths.schemaText(node.name(), version), Operation.ANY_VERSION));
    }
    operations.add(new Operation.Delete(ClusterPaths.schema(node.name()), present.version()));
    return operations;
  }

  private static RequestRefusedException notFound(String name) {
    return new RequestRefusedException(NOT_FOUND, "Schema %s not found".formatted(name));
  }
}
