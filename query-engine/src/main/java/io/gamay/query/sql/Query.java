package io.gamay.query.sql;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One single-table SELECT as written.
 *
 * @param options SET statements and OPTION(...), keys as written, later ones win; matched without
 *     case
 * @param table as written: {@code t}, {@code db.t}, {@code t_REALTIME}
 * @param limit empty: none was written
 */
public record Query(
    Map<String, String> options,
    boolean explain,
    boolean distinct,
    List<SelectItem> select,
    String table,
    Optional<Expression> where,
    List<Expression> groupBy,
    Optional<Expression> having,
    List<OrderItem> orderBy,
    OptionalLong limit,
    long offset) {

  public Query {
    options = Map.copyOf(options);
    select = List.copyOf(select);
    groupBy = List.copyOf(groupBy);
    orderBy = List.copyOf(orderBy);
  }

  public record SelectItem(Expression expression, Optional<String> alias) {}

  /**
   * @param nullsFirst empty: the dialect's habit
   */
  public record OrderItem(
      Expression expression, boolean descending, Optional<Boolean> nullsFirst) {}
}
