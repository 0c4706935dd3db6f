package io.gamay.segment.read;

/** A test of a column's values, prepared for many runs of rows. */
@FunctionalInterface
public interface RunTest {

  /**
   * Tells which rows of a run pass.
   *
   * @param mask receives one bit per row, row {@code first + i} being bit {@code i % 64} of word
   *     {@code i / 64}; the words of the run are overwritten, bits behind its end cleared
   */
  void match(int first, int count, long[] mask);
}
