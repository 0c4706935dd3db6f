package io.gamay.segment.forward;

/**
 * Where the values of each row of a multi-value column lie among those of all rows. Immutable and
 * thread-safe; valid while the segment is open.
 */
public sealed interface RowBounds permits RowEnds, RowLengths {

  /** The index of the first value of a row. */
  long start(int docId);

  /**
   * Ends of the rows [first, first + count), counted from the first row's first value, into {@code
   * ends[0, count)}.
   *
   * @return the index of the first row's first value
   */
  long readEnds(int first, int count, int[] ends);

  /**
   * Tells which rows of the run [first, first + count) have at least one of some values.
   *
   * @param values bit i, in the form of {@code rows}, for value {@code start(first) + i}; a word
   *     more than the run's values need, and zeros behind them
   * @param rows receives one bit per row, row {@code first + i} being bit {@code i % 64} of word
   *     {@code i / 64}, and zeros behind the last
   */
  void matchAny(int first, int count, long[] values, long[] rows);
}
