package io.gamay.query.sql;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One SELECT over one table, or over none, as written.
 *
 * @param options SET statements and OPTION(...), keys as written, later ones win; matched without
 *     case
 * @param table as written: {@code t}, {@code db.t}, {@code t_REALTIME}; empty: there is no FROM,
 *     and no clause but the select list
 * @param groupingSets ascending indexes of keys in {@code groupBy}; what ROLLUP, CUBE and GROUPING
 *     SETS mean. Empty: none was written, all keys are one set
 * @param limit empty: none was written
 */
public record Query(
    Map<String, String> options,
    Explain explain,
    boolean distinct,
    List<SelectItem> select,
    String table,
    Optional<Expression> where,
    List<Expression> groupBy,
    List<List<Integer>> groupingSets,
    Optional<Expression> having,
    List<OrderItem> orderBy,
    OptionalLong limit,
    long offset) {

  public Query {
    options = Map.copyOf(options);
    select = List.copyOf(select);
    groupBy = List.copyOf(groupBy);
    groupingSets = groupingSets.stream().map(List::copyOf).toList();
    orderBy = List.copyOf(orderBy);
  }

  /** What is asked about the query in place of its answer. */
  public enum Explain {
    NONE,
    /** EXPLAIN PLAN FOR: how it would be run. */
    PLAN,
    /** EXPLAIN ANALYZE: how it was run, with what each part of it took. */
    ANALYZE
  }

  public record SelectItem(Expression expression, Optional<String> alias) {}

  /**
   * @param nullsFirst empty: the dialect's habit
   */
  public record OrderItem(
      Expression expression, boolean descending, Optional<Boolean> nullsFirst) {}
}
