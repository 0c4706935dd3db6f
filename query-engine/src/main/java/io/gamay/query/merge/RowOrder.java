package io.gamay.query.merge;

import io.gamay.query.budget.QueryBudget;
import java.util.Arrays;
import java.util.List;

/**
 * An order of rows by one or more columns: which of many rows are the first, and in which order.
 * Rows are named by their numbers. One thread.
 */
final class RowOrder {

  private static final int BLOCK_ROWS = 4096;

  /** So many rows are sorted at once. */
  private static final int FEW = 1024;

  private static final int DIGIT_BITS = 12;

  private final SortColumn[] columns;
  private final QueryBudget budget;

  /**
   * @param columns the first decides, the next where it does not, and so on
   */
  RowOrder(List<SortColumn> columns, QueryBudget budget) {
    this.columns = columns.toArray(SortColumn[]::new);
    this.budget = budget;
  }

  /**
   * The first rows in their order.
   *
   * @param rows all different in some column; their order changes
   */
  int[] first(int[] rows, int limit) {
    int wanted = Math.min(limit, rows.length);
    if (wanted == 0) {
      return new int[0];
    }
    try (QueryBudget.Reservation memory = budget.reserve()) {
      int[] chosen = isToBeSorted(rows.length, wanted) ? rows : select(rows, wanted, memory);
      sort(chosen, 0, 0, memory);
      return chosen.length == wanted ? chosen : Arrays.copyOf(chosen, wanted);
    }
  }

  private static boolean isToBeSorted(int rowCount, int wanted) {
    return rowCount <= FEW || rowCount <= 2L * wanted;
  }

  private void sort(int[] rows, int column, int level, QueryBudget.Reservation memory) {
    memory.resize(RowSorter.sizeBytes(rows.length) + columnBytes());
    new RowSorter(columns, rows.length, budget).sort(rows, column, level);
  }

  private long columnBytes() {
    long bytes = 0;
    for (SortColumn column : columns) {
      bytes += column.sizeBytes();
    }
    return bytes;
  }

  /**
   * The first rows in any order. A word at a time: its values are divided into ranges, and the one
   * is found in which the last row wanted lies. Rows of ranges before it are chosen, those of it
   * are divided further, or by the next word if they are equal in this one.
   */
  private int[] select(int[] rows, int wanted, QueryBudget.Reservation memory) {
    int[] chosen = new int[wanted];
    int count = 0;
    int[] open = rows;
    long[] words = new long[rows.length];
    int column = 0;
    int level = 0;
    while (column < columns.length && !isToBeSorted(open.length, wanted - count)) {
      memory.resize(2L * Long.BYTES * rows.length + columnBytes());
      Words range = words(open, column, level, words);
      if (range.least() == range.most()) {
        boolean isLast = columns[column].isLast(level, range.least());
        column += isLast ? 1 : 0;
        level = isLast ? 0 : level + 1;
        continue;
      }
      int[] digits = new int[1 << DIGIT_BITS];
      for (int index = 0; index < open.length; index++) {
        digits[range.digit(words[index])]++;
      }
      int last = 0;
      int before = 0;
      while (before + digits[last] < wanted - count) {
        before += digits[last++];
      }
      int[] undecided = new int[digits[last]];
      int undecidedCount = 0;
      for (int index = 0; index < open.length; index++) {
        int digit = range.digit(words[index]);
        if (digit < last) {
          chosen[count++] = open[index];
        } else if (digit == last) {
          undecided[undecidedCount++] = open[index];
        }
      }
      open = undecided;
    }
    if (column < columns.length && open.length > wanted - count) {
      sort(open, column, level, memory);
    }
    System.arraycopy(open, 0, chosen, count, wanted - count);
    return chosen;
  }

  /** The range of words, in equal parts. */
  private record Words(long least, long most, int shift) {
    static Words of(long least, long most) {
      int bits = Long.SIZE - Long.numberOfLeadingZeros(most - least);
      return new Words(least, most, Math.max(0, bits - DIGIT_BITS));
    }

    int digit(long word) {
      return (int) (word - least >>> shift);
    }
  }

  private Words words(int[] rows, int column, int level, long[] out) {
    long least = Long.MAX_VALUE;
    long most = Long.MIN_VALUE;
    for (int from = 0; from < rows.length; from += BLOCK_ROWS) {
      budget.check();
      int end = Math.min(from + BLOCK_ROWS, rows.length);
      columns[column].words(rows, from, end, level, out, from);
      for (int index = from; index < end; index++) {
        least = Math.min(least, out[index]);
        most = Math.max(most, out[index]);
      }
    }
    return Words.of(least, most);
  }
}
