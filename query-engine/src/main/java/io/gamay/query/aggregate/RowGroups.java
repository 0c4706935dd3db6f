package io.gamay.query.aggregate;

import java.util.Arrays;

/**
 * Which rows of a block belong to which groups: entry i says that row {@code row(i)} belongs to
 * group {@code groups()[i]}; entries are in the order of rows. Mostly there is one entry per row; a
 * row with a multi-value key has several. One thread.
 */
final class RowGroups {

  private int count;
  private boolean oneEach = true;
  private int[] rows = new int[0];
  private int[] groups = new int[0];

  int count() {
    return count;
  }

  long sizeBytes() {
    return 4L * (rows.length + groups.length);
  }

  /** Whether entry i is of row i. */
  boolean isOneEach() {
    return oneEach;
  }

  int row(int entry) {
    return oneEach ? entry : rows[entry];
  }

  int[] groups() {
    return groups;
  }

  /** Makes this one entry for each of so many rows; the caller fills {@link #groups()}. */
  void setOneEach(int rowCount) {
    if (groups.length < rowCount) {
      groups = new int[rowCount];
    }
    count = rowCount;
    oneEach = true;
  }

  /** Makes this one entry for each of so many rows, all of group 0. */
  void setAllInFirst(int rowCount) {
    setOneEach(rowCount);
    Arrays.fill(groups, 0, rowCount, 0);
  }

  void clear() {
    count = 0;
    oneEach = false;
  }

  void add(int row, int group) {
    if (count == groups.length || count == rows.length) {
      int capacity = Math.max(1024, Math.multiplyExact(count, 2));
      groups = Arrays.copyOf(groups, capacity);
      rows = Arrays.copyOf(rows, capacity);
    }
    rows[count] = row;
    groups[count++] = group;
  }

  /** Makes this the entries of the rows at ascending positions, which become rows 0, 1, 2, ... */
  void setPart(RowGroups whole, int[] positions, int positionCount) {
    if (whole.oneEach) {
      setOneEach(positionCount);
      for (int index = 0; index < positionCount; index++) {
        groups[index] = whole.groups[positions[index]];
      }
      return;
    }
    clear();
    int entry = 0;
    for (int index = 0; index < positionCount; index++) {
      while (entry < whole.count && whole.rows[entry] < positions[index]) {
        entry++;
      }
      while (entry < whole.count && whole.rows[entry] == positions[index]) {
        add(index, whole.groups[entry++]);
      }
    }
  }
}
