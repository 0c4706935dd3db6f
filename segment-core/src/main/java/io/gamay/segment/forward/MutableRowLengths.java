package io.gamay.segment.forward;

import io.gamay.segment.memory.FixedWidthVector;
import io.gamay.segment.memory.MemoryAccount;

/**
 * Append-only rows of a multi-value column: of each row the number of its values less 1, in the
 * form of {@link MutableDictIdIndex}, and for each run of {@link RowLengths#RUN_ROWS} rows where it
 * begins. Rows of up to 256 values take 1.06 bytes each. One writer; readers get a {@link
 * MutableRowLengthsView}.
 */
public final class MutableRowLengths {

  private final MutableDictIdIndex lengths;
  private final FixedWidthVector starts;

  /** Of all rows together. */
  private int valueCount;

  public MutableRowLengths(MemoryAccount memory) {
    lengths = new MutableDictIdIndex(memory);
    starts = new FixedWidthVector(memory, Integer.BYTES);
  }

  /** How many rows were appended. */
  public int size() {
    return lengths.size();
  }

  /**
   * Appends the rows {@code lengthsLessOne[0, count)}.
   *
   * @param lengthsLessOne numbers of values, each less 1
   * @throws ArithmeticException if the rows hold more than {@code 2^31 - 1} values together
   */
  public void append(int[] lengthsLessOne, int count) {
    int docId = size();
    for (int row = 0; row < count; row++) {
      if ((docId + row) % RowLengths.RUN_ROWS == 0) {
        starts.appendInt(valueCount);
      }
      valueCount = Math.addExact(valueCount, Math.addExact(lengthsLessOne[row], 1));
    }
    lengths.append(lengthsLessOne, count);
  }

  /** The rows appended so far. */
  public MutableRowLengthsView view() {
    return new MutableRowLengthsView(lengths.view(), starts.view(), valueCount);
  }
}
