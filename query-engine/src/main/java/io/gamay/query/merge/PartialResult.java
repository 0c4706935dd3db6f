package io.gamay.query.merge;

import io.gamay.query.vector.Vector;
import io.gamay.segment.read.BytesBlock;
import java.util.List;

/**
 * What one segment, one server, or several together know of an answer; two of the same plan merge
 * into one, unless they are finished. Its vectors and states are not changed any more.
 */
public sealed interface PartialResult {

  /** Rows that the result holds. */
  int rowCount();

  /** Memory held, roughly. */
  long sizeBytes();

  /** Which groups of its rows it lacks. */
  default GroupLoss loss() {
    return GroupLoss.NONE;
  }

  /** Whether it has all that its rows have. */
  default boolean isWhole() {
    return loss().equals(GroupLoss.NONE);
  }

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
   */
  final class Groups implements PartialResult {

    private final int groupCount;
    private final List<GroupKey> keys;
    private final List<AggregateStates> states;
    private final GroupLoss loss;

    private Groups(
        List<GroupKey> keys, int groupCount, List<AggregateStates> states, GroupLoss loss) {
      this.groupCount = groupCount;
      this.loss = loss;
      this.keys = List.copyOf(keys);
      this.states = List.copyOf(states);
      for (GroupKey key : keys) {
        if (key.groupCount() != groupCount) {
          throw new IllegalArgumentException(
              "key of %d rows for %d groups".formatted(key.groupCount(), groupCount));
        }
      }
      for (AggregateStates state : states) {
        if (state.groupCount() != groupCount) {
          throw new IllegalArgumentException(
              "%d states for %d groups".formatted(state.groupCount(), groupCount));
        }
      }
    }

    /**
     * @param groupCount groups, in no particular order, all different
     * @param keys one vector per key, a row per group
     * @param states one per aggregate, a state per group
     */
    public Groups(int groupCount, List<Vector> keys, List<AggregateStates> states) {
      this(
          keys.stream().<GroupKey>map(GroupKey.Values::new).toList(),
          groupCount,
          states,
          GroupLoss.NONE);
    }

    /** The same for keys that may be held by number. */
    public static Groups of(int groupCount, List<GroupKey> keys, List<AggregateStates> states) {
      return new Groups(keys, groupCount, states, GroupLoss.NONE);
    }

    /** The same groups, of which is known that they lack others as well. */
    public Groups withLoss(GroupLoss more) {
      return new Groups(keys, groupCount, states, loss.plus(more));
    }

    @Override
    public GroupLoss loss() {
      return loss;
    }

    public int groupCount() {
      return groupCount;
    }

    /** One per key; their values may have to be looked up. */
    public List<GroupKey> groupKeys() {
      return keys;
    }

    /** One vector per key, a row per group: looks up the values of all groups. */
    public List<Vector> keys() {
      return keys.stream().map(GroupKey::values).toList();
    }

    /** One per aggregate, a state per group. */
    public List<AggregateStates> states() {
      return states;
    }

    @Override
    public int rowCount() {
      return groupCount;
    }

    @Override
    public long sizeBytes() {
      return keys.stream().mapToLong(GroupKey::sizeBytes).sum()
          + states.stream().mapToLong(AggregateStates::sizeBytes).sum();
    }
  }

  /**
   * Of whole groups: those that an answer is made of, in their order, as a {@link
   * io.gamay.query.plan.FinishPlan} says. It merges with nothing.
   *
   * @param keys one vector per key, a row per group
   * @param aggregates final values, one vector per aggregate, a row per group
   * @param loss of the groups that were finished
   */
  record FinishedGroups(int groupCount, List<Vector> keys, List<Vector> aggregates, GroupLoss loss)
      implements PartialResult {
    public FinishedGroups {
      keys = List.copyOf(keys);
      aggregates = List.copyOf(aggregates);
      requireRows(groupCount, keys);
      requireRows(groupCount, aggregates);
    }

    private static void requireRows(int groupCount, List<Vector> vectors) {
      for (Vector vector : vectors) {
        if (vector.rowCount() != groupCount) {
          throw new IllegalArgumentException(
              "vector of %d rows for %d groups".formatted(vector.rowCount(), groupCount));
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
          + aggregates.stream().mapToLong(Vector::sizeBytes).sum();
    }
  }
}
