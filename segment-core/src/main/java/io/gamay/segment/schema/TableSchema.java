package io.gamay.segment.schema;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a table at one version, in the order of the schema's text. Column names are
 * unique; they are matched exactly.
 */
public final class TableSchema {

  private final String name;
  private final int version;
  private final List<ColumnSpec> columns;
  private final Map<String, Integer> indexByName;

  /**
   * @throws IllegalArgumentException if a column name occurs twice
   */
  public TableSchema(String name, int version, List<ColumnSpec> columns) {
    this.name = name;
    this.version = version;
    this.columns = List.copyOf(columns);
    this.indexByName = new HashMap<>();
    for (int index = 0; index < columns.size(); index++) {
      if (indexByName.put(columns.get(index).name(), index) != null) {
        throw new IllegalArgumentException("column " + columns.get(index).name() + " occurs twice");
      }
    }
  }

  public String name() {
    return name;
  }

  public int version() {
    return version;
  }

  public List<ColumnSpec> columns() {
    return columns;
  }

  public Optional<ColumnSpec> column(String columnName) {
    int index = indexOf(columnName);
    return index < 0 ? Optional.empty() : Optional.of(columns.get(index));
  }

  /** The 0-based position of a column, or -1. */
  public int indexOf(String columnName) {
    return indexByName.getOrDefault(columnName, -1);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TableSchema that
        && version == that.version
        && name.equals(that.name)
        && columns.equals(that.columns);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + version;
  }

  @Override
  public String toString() {
    return name + "@" + version + columns.stream().map(ColumnSpec::name).toList();
  }
}
