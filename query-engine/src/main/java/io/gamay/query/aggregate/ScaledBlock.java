package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;

/**
 * A number for each row of a block as an integer: {@code value = scaled / 10^scale}, exactly, all
 * of them within bounds known beforehand. Never NULL. One thread.
 */
interface ScaledBlock {

  /** Digits after the decimal point. */
  int scale();

  /** No scaled value is less. */
  long min();

  /** No scaled value is more. */
  long max();

  /** The scaled values of a block's rows; to be read only, until the next block. */
  long[] of(Block block);
}
