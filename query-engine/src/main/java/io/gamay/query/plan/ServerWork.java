package io.gamay.query.plan;

import java.util.List;

/** What a server computes from the rows that pass the filter. */
public sealed interface ServerWork {

  /**
   * The first {@code rowLimit} rows by the order, ties and no order by (partition, offset).
   *
   * @param columns what is returned for each row
   * @param orderBy keys over the row (they need not be among the columns)
   * @param rowLimit LIMIT + OFFSET; for a limit that nobody wrote one more than the cap, so that it
   *     shows whether rows are left out
   */
  record Select(List<TypedExpression> columns, List<SortKey> orderBy, long rowLimit)
      implements ServerWork {
    public Select {
      columns = List.copyOf(columns);
      orderBy = List.copyOf(orderBy);
    }
  }

  /** One group without keys; gives one row even for no rows. */
  record Aggregate(List<AggregateCall> aggregates) implements ServerWork {
    public Aggregate {
      aggregates = List.copyOf(aggregates);
    }
  }

  /**
   * Groups by the values of the keys; a multi-value key puts the row into one group per element
   * (several: their cross product). DISTINCT is grouping without aggregates.
   *
   * <p>With grouping sets each row is in a group for every set; keys that a set lacks are NULL in
   * its groups. The last key is then the number of the set, 0-based, an INT that is computed from
   * no column. A set without keys has its one group even for no rows.
   *
   * @param groupLimit groups at most of one segment, and of one server
   * @param leavesOut whether groups beyond the limit are left out, the answer saying so; else they
   *     are an error
   * @param groupingSets ascending indexes of keys, never of the last one; empty: no sets
   */
  record GroupBy(
      List<TypedExpression> keys,
      List<AggregateCall> aggregates,
      int groupLimit,
      boolean leavesOut,
      List<List<Integer>> groupingSets)
      implements ServerWork {
    public GroupBy {
      keys = List.copyOf(keys);
      aggregates = List.copyOf(aggregates);
      groupingSets = groupingSets.stream().map(List::copyOf).toList();
    }

    /** Leaves no group out. */
    public GroupBy(
        List<TypedExpression> keys,
        List<AggregateCall> aggregates,
        int groupLimit,
        List<List<Integer>> groupingSets) {
      this(keys, aggregates, groupLimit, false, groupingSets);
    }

    /** Without grouping sets, and leaves no group out. */
    public GroupBy(List<TypedExpression> keys, List<AggregateCall> aggregates, int groupLimit) {
      this(keys, aggregates, groupLimit, List.of());
    }

    /** The work of one set on its own: its keys, and no set's number. */
    public ServerWork ofSet(int set) {
      List<Integer> indexes = groupingSets.get(set);
      return indexes.isEmpty()
          ? new Aggregate(aggregates)
          : new GroupBy(indexes.stream().map(keys::get).toList(), aggregates, groupLimit);
    }
  }
}
