package io.gamay.query.filter;

/** DictIds that match a predicate: a run [low, high), or members. */
final class DictIdSet {

  private final int low;
  private final int high;
  private final boolean[] members;
  private final boolean range;
  private final int count;

  private DictIdSet(int low, int high, boolean[] members, boolean range, int count) {
    this.low = low;
    this.high = high;
    this.members = members;
    this.range = range;
    this.count = count;
  }

  static DictIdSet range(int low, int high) {
    int end = Math.max(low, high);
    return new DictIdSet(low, end, new boolean[0], true, end - low);
  }

  /** The set of the dictIds marked; a run if they are one. */
  static DictIdSet of(boolean[] members) {
    int low = 0;
    while (low < members.length && !members[low]) {
      low++;
    }
    int high = members.length;
    while (high > low && !members[high - 1]) {
      high--;
    }
    int count = 0;
    for (int dictId = low; dictId < high; dictId++) {
      count += members[dictId] ? 1 : 0;
    }
    return count == high - low ? range(low, high) : new DictIdSet(low, high, members, false, count);
  }

  /** All dictIds below the cardinality that are not in this set. */
  DictIdSet complement(int cardinality) {
    boolean[] others = new boolean[cardinality];
    for (int dictId = 0; dictId < cardinality; dictId++) {
      others[dictId] = !contains(dictId);
    }
    return of(others);
  }

  boolean isRange() {
    return range;
  }

  int low() {
    return low;
  }

  int high() {
    return high;
  }

  /** By dictId; only if this is not a run. */
  boolean[] members() {
    return members;
  }

  int count() {
    return count;
  }

  boolean contains(int dictId) {
    return dictId >= low && dictId < high && (range || members[dictId]);
  }
}
