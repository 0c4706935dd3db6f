package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateCall.EmptyHabit;
import io.gamay.query.vector.Vector;
import java.util.List;

/** What aggregations give where they have no value. */
final class EmptyValues {

  private EmptyValues() {}

  /** Appends SQL NULL, or what Pinot has in its place. */
  static void append(AggregateCall call, Vector target) {
    if (call.isNullable() || call.emptyHabit() == EmptyHabit.STANDARD_NULL) {
      target.appendNull();
      return;
    }
    if (target.isList()) {
      target.appendList(List.of());
      return;
    }
    switch (call.type().element()) {
      case DOUBLE -> target.appendDouble(real(call));
      case LONG, TIMESTAMP -> target.appendLong(integer(call, Long.MIN_VALUE));
      case INT -> target.appendLong(integer(call, Integer.MIN_VALUE));
      case BOOLEAN ->
          target.appendLong(
              switch (call.function()) {
                case MIN -> 1;
                default -> 0;
              });
      case FLOAT -> target.appendDouble(Double.NaN);
      case STRING, JSON ->
          AggregateStates.appendText(
              switch (call.function()) {
                case SUM -> "0";
                default -> "";
              },
              target);
      case BIG_DECIMAL, BYTES -> target.appendNull();
    }
  }

  private static double real(AggregateCall call) {
    return switch (call.function()) {
      case SUM, SUM_DISTINCT -> 0;
      case MIN -> Double.POSITIVE_INFINITY;
      case PERCENTILE_TDIGEST,
          PERCENTILE_KLL,
          SKEWNESS,
          KURTOSIS,
          FIRST_WITH_TIME,
          LAST_WITH_TIME ->
          Double.NaN;
      default -> Double.NEGATIVE_INFINITY;
    };
  }

  private static long integer(AggregateCall call, long smallest) {
    return switch (call.function()) {
      case SUM -> 0;
      case MIN -> -1 - smallest;
      default -> smallest;
    };
  }
}
