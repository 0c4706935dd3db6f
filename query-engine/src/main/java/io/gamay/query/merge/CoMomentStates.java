package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.vector.Vector;
import java.util.Arrays;
import java.util.List;

/**
 * Counts, means and sums of products of distances from the means of pairs of numbers, for
 * covariance and correlation; of rows where neither is NULL.
 */
public final class CoMomentStates implements RowStates {

  /**
   * Per group: count, means of x and y, each with what it lacks as a double, sums of (x, x), (y, y)
   * and (x, y).
   */
  public static final int FIELDS = 8;

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
  public void add(int group, List<Vector> arguments, int row) {
    Vector x = arguments.get(0);
    Vector y = arguments.get(1);
    if (!x.isNull(row) && !y.isNull(row)) {
      merge(group, 1, Reals.at(x, row), 0, Reals.at(y, row), 0, 0, 0, 0);
    }
  }

  /** Adds so many pairs with the fields that they would have as a group. */
  public void merge(
      int group,
      double count,
      double meanX,
      double meanXRest,
      double meanY,
      double meanYRest,
      double xx,
      double yy,
      double xy) {
    if (count == 0) {
      return;
    }
    int at = group * FIELDS;
    if (fields[at] == 0) {
      fields[at + 1] = meanX;
      fields[at + 2] = meanXRest;
      fields[at + 3] = meanY;
      fields[at + 4] = meanYRest;
    }
    double total = fields[at] + count;
    double deltaX = TwiceDouble.distance(fields[at + 1], fields[at + 2], meanX, meanXRest);
    double deltaY = TwiceDouble.distance(fields[at + 3], fields[at + 4], meanY, meanYRest);
    double weight = fields[at] / total * count;
    fields[at + 5] += xx + deltaX * deltaX * weight;
    fields[at + 6] += yy + deltaY * deltaY * weight;
    fields[at + 7] += xy + deltaX * deltaY * weight;
    TwiceDouble.add(fields, at + 1, deltaX / total * count);
    TwiceDouble.add(fields, at + 3, deltaY / total * count);
    fields[at] = total;
  }

  @Override
  public void absorb(AggregateStates other, int[] groupOf) {
    CoMomentStates that = (CoMomentStates) other;
    for (int group = 0; group < that.groupCount; group++) {
      if (groupOf[group] < 0) {
        continue;
      }
      merge(
          groupOf[group],
          that.field(group, 0),
          that.field(group, 1),
          that.field(group, 2),
          that.field(group, 3),
          that.field(group, 4),
          that.field(group, 5),
          that.field(group, 6),
          that.field(group, 7));
    }
  }

  @Override
  public boolean isEmpty(int group) {
    return fields[group * FIELDS] == 0;
  }

  /** A field of a group, in the order of {@link #merge}. */
  public double field(int group, int field) {
    return fields[group * FIELDS + field];
  }

  @Override
  public void appendValue(AggregateCall call, int group, Vector target) {
    double n = field(group, 0);
    double xx = field(group, 5);
    double yy = field(group, 6);
    double xy = field(group, 7);
    switch (call.function()) {
      case COVAR_POP -> target.appendDouble(xy / n);
      case COVAR_SAMP -> appendIf(n > 1, call, xy / (n - 1), target);
      case CORR -> appendIf(xx != 0 && yy != 0, call, xy / (Math.sqrt(xx) * Math.sqrt(yy)), target);
      default -> throw new IllegalStateException(call.function() + " of pairs");
    }
  }

  private static void appendIf(boolean exists, AggregateCall call, double value, Vector target) {
    if (exists) {
      target.appendDouble(value);
    } else {
      EmptyValues.append(call, target);
    }
  }

  @Override
  public long sizeBytes() {
    return 64 + 8L * fields.length;
  }
}
