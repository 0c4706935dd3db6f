package io.gamay.cluster.layout;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A schema by name; its texts lie below, one node per version, never changed.
 *
 * @param version the current one, 1 for the first
 * @param tableId the table that uses it. Creating a table writes it here in the same transaction:
 *     so a name has at most one table, and a schema in use is not deleted
 * @param unknown what a newer process wrote besides: it is kept whoever changes the rest
 */
public record SchemaNode(
    String name,
    int version,
    Optional<String> tableId,
    @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {

  public SchemaNode {
    unknown = Map.copyOf(unknown);
  }

  /** Of which nothing is unknown. */
  public SchemaNode(String name, int version, Optional<String> tableId) {
    this(name, version, tableId, Map.of());
  }

  public SchemaNode withVersion(int versionNow) {
    return new SchemaNode(name, versionNow, tableId, unknown);
  }

  /**
   * @param tableIdNow empty: no table uses it
   */
  public SchemaNode usedBy(Optional<String> tableIdNow) {
    return new SchemaNode(name, version, tableIdNow, unknown);
  }
}
