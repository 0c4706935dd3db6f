package io.gamay.segment.forward;

import io.gamay.segment.memory.FixedWidthView;
import java.util.Objects;

/** The first rows of a {@link MutableRowLengths}; does not change. Thread-safe. */
public final class MutableRowLengthsView {

  private final MutableDictIdView lengths;
  private final FixedWidthView starts;
  private final int valueCount;

  MutableRowLengthsView(MutableDictIdView lengths, FixedWidthView starts, int valueCount) {
    this.lengths = lengths;
    this.starts = starts;
    this.valueCount = valueCount;
  }

  /** How many rows there are. */
  public int size() {
    return lengths.size();
  }

  /** How many values a row has. */
  public int length(int docId) {
    return lengths.dictIdAt(docId) + 1;
  }

  /** The index of a row's first value; for the row behind the last, how many values there are. */
  public int start(int docId) {
    Objects.checkIndex(docId, size() + 1);
    if (docId == size()) {
      return valueCount;
    }
    int run = docId / RowLengths.RUN_ROWS;
    int first = run * RowLengths.RUN_ROWS;
    return starts.intAt(run) + valuesOf(first, docId);
  }

  /**
   * The same, from a row whose start is known: for rows in ascending order, of which those of one
   * run are not counted from its start each.
   *
   * @param knownDocId at most {@code docId}
   */
  public int start(int docId, int knownDocId, int knownStart) {
    boolean isOfOneRun = docId / RowLengths.RUN_ROWS == knownDocId / RowLengths.RUN_ROWS;
    return isOfOneRun ? knownStart + valuesOf(knownDocId, docId) : start(docId);
  }

  /** Ends of the rows [from, from + count), counted from the first one's first value. */
  public void readEnds(int from, int count, int[] ends) {
    lengths.read(from, count, ends, 0);
    int end = 0;
    for (int i = 0; i < count; i++) {
      end = Math.addExact(end, ends[i] + 1);
      ends[i] = end;
    }
  }

  /** How many values the rows [from, to) have. */
  private int valuesOf(int from, int to) {
    return to - from + (int) lengths.sum(from, to - from);
  }
}
