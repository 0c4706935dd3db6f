package io.gamay.query.merge;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The states of one aggregation, one for each of the groups [0, groupCount). Absorbing is
 * associative and commutative: for integers, decimals, extremes, sets and multisets exactly, for
 * sums of floating-point numbers up to the error of a compensated sum, for sketches within their
 * stated error. One thread until published.
 */
public sealed interface AggregateStates permits CountStates, ValueStates, RowStates, TypedStates {

  /** Empty states for an aggregation. */
  static AggregateStates of(AggregateCall call) {
    return switch (call.function()) {
      case COUNT -> new CountStates();
      case COUNT_DISTINCT,
          SUM_DISTINCT,
          AVG_DISTINCT,
          ARRAY_AGG_DISTINCT,
          LIST_AGG_DISTINCT,
          ID_SET ->
          new DistinctStates(argumentType(call));
      case MIN -> new ExtremeStates(argumentType(call), false);
      case MAX -> new ExtremeStates(argumentType(call), true);
      case MIN_MAX_RANGE -> new RangeStates(argumentType(call));
      case SUM, AVG -> sums(argumentType(call));
      case VAR_POP, VAR_SAMP, STDDEV_POP, STDDEV_SAMP, SKEWNESS, KURTOSIS -> new MomentStates();
      case COVAR_POP, COVAR_SAMP, CORR -> new CoMomentStates();
      case FIRST_WITH_TIME, LAST_WITH_TIME, ARG_MIN, ARG_MAX -> FirstRowStates.of(call);
      case ARRAY_AGG, LIST_AGG -> new RowListStates(argumentType(call));
      case SUM_ARRAY -> new ArraySumStates(argumentType(call));
      case FUNNEL_MAX_STEP, FUNNEL_MATCH_STEP, FUNNEL_COMPLETE_COUNT, FUNNEL_STEP_DURATION_STATS ->
          FunnelEventStates.of(call);
      case HISTOGRAM -> HistogramStates.of(call);
      case FUNNEL_COUNT -> new FunnelStates(argumentType(call), call.arguments().size() - 1);
      case COUNT_DISTINCT_THETA_SETS, RAW_THETA_SETS -> SketchSetStates.of(call);
      case PERCENTILE, MODE -> new MultisetStates(argumentType(call));
      case COUNT_DISTINCT_HLL,
          RAW_HLL,
          COUNT_DISTINCT_THETA,
          RAW_THETA,
          COUNT_DISTINCT_CPC,
          RAW_CPC,
          COUNT_DISTINCT_TUPLE,
          RAW_TUPLE,
          SUM_TUPLE,
          AVG_TUPLE,
          PERCENTILE_TDIGEST,
          RAW_TDIGEST,
          PERCENTILE_KLL,
          RAW_KLL,
          FREQUENT_LONGS,
          FREQUENT_STRINGS ->
          new SketchStates<>(SketchKinds.of(call));
    };
  }

  /** Empty sums of values of a type. */
  static ValueStates sums(StoredType type) {
    return switch (type) {
      case INT, LONG -> new IntegerSumStates();
      case FLOAT, DOUBLE -> new DoubleSumStates();
      case BIG_DECIMAL -> new DecimalSumStates();
      case STRING, BYTES ->
          throw new QueryException(QueryErrorCode.QUERY_VALIDATION, "sum of " + type);
    };
  }

  int groupCount();

  /**
   * Whether other states are of the same aggregation, so that they can be absorbed: those of the
   * same class, unless a class says more.
   */
  default boolean isSameKind(AggregateStates other) {
    return other.getClass() == getClass();
  }

  /** Makes this as many groups long, new ones empty; never shorter. */
  void ensureGroups(int groupCount);

  /**
   * Adds the states of another part of the rows.
   *
   * @param other of the same aggregation
   * @param groupOf the group here of each group there, below {@link #groupCount()}; a group of a
   *     negative number is left out
   */
  void absorb(AggregateStates other, int[] groupOf);

  /**
   * Brings the states into the form in which they are read best; to be called once all values are
   * in. Reading does not change states, so that several threads may read them at once.
   */
  default void settle() {}

  /** Whether a group has met no value. */
  boolean isEmpty(int group);

  /**
   * Appends the final value of a group that has met a value, or of any group of a function that
   * {@link io.gamay.query.plan.AggregateFunction#countsNothing() counts nothing}.
   */
  void appendValue(AggregateCall call, int group, Vector target);

  /** Memory held, roughly. */
  long sizeBytes();

  /** What making the final value of a group takes beside it, roughly; of the largest group. */
  default long finishBytes(AggregateCall call) {
    return 0;
  }

  /** The final values, a row per group. */
  default Vector finish(AggregateCall call) {
    int[] groups = new int[groupCount()];
    Arrays.setAll(groups, group -> group);
    return finish(call, groups);
  }

  /** The final values of some groups, in the order given. */
  default Vector finish(AggregateCall call, int[] groups) {
    Vector values = new Vector(call.type().element().storedType(), call.type().isArray());
    boolean countsNothing = call.function().countsNothing();
    for (int group : groups) {
      if (countsNothing || !isEmpty(group)) {
        appendValue(call, group, values);
      } else {
        EmptyValues.append(call, values);
      }
    }
    return values;
  }

  private static StoredType argumentType(AggregateCall call) {
    return call.firstArgument().type().element().storedType();
  }

  /** As {@link #appendNumber(AggregateCall, BigDecimal, Vector)}. */
  static void appendNumber(AggregateCall call, long number, Vector target) {
    switch (target.type()) {
      case LONG -> target.appendLong(number);
      case FLOAT, DOUBLE -> target.appendDouble((double) number);
      case INT, BIG_DECIMAL, STRING, BYTES ->
          appendNumber(call, BigDecimal.valueOf(number), target);
    }
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
              "%s overflow: %s does not fit %s%s"
                  .formatted(call.function(), number, target.type(), widened(call)),
              e);
        }
      }
      case FLOAT, DOUBLE -> target.appendDouble(number.doubleValue());
      case BIG_DECIMAL -> target.append(new Value.BigDecimalValue(number));
      case STRING -> appendText(number.toPlainString(), target);
      case BYTES -> throw new IllegalStateException(call.function() + " of type BYTES");
    }
  }

  private static String widened(AggregateCall call) {
    return switch (call.function()) {
      case SUM -> ": write SUM(CAST(x AS DECIMAL))";
      case SUM_DISTINCT -> ": write SUM(DISTINCT CAST(x AS DECIMAL))";
      default -> "";
    };
  }

  /** Appends a text to a vector of STRING. */
  static void appendText(String text, Vector target) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    target.appendBytes(utf8, 0, utf8.length);
  }
}
