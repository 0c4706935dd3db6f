package io.gamay.query.merge;

import io.gamay.query.vector.Vector;
import io.gamay.segment.read.BytesBlock;
import java.util.List;

/**
 * What one segment, one server, or several together know of an answer; two of the same plan merge
 * into one. Its vectors and states are not changed any more.
 */
public sealed interface PartialResult {

  /** Rows that the result holds. */
  int rowCount();

  /** Memory held, roughly. */
  long sizeBytes();

  /**
   * Of a {@link io.gamay.query.plan.ServerWork.Select}: the first rows.
   *
   * @param order one byte string per row, ascending without duplicates: the sort keys as written by
   *     {@link io.gamay.query.vector.SortKeyEncoder}, then partition and offset
   * @param columns one vector per selected column, a row per row
   */
  record SelectedRows(BytesBlock order, List<Vector> columns) implements PartialResult {
    public SelectedRows {
      columns = List.copyOf(columns);
      for (Vector column : columns) {
        if (column.rowCount() != order.count()) {
          throw new IllegalArgumentException(
              "column of %d rows among %d".formatted(column.rowCount(), order.count()));
        }
      }
    }

    @Override
    public int rowCount() {
      return order.count();
    }

    @Override
    public long sizeBytes() {
      return order.bytes().length
          + 4L * order.count()
          + columns.stream().mapToLong(Vector::sizeBytes).sum();
    }
  }

  /**
   * Of a {@link io.gamay.query.plan.ServerWork.GroupBy} or, without keys and with at most one
   * group, of an {@link io.gamay.query.plan.ServerWork.Aggregate}.
   *
   * @param groupCount groups, in no particular order, all different
   * @param keys one vector per key, a row per group
   * @param states one per aggregate, a state per group
   */
  record Groups(int groupCount, List<Vector> keys, List<AggregateStates> states)
      implements PartialResult {
    public Groups {
      keys = List.copyOf(keys);
      states = List.copyOf(states);
      for (Vector key : keys) {
        if (key.rowCount() != groupCount || key.isList()) {
          throw new IllegalArgumentException(
              "key of %d rows for %d groups".formatted(key.rowCount(), groupCount));
        }
      }
      for (AggregateStates state : states) {
        if (state.groupCount() != groupCount) {
          throw new IllegalArgumentException(
              "%d states for %d groups".formatted(state.groupCount(), groupCount));
        }
      }
    }

    @Override
    public int rowCount() {
      return groupCount;
    }

    @Override
    public long sizeBytes() {
      return keys.stream().mapToLong(Vector::sizeBytes).sum()
          + states.stream().mapToLong(AggregateStates::sizeBytes).sum();
    }
  }
}
