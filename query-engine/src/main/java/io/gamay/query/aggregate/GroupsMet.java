package io.gamay.query.aggregate;

import java.util.Arrays;

/** Numbers possible groups 0, 1, 2, ... in the order in which they are met. One thread. */
final class GroupsMet {

  /** Number + 1 by possible group. */
  private final int[] numberOf;

  private int[] groups = new int[64];
  private int count;

  GroupsMet(int possibleGroups) {
    numberOf = new int[possibleGroups];
  }

  int count() {
    return count;
  }

  /** Writes the number of each row's group. */
  void number(int[] rowGroups, int rows, int[] out) {
    for (int row = 0; row < rows; row++) {
      int known = numberOf[rowGroups[row]];
      out[row] = (known == 0 ? add(rowGroups[row]) : known) - 1;
    }
  }

  private int add(int group) {
    if (count == groups.length) {
      groups = Arrays.copyOf(groups, 2 * count);
    }
    groups[count++] = group;
    numberOf[group] = count;
    return count;
  }

  /** The groups by their numbers. */
  int[] inOrder() {
    return Arrays.copyOf(groups, count);
  }

  long sizeBytes() {
    return 4L * (numberOf.length + groups.length);
  }
}
