package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Counts of numbers in bins [edge, next edge), the last of which takes its upper edge too; numbers
 * outside of all bins do not count.
 */
public final class HistogramStates implements ValueCountStates {

  private final double[] edges;
  private final int bins;
  private long[] counts;
  private int groupCount;

  /**
   * @param edges ascending, at least two
   * @throws IllegalArgumentException if they are not
   */
  public HistogramStates(double... edges) {
    this.edges = edges.clone();
    this.bins = edges.length - 1;
    for (int bin = 0; bin < bins; bin++) {
      if (!(edges[bin] < edges[bin + 1])) {
        throw new IllegalArgumentException("edges of bins must ascend: " + edges[bin + 1]);
      }
    }
    if (bins < 1) {
      throw new IllegalArgumentException("a histogram needs two edges at least");
    }
    this.counts = new long[bins];
  }

  static HistogramStates of(AggregateCall call) {
    return new HistogramStates(
        call.parameters().stream()
            .mapToDouble(value -> value instanceof Value.DoubleValue(double v) ? v : Double.NaN)
            .toArray());
  }

  @Override
  public int groupCount() {
    return groupCount;
  }

  @Override
  public boolean isSameKind(AggregateStates other) {
    return other instanceof HistogramStates that && Arrays.equals(edges, that.edges);
  }

  @Override
  public void ensureGroups(int groups) {
    if (groups > counts.length / bins) {
      counts =
          Arrays.copyOf(
              counts, Math.multiplyExact(bins, GroupCapacity.grown(counts.length / bins, groups)));
    }
    groupCount = Math.max(groupCount, groups);
  }

  @Override
  public void add(int group, Vector values, int value, long count) {
    double number = Reals.at(values, value);
    if (number >= edges[0] && number <= edges[bins]) {
      int found = Arrays.binarySearch(edges, number);
      int bin = found >= 0 ? found : -found - 2;
      counts[group * bins + Math.min(bin, bins - 1)] += count;
    }
  }

  @Override
  public void absorb(AggregateStates other, int[] groupOf) {
    HistogramStates that = (HistogramStates) other;
    for (int group = 0; group < that.groupCount; group++) {
      if (groupOf[group] < 0) {
        continue;
      }
      for (int bin = 0; bin < bins; bin++) {
        counts[groupOf[group] * bins + bin] += that.counts[group * bins + bin];
      }
    }
  }

  @Override
  public boolean isEmpty(int group) {
    return false;
  }

  @Override
  public void appendValue(AggregateCall call, int group, Vector target) {
    List<Value> list = new ArrayList<>(bins);
    for (int bin = 0; bin < bins; bin++) {
      long count = counts[group * bins + bin];
      list.add(
          target.type() == StoredType.DOUBLE
              ? new Value.DoubleValue(count)
              : new Value.LongValue(count));
    }
    target.appendList(list);
  }

  public double[] edges() {
    return edges.clone();
  }

  /** Of bin b of group g at g * bins + b. */
  public long[] counts() {
    return counts;
  }

  @Override
  public long sizeBytes() {
    return 64 + 8L * counts.length;
  }
}
