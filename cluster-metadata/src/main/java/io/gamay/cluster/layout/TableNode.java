package io.gamay.cluster.layout;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import io.gamay.cluster.assignment.DownloadOrders;
import io.gamay.cluster.consumption.ConsumptionOrders;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A table by id; the texts of its config lie below, one node per version, never changed.
 *
 * @param tableId unique per creation of a table of this name
 * @param name raw table name, also the name of its schema
 * @param configVersion the current one, 1 for the first
 * @param schemaVersion the current one
 * @param createdAt also the moment from which a start offset of "so long ago" counts back
 * @param startOffsets where the partitions begin that the topic had when the table was made
 * @param isDeleted a tombstone: the table is gone for everybody, sweeps remove what it left
 * @param downloadOrders empty before the first
 * @param consumptionOrders empty before the first
 * @param keptUntil of a deleted table, when its objects may go; empty: at once
 * @param unknown what a newer process wrote besides: it is kept whoever changes the rest
 */
public record TableNode(
    String tableId,
    String name,
    int configVersion,
    int schemaVersion,
    Instant createdAt,
    Map<Integer, Long> startOffsets,
    boolean isDeleted,
    Optional<DownloadOrders> downloadOrders,
    Optional<ConsumptionOrders> consumptionOrders,
    Optional<Instant> keptUntil,
    @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {

  public TableNode {
    startOffsets = Map.copyOf(startOffsets);
    unknown = Map.copyOf(unknown);
  }

  /** Without orders. */
  public TableNode(
      String tableId,
      String name,
      int configVersion,
      int schemaVersion,
      Instant createdAt,
      Map<Integer, Long> startOffsets,
      boolean isDeleted) {
    this(
        tableId,
        name,
        configVersion,
        schemaVersion,
        createdAt,
        startOffsets,
        isDeleted,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of());
  }

  /** Which sealed segments servers are to fetch again. */
  public DownloadOrders downloads() {
    return downloadOrders.orElse(DownloadOrders.NONE);
  }

  /** What stands for its consumption. */
  public ConsumptionOrders consumption() {
    return consumptionOrders.orElse(ConsumptionOrders.NONE);
  }

  public TableNode withConfigVersion(int version) {
    return new TableNode(
        tableId,
        name,
        version,
        schemaVersion,
        createdAt,
        startOffsets,
        isDeleted,
        downloadOrders,
        consumptionOrders,
        keptUntil,
        unknown);
  }

  public TableNode withSchemaVersion(int version) {
    return new TableNode(
        tableId,
        name,
        configVersion,
        version,
        createdAt,
        startOffsets,
        isDeleted,
        downloadOrders,
        consumptionOrders,
        keptUntil,
        unknown);
  }

  public TableNode withDownloads(DownloadOrders orders) {
    return new TableNode(
        tableId,
        name,
        configVersion,
        schemaVersion,
        createdAt,
        startOffsets,
        isDeleted,
        Optional.of(orders),
        consumptionOrders,
        keptUntil,
        unknown);
  }

  public TableNode withConsumption(ConsumptionOrders orders) {
    return new TableNode(
        tableId,
        name,
        configVersion,
        schemaVersion,
        createdAt,
        startOffsets,
        isDeleted,
        downloadOrders,
        Optional.of(orders),
        keptUntil,
        unknown);
  }

  /**
   * @param until when its objects may go; empty: at once
   */
  public TableNode asDeleted(Optional<Instant> until) {
    return new TableNode(
        tableId,
        name,
        configVersion,
        schemaVersion,
        createdAt,
        startOffsets,
        true,
        Optional.empty(),
        Optional.empty(),
        until,
        unknown);
  }
}
