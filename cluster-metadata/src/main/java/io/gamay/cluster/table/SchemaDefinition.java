package io.gamay.cluster.table;

import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.TableSchema;
import java.util.List;
import java.util.Set;

/**
 * What a schema's JSON means, before a table decides on null handling.
 *
 * @param json the text as its owner wrote it
 * @param columns in the order dimensions, metrics, date-times, each as written; {@code nullable} as
 *     column-based null handling alone would have it
 */
public record SchemaDefinition(
    String name,
    List<ColumnSpec> columns,
    List<String> primaryKeyColumns,
    boolean columnBasedNullHandling,
    Set<String> notNullColumns,
    String json) {

  public SchemaDefinition {
    columns = List.copyOf(columns);
    primaryKeyColumns = List.copyOf(primaryKeyColumns);
    notNullColumns = Set.copyOf(notNullColumns);
  }

  /**
   * The schema as a table sees it: a column is nullable if column-based null handling is on and the
   * column is not {@code notNull}, or if the table has null handling.
   */
  public TableSchema tableSchema(int version, boolean tableNullHandling) {
    return new TableSchema(
        name,
        version,
        columns.stream()
            .map(column -> column.withNullable(tableNullHandling || isNullable(column.name())))
            .toList());
  }

  private boolean isNullable(String column) {
    return columnBasedNullHandling && !notNullColumns.contains(column);
  }
}
