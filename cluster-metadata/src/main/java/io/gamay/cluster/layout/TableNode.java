package io.gamay.cluster.layout;

import java.time.Instant;

/**
 * A table by id; the texts of its config lie below, one node per version, never changed.
 *
 * @param tableId unique per creation of a table of this name
 * @param name raw table name, also the name of its schema
 * @param configVersion the current one, 1 for the first
 * @param schemaVersion the current one
 * @param isDeleted a tombstone: the table is gone for everybody, sweeps remove what it left
 */
public record TableNode(
    String tableId,
    String name,
    int configVersion,
    int schemaVersion,
    Instant createdAt,
    boolean isDeleted) {}
