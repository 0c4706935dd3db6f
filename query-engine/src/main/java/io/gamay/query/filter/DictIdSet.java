package io.gamay.query.filter;

/** DictIds that match a predicate: a run [low, high), or members. */
final class DictIdSet {

  private final int low;
  private final int high;
  private final long[] members;
  private final boolean range;
  private final int count;

  private DictIdSet(int low, int high, long[] members, boolean range, int count) {
    this.low = low;
    this.high = high;
    this.members = members;
    this.range = range;
    this.count = count;
  }

  static DictIdSet range(int low, int high) {
    int end = Math.max(low, high);
    return new DictIdSet(low, end, new long[0], true, end - low);
  }

  /** Words for so many dictIds, none of them marked. */
  static long[] words(int cardinality) {
    return new long[(cardinality + Long.SIZE - 1) / Long.SIZE];
  }

  /**
   * The set of the dictIds marked; a run if they are one.
   *
   * @param members bit {@code dictId % 64} of word {@code dictId / 64}
   */
  static DictIdSet of(long[] members) {
    int first = 0;
    while (first < members.length && members[first] == 0) {
      first++;
    }
    if (first == members.length) {
      return range(0, 0);
    }
    int last = members.length - 1;
    while (members[last] == 0) {
      last--;
    }
    int low = first * Long.SIZE + Long.numberOfTrailingZeros(members[first]);
    int high = (last + 1) * Long.SIZE - Long.numberOfLeadingZeros(members[last]);
    int count = 0;
    for (int word = first; word <= last; word++) {
      count += Long.bitCount(members[word]);
    }
    return count == high - low ? range(low, high) : new DictIdSet(low, high, members, false, count);
  }

  /** All dictIds below the cardinality that are not in this set. */
  DictIdSet complement(int cardinality) {
    if (range && low == 0) {
      return range(Math.min(high, cardinality), cardinality);
    }
    if (range && high >= cardinality) {
      return range(0, Math.min(low, cardinality));
    }
    long[] others = words(cardinality);
    for (int dictId = 0; dictId < cardinality; dictId++) {
      if (!contains(dictId)) {
        others[dictId >>> 6] |= 1L << dictId;
      }
    }
    return of(others);
  }

  DictIdSet intersect(DictIdSet other) {
    int from = Math.max(low, other.low);
    int to = Math.min(high, other.high);
    if (range && other.range) {
      return range(from, to);
    }
    long[] both = new long[Math.max(members.length, other.members.length)];
    for (int dictId = from; dictId < to; dictId++) {
      if (contains(dictId) && other.contains(dictId)) {
        both[dictId >>> 6] |= 1L << dictId;
      }
    }
    return of(both);
  }

  /**
   * Marks this set's members among others.
   *
   * @param marked as {@link #of} takes them, of the same dictionary
   */
  void addTo(long[] marked) {
    if (count == 0) {
      return;
    }
    int firstWord = low >>> 6;
    int lastWord = (high - 1) >>> 6;
    for (int word = firstWord; word <= lastWord; word++) {
      long head = word == firstWord ? -1L << low : -1L;
      long tail = word == lastWord ? -1L >>> -high : -1L;
      marked[word] |= range ? head & tail : members[word];
    }
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

  /** One bit per dictId of the column; only if this is not a run. */
  long[] members() {
    return members;
  }

  int count() {
    return count;
  }

  boolean contains(int dictId) {
    return dictId >= low && dictId < high && (range || (members[dictId >>> 6] >>> dictId & 1) != 0);
  }
}
