package io.gamay.query.plan;

import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import io.gamay.query.plan.TypedExpression.VirtualColumnKind;
import io.gamay.query.sql.Expression;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.TableSchema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Columns by the names that queries use: as in the schema, else without regard to case, with or
 * without the table's name before them.
 */
final class ColumnResolver {

  private final TableSchema schema;
  private final List<String> qualifiers;
  private final Optional<Boolean> nullHandling;
  private final boolean ofOffsetsOnly;

  /**
   * @param table as the query names it
   * @param nullHandling whether every column is nullable or none is; empty: as the schema says
   * @param ofOffsetsOnly whether the answer is to follow from offsets alone, wherever segments end
   */
  ColumnResolver(
      TableSchema schema, String table, Optional<Boolean> nullHandling, boolean ofOffsetsOnly) {
    this.schema = schema;
    this.qualifiers = qualifiersOf(table);
    this.nullHandling = nullHandling;
    this.ofOffsetsOnly = ofOffsetsOnly;
  }

  private static List<String> qualifiersOf(String table) {
    String raw = rawTable(table);
    String unqualified = raw.substring(raw.lastIndexOf('.') + 1);
    return List.of(
        table + ".",
        raw + ".",
        table.substring(table.lastIndexOf('.') + 1) + ".",
        unqualified + ".");
  }

  /** The table without the suffix that names its half. */
  static String rawTable(String table) {
    for (String suffix : List.of("_REALTIME", "_OFFLINE")) {
      if (table.endsWith(suffix) && table.length() > suffix.length()) {
        return table.substring(0, table.length() - suffix.length());
      }
    }
    return table;
  }

  /** Physical columns in the order of {@code SELECT *}. */
  List<ColumnReference> all() {
    return schema.columns().stream()
        .filter(column -> !column.name().startsWith("$"))
        .sorted(Comparator.comparing(ColumnSpec::name))
        .map(this::reference)
        .toList();
  }

  TypedExpression resolve(Expression.Name written) {
    String name = written.name();
    return find(name)
        .orElseThrow(
            () ->
                Refusals.unknownColumn(
                    "unknown column %s in table %s%s%s"
                        .formatted(
                            name,
                            schema.name(),
                            written.quoted()
                                ? hint(name)
                                : OtherDatabases.value(name).orElseGet(() -> hint(name)),
                            written.quoted() ? "; a text is written in single quotes" : "")));
  }

  private String hint(String name) {
    return NearestName.hint(name, names());
  }

  Optional<TypedExpression> find(String name) {
    Optional<TypedExpression> whole = findUnqualified(name);
    if (whole.isPresent()) {
      return whole;
    }
    for (String qualifier : qualifiers) {
      if (name.regionMatches(true, 0, qualifier, 0, qualifier.length())) {
        Optional<TypedExpression> column = findUnqualified(name.substring(qualifier.length()));
        if (column.isPresent()) {
          return column;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<TypedExpression> findUnqualified(String name) {
    Optional<ColumnSpec> exact = schema.column(name);
    if (exact.isPresent()) {
      return exact.map(this::reference);
    }
    for (VirtualColumnKind kind : VirtualColumnKind.values()) {
      if (kind.columnName().equalsIgnoreCase(name)) {
        requireOfOffsets(kind);
        return Optional.of(new VirtualColumn(kind));
      }
    }
    List<ColumnSpec> alike =
        schema.columns().stream().filter(column -> column.name().equalsIgnoreCase(name)).toList();
    if (alike.size() > 1) {
      throw Refusals.unknownColumn(
          "column %s could be any of %s: write it as in the schema"
              .formatted(name, alike.stream().map(ColumnSpec::name).toList()));
    }
    return alike.stream().findFirst().map(this::reference);
  }

  private void requireOfOffsets(VirtualColumnKind kind) {
    boolean isOfSegments =
        kind == VirtualColumnKind.DOC_ID || kind == VirtualColumnKind.SEGMENT_NAME;
    if (ofOffsetsOnly && isOfSegments) {
      throw Refusals.invalid(
          "column %s depends on where segments end, so no answer with it can be repeated: use $partitionId and $offset, or leave the option asOf out"
              .formatted(kind.columnName()));
    }
  }

  private ColumnReference reference(ColumnSpec column) {
    return new ColumnReference(
        column.name(),
        new ResultType(column.type(), !column.singleValue()),
        nullHandling.orElse(column.nullable()),
        column.defaultValue());
  }

  private List<String> names() {
    var names = new ArrayList<String>();
    schema.columns().forEach(column -> names.add(column.name()));
    for (VirtualColumnKind kind : VirtualColumnKind.values()) {
      names.add(kind.columnName());
    }
    return names;
  }
}
