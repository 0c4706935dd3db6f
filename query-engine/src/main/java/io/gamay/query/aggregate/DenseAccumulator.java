package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;

/** What is added up per possible group, in arrays over all of them. One thread. */
interface DenseAccumulator {

  /**
   * Takes in a block.
   *
   * @param groups the group of each row
   */
  void add(Block block, int[] groups);

  /** Takes in a block whose rows are all of group 0. */
  void addToFirst(Block block);

  long sizeBytes();

  /** What it does, for people. */
  String way();
}
