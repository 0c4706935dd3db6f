package io.gamay.query.merge;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;

/** Exact sums of BIG_DECIMAL values and counts of values. */
public final class DecimalSumStates implements ValueCountStates {

  private static final int MAX_SCALE_DISTANCE = 10_000;

  private BigDecimal[] sums = {BigDecimal.ZERO};
  private long[] counts = new long[1];
  private int groupCount;

  @Override
  public int groupCount() {
    return groupCount;
  }

  public BigDecimal sum(int group) {
    return sums[group];
  }

  public long count(int group) {
    return counts[group];
  }

  @Override
  public void ensureGroups(int groups) {
    if (groups > counts.length) {
      int old = counts.length;
      int capacity = GroupCapacity.grown(old, groups);
      sums = Arrays.copyOf(sums, capacity);
      Arrays.fill(sums, old, capacity, BigDecimal.ZERO);
      counts = Arrays.copyOf(counts, capacity);
    }
    groupCount = Math.max(groupCount, groups);
  }

  @Override
  public void add(int group, Vector values, int value, long count) {
    BigDecimal number = values.decimalAt(value);
    add(group, count == 1 ? number : number.multiply(BigDecimal.valueOf(count)), count);
  }

  /** Adds the sum of so many values. */
  public void add(int group, BigDecimal sum, long count) {
    if (Math.abs((long) sums[group].scale() - sum.scale()) > MAX_SCALE_DISTANCE) {
      throw new QueryException(
          QueryErrorCode.QUERY_EXECUTION, "BIG_DECIMAL sum spans more than 10000 digits");
    }
    sums[group] = sums[group].add(sum);
    counts[group] += count;
  }

  @Override
  public void absorb(AggregateStates other, int[] groupOf) {
    DecimalSumStates that = (DecimalSumStates) other;
    for (int group = 0; group < that.groupCount; group++) {
      if (groupOf[group] < 0) {
        continue;
      }
      add(groupOf[group], that.sums[group], that.counts[group]);
    }
  }

  @Override
  public boolean isEmpty(int group) {
    return counts[group] == 0;
  }

  @Override
  public void appendValue(AggregateCall call, int group, Vector target) {
    AggregateStates.appendNumber(
        call,
        call.function().isMean()
            ? sums[group].divide(BigDecimal.valueOf(counts[group]), MathContext.DECIMAL128)
            : rounded(call, sums[group]),
        target);
  }

  /** A sum rounded to the digits, and to the scale, that its call asks for. */
  private static BigDecimal rounded(AggregateCall call, BigDecimal sum) {
    BigDecimal result = sum;
    List<Value> parameters = call.parameters();
    if (!parameters.isEmpty() && parameters.get(0) instanceof Value.IntValue(int digits)) {
      result = result.round(new MathContext(digits, RoundingMode.HALF_EVEN));
    }
    if (parameters.size() > 1 && parameters.get(1) instanceof Value.IntValue(int scale)) {
      result = result.setScale(scale, RoundingMode.HALF_EVEN);
    }
    return result;
  }

  @Override
  public long sizeBytes() {
    return 64 + 80L * counts.length;
  }
}
