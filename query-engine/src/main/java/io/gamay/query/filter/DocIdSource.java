package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;

/** DocIds in blocks, ascending in each. One thread. */
public interface DocIdSource {

  /**
   * Fills the next block, which may be empty.
   *
   * @return false, with nothing filled, when there is none, however often it is asked
   */
  boolean next(Block out);
}
