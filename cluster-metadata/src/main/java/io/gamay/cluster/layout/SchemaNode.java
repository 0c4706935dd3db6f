package io.gamay.cluster.layout;

import java.util.Optional;

/**
 * A schema by name; its texts lie below, one node per version, never changed.
 *
 * @param version the current one, 1 for the first
 * @param tableId the table that uses it. Creating a table writes it here in the same transaction:
 *     so a name has at most one table, and a schema in use is not deleted
 */
public record SchemaNode(String name, int version, Optional<String> tableId) {}
