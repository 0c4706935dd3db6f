package io.gamay.query.plan;

import io.gamay.segment.schema.Value;
import java.util.List;
import java.util.Optional;

/**
 * One aggregation.
 *
 * @param arguments over the row; none for COUNT(*). The first is of an array type for aggregations
 *     over every element of multi-value columns (COUNT then counts elements; rows with a value are
 *     counted by a filter)
 * @param parameters constants that shape the function, as it says
 * @param filter only rows for which it is true are taken
 * @param type of the final value. INT and LONG sums accumulate in 128 bits; SUM of integers is LONG
 *     (an error if the final value does not fit), of FLOAT and DOUBLE is DOUBLE, of BIG_DECIMAL is
 *     BIG_DECIMAL; AVG is DOUBLE (BIG_DECIMAL of BIG_DECIMAL); MIN and MAX keep the type; in the
 *     Pinot dialect SUM, MIN, MAX are DOUBLE
 * @param isNullable whether no row gives NULL; else it gives what {@link #emptyHabit()} says
 */
public record AggregateCall(
    AggregateFunction function,
    List<TypedExpression> arguments,
    List<Value> parameters,
    Optional<TypedExpression> filter,
    ResultType type,
    boolean isNullable,
    EmptyHabit emptyHabit) {

  public AggregateCall {
    arguments = List.copyOf(arguments);
    parameters = List.copyOf(parameters);
  }

  /** Whether it needs more of a row than that it is there. */
  public boolean readsValues() {
    return !arguments.isEmpty() || filter.isPresent();
  }

  /** The first argument, or the only one. */
  public Optional<TypedExpression> argument() {
    return arguments.isEmpty() ? Optional.empty() : Optional.of(arguments.getFirst());
  }

  /** The first argument of a function that has one. */
  public TypedExpression firstArgument() {
    return argument()
        .orElseThrow(() -> new IllegalArgumentException(function + " without argument"));
  }

  /** The same over all rows. */
  public AggregateCall withoutFilter() {
    return new AggregateCall(
        function, arguments, parameters, Optional.empty(), type, isNullable, emptyHabit);
  }

  /** What an aggregation other than a count gives for no row. */
  public enum EmptyHabit {
    /** SQL NULL. */
    STANDARD_NULL,
    /** Pinot without null handling: SUM 0.0, MIN Infinity, MAX and AVG -Infinity, and so on. */
    PINOT_VALUES
  }
}
