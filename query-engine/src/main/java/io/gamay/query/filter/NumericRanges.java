package io.gamay.query.filter;

import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A few ranges of numbers, both ends inclusive: of longs for INT and LONG columns, of doubles for
 * FLOAT and DOUBLE ones, where NaN is the largest value. A range whose low end is above its high
 * one is empty.
 */
final class NumericRanges {

  /** Sets of more values than this are looked up instead. */
  static final int MAX_RANGES = 4;

  private final boolean isOfLongs;
  private final long[] lowLongs;
  private final long[] highLongs;
  private final double[] lowDoubles;
  private final double[] highDoubles;
  private final int count;

  private NumericRanges(boolean isOfLongs, int count) {
    this.isOfLongs = isOfLongs;
    this.count = count;
    this.lowLongs = new long[isOfLongs ? count : 0];
    this.highLongs = new long[isOfLongs ? count : 0];
    this.lowDoubles = new double[isOfLongs ? 0 : count];
    this.highDoubles = new double[isOfLongs ? 0 : count];
  }

  private static NumericRanges ofLongs(long low, long high) {
    NumericRanges ranges = new NumericRanges(true, 1);
    ranges.lowLongs[0] = low;
    ranges.highLongs[0] = high;
    return ranges;
  }

  private static NumericRanges ofDoubles(double low, double high) {
    NumericRanges ranges = new NumericRanges(false, 1);
    ranges.lowDoubles[0] = low;
    ranges.highDoubles[0] = high;
    return ranges;
  }

  /**
   * The values of a column that a comparison with a bound is true for.
   *
   * @param type of the column; empty if the bound is of another, or the operator is not-equal
   */
  static Optional<NumericRanges> of(ComparisonOperator operator, Value bound, StoredType type) {
    if (bound.storedType() != type) {
      return Optional.empty();
    }
    return switch (bound) {
      case Value.IntValue(int v) -> longs(operator, v);
      case Value.LongValue(long v) -> longs(operator, v);
      case Value.FloatValue(float v) -> doubles(operator, v);
      case Value.DoubleValue(double v) -> doubles(operator, v);
      case Value.StringValue _, Value.BytesValue _, Value.BigDecimalValue _ -> Optional.empty();
    };
  }

  private static Optional<NumericRanges> longs(ComparisonOperator operator, long bound) {
    return switch (operator) {
      case EQUAL -> Optional.of(ofLongs(bound, bound));
      case LESS ->
          Optional.of(bound == Long.MIN_VALUE ? ofLongs(1, 0) : ofLongs(Long.MIN_VALUE, bound - 1));
      case LESS_OR_EQUAL -> Optional.of(ofLongs(Long.MIN_VALUE, bound));
      case GREATER ->
          Optional.of(bound == Long.MAX_VALUE ? ofLongs(1, 0) : ofLongs(bound + 1, Long.MAX_VALUE));
      case GREATER_OR_EQUAL -> Optional.of(ofLongs(bound, Long.MAX_VALUE));
      case NOT_EQUAL -> Optional.empty();
    };
  }

  private static Optional<NumericRanges> doubles(ComparisonOperator operator, double bound) {
    return switch (operator) {
      case EQUAL -> Optional.of(ofDoubles(bound, bound));
      case LESS -> Optional.of(below(bound));
      case LESS_OR_EQUAL -> Optional.of(ofDoubles(Double.NEGATIVE_INFINITY, bound));
      case GREATER -> Optional.of(above(bound));
      case GREATER_OR_EQUAL -> Optional.of(ofDoubles(bound, Double.NaN));
      case NOT_EQUAL -> Optional.empty();
    };
  }

  private static NumericRanges below(double bound) {
    if (bound == Double.NEGATIVE_INFINITY) {
      return ofDoubles(1, 0);
    }
    return ofDoubles(
        Double.NEGATIVE_INFINITY,
        Double.isNaN(bound) ? Double.POSITIVE_INFINITY : Math.nextDown(bound));
  }

  private static NumericRanges above(double bound) {
    if (Double.isNaN(bound)) {
      return ofDoubles(1, 0);
    }
    return ofDoubles(
        bound == Double.POSITIVE_INFINITY ? Double.NaN : Math.nextUp(bound), Double.NaN);
  }

  /** The values of a set. Empty if they are too many, or one is of another type. */
  static Optional<NumericRanges> ofValues(List<Value> values, StoredType type) {
    if (values.isEmpty() || values.size() > MAX_RANGES) {
      return Optional.empty();
    }
    List<NumericRanges> each = new ArrayList<>();
    for (Value value : values) {
      of(ComparisonOperator.EQUAL, value, type).ifPresent(each::add);
    }
    if (each.size() < values.size()) {
      return Optional.empty();
    }
    NumericRanges all = new NumericRanges(each.getFirst().isOfLongs, each.size());
    for (int range = 0; range < all.count; range++) {
      if (all.isOfLongs) {
        all.lowLongs[range] = each.get(range).lowLongs[0];
        all.highLongs[range] = each.get(range).highLongs[0];
      } else {
        all.lowDoubles[range] = each.get(range).lowDoubles[0];
        all.highDoubles[range] = each.get(range).highDoubles[0];
      }
    }
    return Optional.of(all);
  }

  /** What is in both; empty if one of them is several ranges. */
  Optional<NumericRanges> intersect(NumericRanges other) {
    if (count != 1 || other.count != 1 || isOfLongs != other.isOfLongs) {
      return Optional.empty();
    }
    if (isOfLongs) {
      return Optional.of(
          ofLongs(
              Math.max(lowLongs[0], other.lowLongs[0]),
              Math.min(highLongs[0], other.highLongs[0])));
    }
    double low = isAbove(other.lowDoubles[0], lowDoubles[0]) ? other.lowDoubles[0] : lowDoubles[0];
    double high =
        isAbove(highDoubles[0], other.highDoubles[0]) ? other.highDoubles[0] : highDoubles[0];
    return Optional.of(isAbove(low, high) ? ofDoubles(1, 0) : ofDoubles(low, high));
  }

  boolean isOfLongs() {
    return isOfLongs;
  }

  int count() {
    return count;
  }

  long lowLong(int range) {
    return lowLongs[range];
  }

  long highLong(int range) {
    return highLongs[range];
  }

  double lowDouble(int range) {
    return lowDoubles[range];
  }

  double highDouble(int range) {
    return highDoubles[range];
  }

  boolean contains(long value) {
    boolean found = false;
    for (int range = 0; range < count; range++) {
      found |= value >= lowLongs[range] && value <= highLongs[range];
    }
    return found;
  }

  boolean contains(double value) {
    boolean found = false;
    for (int range = 0; range < count; range++) {
      found |= !isAbove(lowDoubles[range], value) && !isAbove(value, highDoubles[range]);
    }
    return found;
  }

  /** Of values that lie in [min, max]. */
  ZoneVerdict verdict(long min, long max) {
    ZoneVerdict verdict = ZoneVerdict.NONE;
    for (int range = 0; range < count; range++) {
      if (min >= lowLongs[range] && max <= highLongs[range]) {
        return ZoneVerdict.ALL;
      }
      boolean isEmpty = lowLongs[range] > highLongs[range];
      if (!isEmpty && max >= lowLongs[range] && min <= highLongs[range]) {
        verdict = ZoneVerdict.SOME;
      }
    }
    return verdict;
  }

  /** Of values that lie in [min, max]. */
  ZoneVerdict verdict(double min, double max) {
    ZoneVerdict verdict = ZoneVerdict.NONE;
    for (int range = 0; range < count; range++) {
      if (!isAbove(lowDoubles[range], min) && !isAbove(max, highDoubles[range])) {
        return ZoneVerdict.ALL;
      }
      boolean isEmpty = isAbove(lowDoubles[range], highDoubles[range]);
      if (!isEmpty && !isAbove(lowDoubles[range], max) && !isAbove(min, highDoubles[range])) {
        verdict = ZoneVerdict.SOME;
      }
    }
    return verdict;
  }

  /** NaN is the largest; both zeros are one. */
  private static boolean isAbove(double left, double right) {
    return left > right || (Double.isNaN(left) && !Double.isNaN(right));
  }
}
