package io.gamay.query.merge;

import io.gamay.query.budget.QueryBudget;
import java.util.Arrays;

/**
 * Sorts row numbers by columns, a word at a time: rows that are equal in a word are sorted by the
 * next one. A word and the row's position share a long, so that what is sorted is an array of
 * longs; where a word's range leaves no room for the position its lowest bits are left out, and
 * rows that only they tell apart are sorted once more. Few rows are compared instead. One thread.
 */
final class RowSorter {

  /** So many rows are sorted by inserting. */
  private static final int FEW = 16;

  /** From so many on, counting digits is faster than comparing. */
  private static final int MANY = 2048;

  private static final int DIGIT_BITS = 11;

  /** Without the sign. */
  private static final int PACKED_BITS = Long.SIZE - 1;

  private final SortColumn[] columns;
  private final QueryBudget budget;
  private long[] packed;
  private long[] spare;
  private final int[] before;
  private final int[] digits = new int[1 << DIGIT_BITS];

  /** Ranges to be sorted yet, four numbers each: from, end, column, level. */
  private int[] ranges = new int[64];

  private int rangesEnd;

  /**
   * @param capacity rows at most
   */
  RowSorter(SortColumn[] columns, int capacity, QueryBudget budget) {
    this.columns = columns;
    this.budget = budget;
    packed = new long[capacity];
    spare = new long[capacity];
    before = new int[capacity];
  }

  static long sizeBytes(int capacity) {
    return (2L * Long.BYTES + Integer.BYTES) * capacity;
  }

  /** Compares by a column and those behind it. */
  private int compare(int from, int left, int right) {
    for (int column = from; column < columns.length; column++) {
      int sign = columns[column].compare(left, right);
      if (sign != 0) {
        return sign;
      }
    }
    return 0;
  }

  /** Sorts rows that are equal in all words before one of a column's. */
  void sort(int[] rows, int column, int level) {
    add(0, rows.length, column, level);
    while (rangesEnd > 0) {
      rangesEnd -= 4;
      sortRange(
          rows,
          ranges[rangesEnd],
          ranges[rangesEnd + 1],
          ranges[rangesEnd + 2],
          ranges[rangesEnd + 3]);
    }
  }

  private void sortRange(int[] rows, int from, int end, int column, int level) {
    if (end - from <= FEW) {
      insert(rows, from, end, column);
    } else {
      budget.check();
      sortByWords(rows, from, end, column, level);
    }
  }

  private void insert(int[] rows, int from, int end, int column) {
    for (int index = from + 1; index < end; index++) {
      int row = rows[index];
      int hole = index;
      while (hole > from && compare(column, row, rows[hole - 1]) < 0) {
        rows[hole] = rows[hole - 1];
        hole--;
      }
      rows[hole] = row;
    }
  }

  private void sortByWords(int[] rows, int from, int end, int column, int level) {
    int count = end - from;
    columns[column].words(rows, from, end, level, packed, 0);
    long least = Long.MAX_VALUE;
    long most = Long.MIN_VALUE;
    for (int index = 0; index < count; index++) {
      least = Math.min(least, packed[index]);
      most = Math.max(most, packed[index]);
    }
    if (least == most) {
      addNext(from, end, column, level, least);
      return;
    }
    int positionBits = Integer.SIZE - Integer.numberOfLeadingZeros(count - 1);
    int wordBits = Long.SIZE - Long.numberOfLeadingZeros(most - least);
    int leftOut = Math.max(0, wordBits + positionBits - PACKED_BITS);
    for (int index = 0; index < count; index++) {
      packed[index] = (packed[index] - least >>> leftOut) << positionBits | index;
    }
    sortPacked(count, positionBits, positionBits + wordBits - leftOut);
    int positions = (1 << positionBits) - 1;
    System.arraycopy(rows, from, before, 0, count);
    for (int index = 0; index < count; index++) {
      rows[from + index] = before[(int) packed[index] & positions];
    }
    addRuns(from, count, column, level, positionBits, leftOut, least);
  }

  /** Rows of equal words follow each other now. */
  private void addRuns(
      int from, int count, int column, int level, int positionBits, int leftOut, long least) {
    int start = 0;
    while (start < count) {
      long word = packed[start] >>> positionBits;
      int end = start + 1;
      while (end < count && packed[end] >>> positionBits == word) {
        end++;
      }
      if (end - start > 1) {
        if (leftOut > 0) {
          add(from + start, from + end, column, level);
        } else {
          addNext(from + start, from + end, column, level, word + least);
        }
      }
      start = end;
    }
  }

  private void addNext(int from, int end, int column, int level, long word) {
    if (!columns[column].isLast(level, word)) {
      add(from, end, column, level + 1);
    } else if (column + 1 < columns.length) {
      add(from, end, column + 1, 0);
    }
  }

  private void add(int from, int end, int column, int level) {
    if (rangesEnd == ranges.length) {
      ranges = Arrays.copyOf(ranges, Math.multiplyExact(2, ranges.length));
    }
    ranges[rangesEnd++] = from;
    ranges[rangesEnd++] = end;
    ranges[rangesEnd++] = column;
    ranges[rangesEnd++] = level;
  }

  /** Sorts by the bits [low, high); below are the positions, which ascend already. */
  private void sortPacked(int count, int low, int high) {
    if (count < MANY) {
      Arrays.sort(packed, 0, count);
      return;
    }
    for (int shift = low; shift < high; shift += DIGIT_BITS) {
      sortByDigit(count, shift);
    }
  }

  private void sortByDigit(int count, int shift) {
    int mask = digits.length - 1;
    Arrays.fill(digits, 0);
    for (int index = 0; index < count; index++) {
      digits[(int) (packed[index] >>> shift) & mask]++;
    }
    int start = 0;
    for (int digit = 0; digit < digits.length; digit++) {
      int of = digits[digit];
      digits[digit] = start;
      start += of;
    }
    for (int index = 0; index < count; index++) {
      spare[digits[(int) (packed[index] >>> shift) & mask]++] = packed[index];
    }
    long[] sorted = spare;
    spare = packed;
    packed = sorted;
  }
}
