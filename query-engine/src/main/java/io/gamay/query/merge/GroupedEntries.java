package io.gamay.query.merge;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Entries [0, count), each of a group, and their order: by group, within one by a comparison, those
 * that are equal as they were added. What an entry holds is kept by the owner. One thread until
 * {@link #order} was asked for, then several may read.
 */
final class GroupedEntries {

  /** How two entries of one group compare. */
  @FunctionalInterface
  interface Comparison {
    int compare(int entry, int other);
  }

  private final Comparison comparison;
  private int[] groups = new int[8];
  private int count;

  /** Entries of each group. */
  private int[] counts = new int[1];

  private int groupCount;

  /** Made when it is first asked for. */
  private @Nullable Order order;

  /**
   * @param entries those of group 0, then those of group 1, ...
   * @param ends where the entries of each group end
   */
  private record Order(int[] entries, int[] ends) {}

  GroupedEntries(Comparison comparison) {
    this.comparison = comparison;
  }

  int groupCount() {
    return groupCount;
  }

  void ensureGroups(int needed) {
    if (needed > counts.length) {
      counts = Arrays.copyOf(counts, GroupCapacity.grown(counts.length, needed));
    }
    if (needed > groupCount) {
      groupCount = needed;
      order = null;
    }
  }

  /** A new entry: the number of those before it, below {@link #capacity()}. */
  int add(int group) {
    if (count == groups.length) {
      groups = Arrays.copyOf(groups, Math.addExact(count, count >> 1));
    }
    groups[count] = group;
    counts[group]++;
    order = null;
    return count++;
  }

  /** Entries that the owner needs room for. */
  int capacity() {
    return groups.length;
  }

  int count() {
    return count;
  }

  int group(int entry) {
    return groups[entry];
  }

  /** Entries of a group. */
  int count(int group) {
    return counts[group];
  }

  /** Entries of the group that has the most. */
  int mostOfAGroup() {
    return Arrays.stream(counts).max().orElse(0);
  }

  /** All entries in their order; not to be changed. */
  int[] order() {
    return known().entries();
  }

  /** Where a group ends in {@link #order()}; it has {@link #count(int)} entries before. */
  int end(int group) {
    return known().ends()[group];
  }

  private Order known() {
    Order known = order;
    if (known == null) {
      known = sorted();
      order = known;
    }
    return known;
  }

  private Order sorted() {
    int[] ends = new int[groupCount];
    int end = 0;
    for (int group = 0; group < groupCount; group++) {
      ends[group] = end;
      end += counts[group];
    }
    int[] entries = new int[count];
    for (int entry = 0; entry < count; entry++) {
      entries[ends[groups[entry]]++] = entry;
    }
    int[] scratch = new int[count];
    for (int group = 0; group < groupCount; group++) {
      sort(entries, ends[group] - counts[group], ends[group], scratch);
    }
    return new Order(entries, ends);
  }

  /** Merges halves; what is in order already takes one pass. */
  private void sort(int[] entries, int from, int end, int[] scratch) {
    if (isSorted(entries, from, end)) {
      return;
    }
    int middle = (from + end) >>> 1;
    sort(entries, from, middle, scratch);
    sort(entries, middle, end, scratch);
    System.arraycopy(entries, from, scratch, from, end - from);
    int left = from;
    int right = middle;
    for (int at = from; at < end; at++) {
      boolean takesLeft =
          right == end || (left < middle && comparison.compare(scratch[left], scratch[right]) <= 0);
      entries[at] = takesLeft ? scratch[left++] : scratch[right++];
    }
  }

  private boolean isSorted(int[] entries, int from, int end) {
    for (int at = from + 1; at < end; at++) {
      if (comparison.compare(entries[at - 1], entries[at]) > 0) {
        return false;
      }
    }
    return true;
  }

  /** Memory held, and what putting them in order takes. */
  long sizeBytes() {
    return 64 + 12L * groups.length + 8L * counts.length;
  }
}
