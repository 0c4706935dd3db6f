package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import java.util.Arrays;

/** The least or the greatest whole number per group. */
final class RawExtremes implements DenseAccumulator {

  private final ScaledBlock values;
  private final boolean isMax;
  private final long[] best;

  RawExtremes(ScaledBlock values, boolean isMax, int groupCount) {
    this.values = values;
    this.isMax = isMax;
    this.best = new long[groupCount];
    Arrays.fill(best, isMax ? Long.MIN_VALUE : Long.MAX_VALUE);
  }

  @Override
  public void add(Block block, int[] groups) {
    int count = block.count();
    long[] numbers = values.of(block);
    if (isMax) {
      for (int row = 0; row < count; row++) {
        best[groups[row]] = Math.max(best[groups[row]], numbers[row]);
      }
      return;
    }
    for (int row = 0; row < count; row++) {
      best[groups[row]] = Math.min(best[groups[row]], numbers[row]);
    }
  }

  @Override
  public void addToFirst(Block block) {
    int count = block.count();
    long[] numbers = values.of(block);
    long result = best[0];
    if (isMax) {
      for (int row = 0; row < count; row++) {
        result = Math.max(result, numbers[row]);
      }
    } else {
      for (int row = 0; row < count; row++) {
        result = Math.min(result, numbers[row]);
      }
    }
    best[0] = result;
  }

  /** The extreme of a group that has rows. */
  long value(int group) {
    return best[group];
  }

  @Override
  public long sizeBytes() {
    return 8L * best.length;
  }

  @Override
  public String way() {
    return "least or greatest scaled integers";
  }
}
