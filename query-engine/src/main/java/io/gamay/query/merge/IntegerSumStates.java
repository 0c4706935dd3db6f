package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Arrays;

/** Sums of integers in 128 bits (two's complement, high and low word) and counts of values. */
public final class IntegerSumStates implements ValueCountStates {

  /** Integers below are doubles, and a quotient of two of them is rounded once. */
  private static final long EXACT_DOUBLES = 1L << 53;

  private long[] highs = new long[1];
  private long[] lows = new long[1];
  private long[] counts = new long[1];
  private int groupCount;

  @Override
  public int groupCount() {
    return groupCount;
  }

  public long[] highs() {
    return highs;
  }

  public long[] lows() {
    return lows;
  }

  public long[] counts() {
    return counts;
  }

  @Override
  public void ensureGroups(int groups) {
    if (groups > counts.length) {
      int capacity = GroupCapacity.grown(counts.length, groups);
      highs = Arrays.copyOf(highs, capacity);
      lows = Arrays.copyOf(lows, capacity);
      counts = Arrays.copyOf(counts, capacity);
    }
    groupCount = Math.max(groupCount, groups);
  }

  @Override
  public void add(int group, Vector values, int value) {
    add(group, integer(values, value));
  }

  @Override
  public void add(int group, Vector values, int value, long count) {
    long number = integer(values, value);
    addSum(group, Math.multiplyHigh(number, count), number * count);
    counts[group] += count;
  }

  private static long integer(Vector values, int value) {
    return values.type() == StoredType.INT ? values.ints()[value] : values.longs()[value];
  }

  /** Adds one value. */
  public void add(int group, long value) {
    addSum(group, value >> 63, value);
    counts[group]++;
  }

  /** Adds a sum in 128 bits; the count is the caller's to add. */
  public void addSum(int group, long high, long low) {
    long sum = lows[group] + low;
    highs[group] += high + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0);
    lows[group] = sum;
  }

  @Override
  public void absorb(AggregateStates other, int[] groupOf) {
    IntegerSumStates that = (IntegerSumStates) other;
    for (int group = 0; group < that.groupCount; group++) {
      if (groupOf[group] < 0) {
        continue;
      }
      addSum(groupOf[group], that.highs[group], that.lows[group]);
      counts[groupOf[group]] += that.counts[group];
    }
  }

  @Override
  public boolean isEmpty(int group) {
    return counts[group] == 0;
  }

  @Override
  public void appendValue(AggregateCall call, int group, Vector target) {
    long low = lows[group];
    boolean isAverage = call.function().isMean();
    if (highs[group] == low >> 63 && !isAverage) {
      AggregateStates.appendNumber(call, low, target);
      return;
    }
    boolean areExactDoubles =
        highs[group] == low >> 63
            && Math.abs(low) < EXACT_DOUBLES
            && counts[group] < EXACT_DOUBLES
            && target.type() == StoredType.DOUBLE;
    if (areExactDoubles) {
      target.appendDouble((double) low / counts[group]);
      return;
    }
    BigDecimal sum = new BigDecimal(sum(group));
    AggregateStates.appendNumber(
        call,
        isAverage ? sum.divide(BigDecimal.valueOf(counts[group]), MathContext.DECIMAL128) : sum,
        target);
  }

  @Override
  public Vector finish(AggregateCall call) {
    Vector values = Vector.of(call.type().element().storedType());
    boolean arePlain = call.function() == AggregateFunction.SUM && values.type() == StoredType.LONG;
    for (int group = 0; group < groupCount && arePlain; group++) {
      arePlain = counts[group] > 0 && highs[group] == lows[group] >> 63;
    }
    if (!arePlain) {
      return ValueCountStates.super.finish(call);
    }
    values.resize(groupCount);
    System.arraycopy(lows, 0, values.longs(), 0, groupCount);
    return values;
  }

  private BigInteger sum(int group) {
    BigInteger high = BigInteger.valueOf(highs[group]).shiftLeft(Long.SIZE);
    BigInteger low = BigInteger.valueOf(lows[group]);
    return high.add(lows[group] < 0 ? low.add(BigInteger.ONE.shiftLeft(Long.SIZE)) : low);
  }

  @Override
  public long sizeBytes() {
    return 64 + 24L * counts.length;
  }
}
