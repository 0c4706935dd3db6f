package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.vector.Vector;
import java.util.Arrays;

/**
 * Counts, means and sums of powers of the distances from the mean, for variance, skewness and
 * kurtosis. Updated and merged after Pebay, "Formulas for robust, one-pass parallel computation of
 * covariances and arbitrary-order statistical moments" (2008). A mean has twice a double's digits,
 * so that large numbers close to each other have the distances that they should.
 */
public final class MomentStates implements ValueCountStates {

  /**
   * Per group: count, mean, what the mean as a double lacks, and the sums of the second, third and
   * fourth powers.
   */
  public static final int FIELDS = 6;

  private double[] fields = new double[FIELDS];
  private int groupCount;

  @Override
  public int groupCount() {
    return groupCount;
  }

  @Override
  public void ensureGroups(int groups) {
    if (groups > fields.length / FIELDS) {
      fields =
          Arrays.copyOf(
              fields,
              Math.multiplyExact(FIELDS, GroupCapacity.grown(fields.length / FIELDS, groups)));
    }
    groupCount = Math.max(groupCount, groups);
  }

  @Override
  public void add(int group, Vector values, int value, long count) {
    double number = Reals.at(values, value);
    // As one by one: the second NaN or infinite number has no distance from the first.
    double distance = count == 1 || Double.isFinite(number) ? 0 : Double.NaN;
    add(group, (double) count, number, 0, distance, distance, distance);
  }

  /** Adds so many values with the fields that they would have as a group. */
  public void add(
      int group, double count, double mean, double meanRest, double m2, double m3, double m4) {
    if (count == 0) {
      return;
    }
    int at = group * FIELDS;
    double ours = fields[at];
    if (ours == 0) {
      set(at, count, mean, meanRest, m2, m3, m4);
      return;
    }
    double total = ours + count;
    double delta = TwiceDouble.distance(fields[at + 1], fields[at + 2], mean, meanRest);
    double part = delta / total;
    double product = delta * part * ours * count;
    double old2 = fields[at + 3];
    double old3 = fields[at + 4];
    fields[at + 5] +=
        m4
            + product * part * part * (ours * ours - ours * count + count * count)
            + 6 * part * part * (ours * ours * m2 + count * count * old2)
            + 4 * part * (ours * m3 - count * old3);
    fields[at + 4] += m3 + product * part * (ours - count) + 3 * part * (ours * m2 - count * old2);
    fields[at + 3] += m2 + product;
    TwiceDouble.add(fields, at + 1, part * count);
    fields[at] = total;
  }

  private void set(
      int at, double count, double mean, double meanRest, double m2, double m3, double m4) {
    fields[at] = count;
    fields[at + 1] = mean;
    fields[at + 2] = meanRest;
    fields[at + 3] = m2;
    fields[at + 4] = m3;
    fields[at + 5] = m4;
  }

  @Override
  public void absorb(AggregateStates other, int[] groupOf) {
    MomentStates that = (MomentStates) other;
    for (int group = 0; group < that.groupCount; group++) {
      if (groupOf[group] < 0) {
        continue;
      }
      int from = group * FIELDS;
      add(
          groupOf[group],
          that.fields[from],
          that.fields[from + 1],
          that.fields[from + 2],
          that.fields[from + 3],
          that.fields[from + 4],
          that.fields[from + 5]);
    }
  }

  @Override
  public boolean isEmpty(int group) {
    return fields[group * FIELDS] == 0;
  }

  /** A field of a group, in the order of {@link #add}. */
  public double field(int group, int field) {
    return fields[group * FIELDS + field];
  }

  @Override
  public void appendValue(AggregateCall call, int group, Vector target) {
    double n = field(group, 0);
    double m2 = field(group, 3);
    switch (call.function()) {
      case VAR_POP -> target.appendDouble(m2 / n);
      case STDDEV_POP -> target.appendDouble(Math.sqrt(m2 / n));
      case VAR_SAMP -> appendIf(n > 1, call, m2 / (n - 1), target);
      case STDDEV_SAMP -> appendIf(n > 1, call, Math.sqrt(m2 / (n - 1)), target);
      case SKEWNESS -> appendIf(n > 2 && m2 != 0, call, skewness(n, m2, field(group, 4)), target);
      case KURTOSIS -> appendIf(n > 3 && m2 != 0, call, kurtosis(n, m2, field(group, 5)), target);
      default -> throw new IllegalStateException(call.function() + " of moments");
    }
  }

  private static void appendIf(boolean exists, AggregateCall call, double value, Vector target) {
    if (exists) {
      target.appendDouble(value);
    } else {
      EmptyValues.append(call, target);
    }
  }

  /** Of a population of which the values are a sample. */
  private static double skewness(double n, double m2, double m3) {
    double deviation = Math.sqrt(m2 / (n - 1));
    return n / ((n - 1) * (n - 2)) * (m3 / (deviation * deviation * deviation));
  }

  /** In excess of a normal distribution's; of a population of which the values are a sample. */
  private static double kurtosis(double n, double m2, double m4) {
    double variance = m2 / (n - 1);
    return n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * (m4 / (variance * variance))
        - 3 * (n - 1) * (n - 1) / ((n - 2) * (n - 3));
  }

  @Override
  public long sizeBytes() {
    return 64 + 8L * fields.length;
  }
}
