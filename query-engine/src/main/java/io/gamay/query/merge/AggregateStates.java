package io.gamay.query.merge;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateCall.AggregateFunction;
import io.gamay.query.plan.AggregateCall.EmptyHabit;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;

/**
 * The states of one aggregation, one for each of the groups [0, groupCount). Absorbing is
 * associative and commutative: for integers, decimals, extremes and distinct values exactly, for
 * sums of floating-point numbers up to the error of a compensated sum. One thread until published.
 */
public sealed interface AggregateStates
    permits CountStates,
        IntegerSumStates,
        DoubleSumStates,
        DecimalSumStates,
        ExtremeStates,
        DistinctStates {

  /** Empty states for an aggregation. */
  static AggregateStates of(AggregateCall call) {
    return switch (call.function()) {
      case COUNT -> new CountStates();
      case COUNT_DISTINCT -> new DistinctStates(argumentType(call));
      case MIN -> new ExtremeStates(argumentType(call), false);
      case MAX -> new ExtremeStates(argumentType(call), true);
      case SUM, AVG ->
          switch (argumentType(call)) {
            case INT, LONG -> new IntegerSumStates();
            case FLOAT, DOUBLE -> new DoubleSumStates();
            case BIG_DECIMAL -> new DecimalSumStates();
            case STRING, BYTES ->
                throw new QueryException(
                    QueryErrorCode.QUERY_VALIDATION,
                    "%s of %s".formatted(call.function(), argumentType(call)));
          };
    };
  }

  int groupCount();

  /** Whether other states are of the same aggregation, so that they can be absorbed. */
  boolean isSameKind(AggregateStates other);

  /** Makes this as many groups long, new ones empty; never shorter. */
  void ensureGroups(int groupCount);

  /**
   * Adds the states of another part of the rows.
   *
   * @param other of the same aggregation
   * @param groupOf the group here of each group there; below {@link #groupCount()}
   */
  void absorb(AggregateStates other, int[] groupOf);

  /** Whether a group has met no value. */
  boolean isEmpty(int group);

  /** Appends the final value of a group that has met a value, or of any group of a COUNT. */
  void appendValue(AggregateCall call, int group, Vector target);

  /** Memory held, roughly. */
  long sizeBytes();

  /** The final values, a row per group. */
  default Vector finish(AggregateCall call) {
    Vector values = Vector.of(call.type().element().storedType());
    boolean isCount =
        call.function() == AggregateFunction.COUNT
            || call.function() == AggregateFunction.COUNT_DISTINCT;
    for (int group = 0; group < groupCount(); group++) {
      if (isCount || !isEmpty(group)) {
        appendValue(call, group, values);
      } else {
        appendEmpty(call, values);
      }
    }
    return values;
  }

  private static void appendEmpty(AggregateCall call, Vector target) {
    boolean pinotValues =
        !call.isNullable()
            && call.emptyHabit() == EmptyHabit.PINOT_VALUES
            && call.type().element() == DataType.DOUBLE;
    if (!pinotValues) {
      target.appendNull();
      return;
    }
    target.appendDouble(
        switch (call.function()) {
          case MIN -> Double.POSITIVE_INFINITY;
          case MAX, AVG -> Double.NEGATIVE_INFINITY;
          case SUM, COUNT, COUNT_DISTINCT -> 0;
        });
  }

  private static StoredType argumentType(AggregateCall call) {
    return call.argument()
        .orElseThrow(() -> new IllegalArgumentException(call.function() + " without argument"))
        .type()
        .element()
        .storedType();
  }

  /** Appends an exact number as a value of the vector's type. */
  static void appendNumber(AggregateCall call, BigDecimal number, Vector target) {
    switch (target.type()) {
      case INT, LONG -> {
        try {
          target.appendLong(
              target.type() == StoredType.INT ? number.intValueExact() : number.longValueExact());
        } catch (ArithmeticException e) {
          throw new QueryException(
              QueryErrorCode.QUERY_EXECUTION,
              "%s overflow: %s does not fit %s".formatted(call.function(), number, target.type()),
              e);
        }
      }
      case FLOAT, DOUBLE -> target.appendDouble(number.doubleValue());
      case BIG_DECIMAL -> target.append(new Value.BigDecimalValue(number));
      case STRING, BYTES ->
          throw new IllegalStateException(call.function() + " of type " + target.type());
    }
  }
}
