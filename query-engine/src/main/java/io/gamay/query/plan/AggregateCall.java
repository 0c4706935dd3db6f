package io.gamay.query.plan;

import java.util.Optional;

/**
 * One aggregation.
 *
 * @param argument empty for COUNT(*); of an array type for aggregations over every element of
 *     multi-value columns (COUNT then counts elements; rows with a value are counted by a filter)
 * @param filter only rows for which it is true are taken
 * @param type of the final value. INT and LONG sums accumulate in 128 bits; SUM of integers is LONG
 *     (an error if the final value does not fit), of FLOAT and DOUBLE is DOUBLE, of BIG_DECIMAL is
 *     BIG_DECIMAL; AVG is DOUBLE (BIG_DECIMAL of BIG_DECIMAL); MIN and MAX keep the type; in the
 *     Pinot dialect SUM, MIN, MAX are DOUBLE
 * @param isNullable whether no row gives NULL; else it gives what {@link #emptyHabit()} says
 */
public record AggregateCall(
    AggregateFunction function,
    Optional<TypedExpression> argument,
    Optional<TypedExpression> filter,
    ResultType type,
    boolean isNullable,
    EmptyHabit emptyHabit) {

  /** The same over all rows. */
  public AggregateCall withoutFilter() {
    return new AggregateCall(function, argument, Optional.empty(), type, isNullable, emptyHabit);
  }

  /** What an aggregation other than COUNT gives for no row. */
  public enum EmptyHabit {
    /** SQL NULL. */
    STANDARD_NULL,
    /** Pinot without null handling: SUM 0.0, MIN Infinity, MAX and AVG -Infinity. */
    PINOT_VALUES
  }

  /** The functions that exist; each has a mergeable partial state. */
  public enum AggregateFunction {
    COUNT,
    /** Exact count of distinct values. */
    COUNT_DISTINCT,
    SUM,
    MIN,
    MAX,
    AVG
  }
}
