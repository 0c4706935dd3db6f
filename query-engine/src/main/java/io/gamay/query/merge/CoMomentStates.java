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

  /** Per group: count, means of x and y, sums of (x, x), (y, y) and (x, y). */
  private static final int FIELDS = 6;

  private double[] fields = new double[FIELDS];
  private int groupCount;

  @Override
  public int groupCount() {
    return groupCount;
  }

  @Override
  public boolean isSameKind(AggregateStates other) {
    return other instanceof CoMomentStates;
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
      merge(group, 1, Reals.at(x, row), Reals.at(y, row), 0, 0, 0);
    }
  }

  /** Adds so many pairs with their means and sums of products of distances from them. */
  public void merge(
      int group, double count, double meanX, double meanY, double xx, double yy, double xy) {
    if (count == 0) {
      return;
    }
    int at = group * FIELDS;
    if (fields[at] == 0) {
      fields[at + 1] = meanX;
      fields[at + 2] = meanY;
    }
    double total = fields[at] + count;
    double deltaX = meanX - fields[at + 1];
    double deltaY = meanY - fields[at + 2];
    double weight = fields[at] / total * count;
    fields[at + 3] += xx + deltaX * deltaX * weight;
    fields[at + 4] += yy + deltaY * deltaY * weight;
    fields[at + 5] += xy + deltaX * deltaY * weight;
    fields[at + 1] += deltaX / total * count;
    fields[at + 2] += deltaY / total * count;
    fields[at] = total;
  }

  @Override
  public void absorb(AggregateStates other, int[] groupOf) {
    CoMomentStates that = (CoMomentStates) other;
    for (int group = 0; group < that.groupCount; group++) {
      merge(
          groupOf[group],
          that.field(group, 0),
          that.field(group, 1),
          that.field(group, 2),
          that.field(group, 3),
          that.field(group, 4),
          that.field(group, 5));
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
    double xx = field(group, 3);
    double yy = field(group, 4);
    double xy = field(group, 5);
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
