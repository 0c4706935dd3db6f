package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.segment.read.DictionaryReader;
import java.util.Arrays;
import java.util.Optional;

/** The row with the least or the greatest value per group, told by ranks of dictIds. */
final class DenseExtremes implements DenseAccumulator {

  private final BlockDictIds column;
  private final DictionaryReader dictionary;

  /** Per dictId a number that grows with the value; empty where the dictId does. */
  private final Optional<int[]> ranks;

  private final boolean isMax;

  /** Ranks; of groups without rows, one that any other beats. */
  private final int[] best;

  DenseExtremes(
      BlockDictIds column,
      DictionaryReader dictionary,
      Optional<int[]> ranks,
      boolean isMax,
      int groupCount) {
    this.column = column;
    this.dictionary = dictionary;
    this.ranks = ranks;
    this.isMax = isMax;
    this.best = new int[groupCount];
    Arrays.fill(best, isMax ? -1 : Integer.MAX_VALUE);
  }

  @Override
  public void add(Block block, int[] groups) {
    int count = block.count();
    int[] ids = column.of(block);
    if (ranks.isPresent()) {
      int[] rankOf = ranks.get();
      for (int row = 0; row < count; row++) {
        take(groups[row], rankOf[ids[row]]);
      }
      return;
    }
    if (isMax) {
      for (int row = 0; row < count; row++) {
        best[groups[row]] = Math.max(best[groups[row]], ids[row]);
      }
      return;
    }
    for (int row = 0; row < count; row++) {
      best[groups[row]] = Math.min(best[groups[row]], ids[row]);
    }
  }

  @Override
  public void addToFirst(Block block) {
    int count = block.count();
    int[] ids = column.of(block);
    if (ranks.isPresent()) {
      int[] rankOf = ranks.get();
      for (int row = 0; row < count; row++) {
        take(0, rankOf[ids[row]]);
      }
      return;
    }
    int result = best[0];
    if (isMax) {
      for (int row = 0; row < count; row++) {
        result = Math.max(result, ids[row]);
      }
    } else {
      for (int row = 0; row < count; row++) {
        result = Math.min(result, ids[row]);
      }
    }
    best[0] = result;
  }

  private void take(int group, int rank) {
    best[group] = isMax ? Math.max(best[group], rank) : Math.min(best[group], rank);
  }

  DictionaryReader dictionary() {
    return dictionary;
  }

  /** The rank of a group's extreme; only of a group that has rows. */
  int rank(int group) {
    return best[group];
  }

  @Override
  public long sizeBytes() {
    return 4L * best.length;
  }

  @Override
  public String way() {
    return "least or greatest dictIds";
  }
}
