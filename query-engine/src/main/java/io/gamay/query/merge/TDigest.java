package io.gamay.query.merge;

import java.util.Arrays;

/**
 * A sketch of the distribution of numbers: their mass as centroids in ascending order, fine at the
 * ends and coarse in the middle, and behind them values not merged in yet. After Dunning and Ertl,
 * "Computing extremely accurate quantiles using t-digests" (2019), the merging variant with scale
 * function k1; up to twice as many centroids as the compression says are kept, and about as many
 * values are kept as they are. NaN is not taken in. Depends on nothing but the values and the order
 * and grouping in which they come. One thread.
 */
final class TDigest {

  private static final int FIRST_CAPACITY = 8;
  private static final int PENDING_PER_COMPRESSION = 8;
  private static final double[] NONE = {};
  private static final int OBJECT_BYTES = 120;

  private final int compression;
  private double[] means = NONE;

  /** Whole numbers. */
  private double[] weights = NONE;

  private int centroidCount;
  private double centroidWeight;
  private double[] pending = NONE;

  /** Of each pending value; empty while all are 1. */
  private double[] pendingWeights = NONE;

  private int pendingCount;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;

  TDigest(int compression) {
    this.compression = compression;
  }

  /** A settled digest of centroids in ascending order; takes over the arrays. */
  static TDigest of(int compression, double[] means, double[] weights, double min, double max) {
    TDigest digest = new TDigest(compression);
    digest.means = means;
    digest.weights = weights;
    digest.centroidCount = means.length;
    digest.centroidWeight = Arrays.stream(weights).sum();
    digest.min = min;
    digest.max = max;
    return digest;
  }

  void add(double value, double weight) {
    if (Double.isNaN(value)) {
      return;
    }
    if (pendingCount == pending.length) {
      makeRoom();
    }
    if (weight != 1 && pendingWeights.length == 0) {
      pendingWeights = new double[pending.length];
      Arrays.fill(pendingWeights, 0, pendingCount, 1);
    }
    if (pendingWeights.length > 0) {
      pendingWeights[pendingCount] = weight;
    }
    pending[pendingCount++] = value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }

  /** Adds all that another holds, which stays as it is. */
  void addAll(TDigest other) {
    for (int index = 0; index < other.centroidCount; index++) {
      add(other.means[index], other.weights[index]);
    }
    for (int index = 0; index < other.pendingCount; index++) {
      add(other.pending[index], other.pendingWeight(index));
    }
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
  }

  /** Merges the pending values in. */
  void settle() {
    if (pendingCount == 0) {
      return;
    }
    int count = centroidCount + pendingCount;
    double[] values = Arrays.copyOf(means, count);
    double[] masses = Arrays.copyOf(weights, count);
    System.arraycopy(pending, 0, values, centroidCount, pendingCount);
    for (int index = 0; index < pendingCount; index++) {
      masses[centroidCount + index] = pendingWeight(index);
    }
    pendingCount = 0;
    pendingWeights = NONE;
    pending = pending.length > compression ? pending : NONE;
    sort(values, masses);
    compress(values, masses);
  }

  /** This with nothing pending: itself, or else a copy. */
  TDigest settled() {
    if (pendingCount == 0) {
      return this;
    }
    TDigest copy = new TDigest(compression);
    copy.means = means;
    copy.weights = weights;
    copy.centroidCount = centroidCount;
    copy.centroidWeight = centroidWeight;
    copy.pending = pending.clone();
    copy.pendingWeights = pendingWeights;
    copy.pendingCount = pendingCount;
    copy.min = min;
    copy.max = max;
    copy.settle();
    return copy;
  }

  /**
   * The value below which so much of the mass lies; NaN of nothing. Of a settled digest. Between
   * the middles of centroids, and between the ends and the smallest and largest value, it runs
   * straight.
   *
   * @param fraction in [0, 1]
   */
  double quantile(double fraction) {
    if (centroidCount == 0) {
      return Double.NaN;
    }
    double target = fraction * centroidWeight;
    double before = 0;
    double leftAt = 0;
    double left = min;
    for (int index = 0; index < centroidCount; index++) {
      double middle = before + weights[index] / 2;
      if (target <= middle) {
        return between(left, means[index], (target - leftAt) / (middle - leftAt));
      }
      before += weights[index];
      leftAt = middle;
      left = means[index];
    }
    return between(left, max, (target - leftAt) / (centroidWeight - leftAt));
  }

  private static double between(double left, double right, double part) {
    if (left == right || part <= 0) {
      return left;
    }
    if (Double.isInfinite(left) || Double.isInfinite(right)) {
      return part < 0.5 ? left : right;
    }
    return left * (1 - part) + right * part;
  }

  int compression() {
    return compression;
  }

  /** Of a settled digest, as all that follows. */
  int centroidCount() {
    return centroidCount;
  }

  double mean(int index) {
    return means[index];
  }

  double weight(int index) {
    return weights[index];
  }

  double min() {
    return min;
  }

  double max() {
    return max;
  }

  long sizeBytes() {
    return OBJECT_BYTES
        + 8L * (means.length + weights.length + pending.length + pendingWeights.length);
  }

  private double pendingWeight(int index) {
    return pendingWeights.length == 0 ? 1 : pendingWeights[index];
  }

  private void makeRoom() {
    int full = PENDING_PER_COMPRESSION * compression;
    if (pending.length >= full) {
      settle();
      return;
    }
    int capacity = Math.min(full, Math.max(FIRST_CAPACITY, 2 * pending.length));
    pending = Arrays.copyOf(pending, capacity);
    if (pendingWeights.length > 0) {
      pendingWeights = Arrays.copyOf(pendingWeights, capacity);
    }
  }

  /** Sorts values, their masses with them; equal values become one, the mass of the others 0. */
  private static void sort(double[] values, double[] masses) {
    double[] unsorted = values.clone();
    double[] itsMasses = masses.clone();
    Arrays.sort(values);
    Arrays.fill(masses, 0);
    for (int index = 0; index < unsorted.length; index++) {
      masses[Arrays.binarySearch(values, unsorted[index])] += itsMasses[index];
    }
  }

  private void compress(double[] values, double[] masses) {
    double total = 0;
    for (double mass : masses) {
      total += mass;
    }
    means = new double[Math.min(values.length, 2 * compression + 4)];
    weights = new double[means.length];
    centroidCount = 0;
    centroidWeight = total;
    double before = 0;
    double limit = 0;
    for (int index = 0; index < values.length; index++) {
      double mass = masses[index];
      if (mass == 0) {
        continue;
      }
      int last = centroidCount - 1;
      boolean joins =
          last >= 0
              && before + weights[last] + mass <= limit
              && (!Double.isInfinite(values[index]) && !Double.isInfinite(means[last]));
      if (joins) {
        weights[last] += mass;
        means[last] += (values[index] - means[last]) * (mass / weights[last]);
        continue;
      }
      before += last >= 0 ? weights[last] : 0;
      limit = total * limitOf(before / total);
      if (centroidCount == means.length) {
        means = Arrays.copyOf(means, 2 * means.length);
        weights = Arrays.copyOf(weights, 2 * weights.length);
      }
      means[centroidCount] = values[index];
      weights[centroidCount++] = mass;
    }
  }

  /**
   * Where a centroid that begins at a fraction must end: one step of the scale function further.
   */
  private double limitOf(double fraction) {
    double step = Math.PI / compression;
    double angle = Math.asin(2 * Math.min(fraction, 1) - 1) + step;
    return angle >= Math.PI / 2 ? 1 : (Math.sin(angle) + 1) / 2;
  }
}
