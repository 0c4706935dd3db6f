package io.gamay.cluster.layout;

import io.gamay.cluster.assignment.DownloadOrders;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

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
 */
public record TableNode(
    String tableId,
    String name,
    int configVersion,
    int schemaVersion,
    Instant createdAt,
    Map<Integer, Long> startOffsets,
    boolean isDeleted,
    Optional<DownloadOrders> downloadOrders) {

  public TableNode {
    startOffsets = Map.copyOf(startOffsets);
  }

  /** Without download orders. */
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
        Optional.empty());
  }

  /** Which sealed segments servers are to fetch again. */
  public DownloadOrders downloads() {
    return downloadOrders.orElse(DownloadOrders.NONE);
  }

  public TableNode withConfigVersion(int version) {
    return new TableNode(
        tableId, name, version, schemaVersion, createdAt, startOffsets, isDeleted, downloadOrders);
  }

  public TableNode withSchemaVersion(int version) {
    return new TableNode(
        tableId, name, configVersion, version, createdAt, startOffsets, isDeleted, downloadOrders);
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
        Optional.of(orders));
  }

  public TableNode asDeleted() {
    return new TableNode(
        tableId, name, configVersion, schemaVersion, createdAt, startOffsets, true);
  }
}
