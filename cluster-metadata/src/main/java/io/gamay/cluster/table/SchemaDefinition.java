package io.gamay.cluster.table;

import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a schema's JSON means, before a table decides on null handling.
 *
 * @param columns in the order of the text; nullable as column-based null handling alone has it
 * @param columnBasedNullHandling whether each column says for itself if it is nullable
 * @param notNullColumns columns that say that they are not
 * @param transforms functions that the schema itself gives to columns, by column
 * @param json the text as its owner wrote it
 */
public record SchemaDefinition(
    String name,
    List<ColumnSpec> columns,
    List<String> primaryKeyColumns,
    boolean columnBasedNullHandling,
    Set<String> notNullColumns,
    Map<String, TransformExpression> transforms,
    String json) {

  public SchemaDefinition {
    columns = withNullability(columns, columnBasedNullHandling, notNullColumns);
    primaryKeyColumns = List.copyOf(primaryKeyColumns);
    notNullColumns = Set.copyOf(notNullColumns);
    transforms = Map.copyOf(transforms);
  }

  private static List<ColumnSpec> withNullability(
      List<ColumnSpec> columns, boolean isColumnBased, Set<String> notNullColumns) {
    return columns.stream()
        .map(
            column -> column.withNullable(isColumnBased && !notNullColumns.contains(column.name())))
        .toList();
  }

  public Optional<ColumnSpec> column(String columnName) {
    return columns.stream().filter(column -> column.name().equals(columnName)).findFirst();
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
            .map(column -> tableNullHandling ? column.withNullable(true) : column)
            .toList());
  }
}
