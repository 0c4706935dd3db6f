package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import java.util.Arrays;

/**
 * Sums of floating-point numbers, each with the sum of its rounding errors, and counts of values.
 * Compensation after Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher
 * Summen" (1974). Infinite and NaN sums are those of plain addition.
 */
public final class DoubleSumStates implements ValueStates {

  private double[] sums = new double[1];
  private double[] errors = new double[1];
  private long[] counts = new long[1];
  private int groupCount;

  @Override
  public int groupCount() {
    return groupCount;
  }

  public double[] sums() {
    return sums;
  }

  public double[] errors() {
    return errors;
  }

  public long[] counts() {
    return counts;
  }

  @Override
  public void ensureGroups(int groups) {
    if (groups > counts.length) {
      int capacity = GroupCapacity.grown(counts.length, groups);
      sums = Arrays.copyOf(sums, capacity);
      errors = Arrays.copyOf(errors, capacity);
      counts = Arrays.copyOf(counts, capacity);
    }
    groupCount = Math.max(groupCount, groups);
  }

  @Override
  public void add(int group, Vector values, int value) {
    add(
        group,
        values.type() == StoredType.FLOAT ? values.floats()[value] : values.doubles()[value]);
  }

  /** Adds one value. */
  public void add(int group, double value) {
    addSum(group, value, 0);
    counts[group]++;
  }

  /** Adds a sum with its error; the count is the caller's to add. */
  public void addSum(int group, double value, double error) {
    double before = sums[group];
    double sum = before + value;
    double kept = sum - before;
    errors[group] += ((before - (sum - kept)) + (value - kept)) + error;
    sums[group] = sum;
  }

  @Override
  public void absorb(AggregateStates other, int[] groupOf) {
    DoubleSumStates that = (DoubleSumStates) other;
    for (int group = 0; group < that.groupCount; group++) {
      if (groupOf[group] < 0) {
        continue;
      }
      addSum(groupOf[group], that.sums[group], that.errors[group]);
      counts[groupOf[group]] += that.counts[group];
    }
  }

  @Override
  public boolean isEmpty(int group) {
    return counts[group] == 0;
  }

  @Override
  public void appendValue(AggregateCall call, int group, Vector target) {
    double sum = sum(group);
    double value = call.function().isMean() ? sum / counts[group] : sum;
    switch (target.type()) {
      case FLOAT, DOUBLE -> target.appendDouble(value);
      case INT, LONG, BIG_DECIMAL, STRING, BYTES ->
          throw new IllegalStateException(call.function() + " of type " + target.type());
    }
  }

  /** The errors of an infinite sum are NaN and mean nothing. */
  private double sum(int group) {
    double corrected = sums[group] + errors[group];
    return Double.isNaN(corrected) ? sums[group] : corrected;
  }

  @Override
  public long sizeBytes() {
    return 64 + 24L * counts.length;
  }
}
