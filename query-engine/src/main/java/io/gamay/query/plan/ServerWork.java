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
   * @param groupLimit more groups than this on one server is an error in the standard dialect
   */
  record GroupBy(List<TypedExpression> keys, List<AggregateCall> aggregates, int groupLimit)
      implements ServerWork {
    public GroupBy {
      keys = List.copyOf(keys);
      aggregates = List.copyOf(aggregates);
    }
  }
}
