package io.gamay.query.prune;

import io.gamay.query.plan.TypedExpression.VirtualColumnKind;
import io.gamay.query.prune.PruneReason.Kind;
import io.gamay.segment.schema.ColumnRole;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Bounds that remember what they were asked for: it decided. One thread. */
final class AskedBounds implements ColumnBounds {

  private final ColumnBounds bounds;
  private final TableSchema schema;
  private final Map<String, Bounds> asked = new LinkedHashMap<>();
  private boolean hasExcluded;

  AskedBounds(ColumnBounds bounds, TableSchema schema) {
    this.bounds = bounds;
    this.schema = schema;
  }

  @Override
  public Optional<Bounds> bounds(String column) {
    Optional<Bounds> known = bounds.bounds(column);
    known.ifPresent(found -> asked.put(column, found));
    return known;
  }

  @Override
  public boolean mightContain(String column, Value value) {
    boolean might = bounds.mightContain(column, value);
    hasExcluded |= !might;
    return might;
  }

  Kind kind() {
    if (hasExcluded) {
      return bounds.exclusion();
    }
    return asked.keySet().stream().findFirst().map(this::kindOf).orElse(Kind.CONSTANT);
  }

  /** Of the only column that was asked for, if they decided. */
  Optional<Bounds> only() {
    return !hasExcluded && asked.size() == 1
        ? asked.values().stream().findFirst()
        : Optional.empty();
  }

  private Kind kindOf(String column) {
    for (VirtualColumnKind kind : VirtualColumnKind.values()) {
      if (kind.columnName().equals(column)) {
        return kind == VirtualColumnKind.PARTITION_ID ? Kind.PARTITION : Kind.IDENTITY;
      }
    }
    return schema
        .column(column)
        .filter(spec -> spec.role() == ColumnRole.DATE_TIME)
        .map(_ -> Kind.TIME)
        .orElse(Kind.BOUNDS);
  }
}
