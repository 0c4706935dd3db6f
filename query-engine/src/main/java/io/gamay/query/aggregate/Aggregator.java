package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.query.merge.AggregateStates;

/** Feeds the rows of one segment into the states of one aggregation. One thread. */
interface Aggregator {

  /**
   * Takes in the rows of a block.
   *
   * @param groupCount groups that exist now
   */
  void add(Block block, RowGroups rowGroups, int groupCount);

  /** The states of as many groups; called once, at the end. */
  AggregateStates finish(int groupCount);

  /** Memory held, roughly. */
  long sizeBytes();
}
