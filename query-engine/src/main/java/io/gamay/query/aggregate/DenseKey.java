package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.query.explain.Clause;
import io.gamay.query.merge.GroupKey;

/** One key of dense groups: a digit for each of its values. One thread. */
interface DenseKey {

  /** All digits are below. */
  int digits();

  /**
   * The digit of each row of a block; to be read only, until the next block.
   *
   * @throws DenseOverflow if the key has more values than digits
   */
  int[] of(Block block);

  /**
   * The key of groups with these digits.
   *
   * @param digits one per group; given away
   */
  GroupKey key(int[] digits);

  long sizeBytes();

  /** How rows get their digits. */
  Clause how();
}
