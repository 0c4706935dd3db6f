package io.gamay.query.merge;

import java.util.Arrays;

/**
 * A multiset of longs: distinct keys in ascending order with their counts, and behind them keys not
 * sorted in yet, whose number stays in proportion, so that a key costs its sorting and a few moves.
 * One thread.
 */
final class LongMultiset {

  private static final int FIRST_PENDING = 4;
  private static final int MIN_FULL_PENDING = 1024;
  private static final long[] NONE = {};
  private static final int OBJECT_BYTES = 64;

  /** With nothing in it; not to be added to. */
  static final LongMultiset EMPTY = new LongMultiset(new HeldBytes());

  private final HeldBytes memory;
  private long[] keys = NONE;

  /** Of each key; empty while all are 1. */
  private long[] counts = NONE;

  private int keyCount;

  /** Not sorted, may hold keys that are known or equal. */
  private long[] pending = NONE;

  /** Of each pending key; empty while all are 1. */
  private long[] pendingCounts = NONE;

  private int pendingCount;
  private long total;

  /**
   * @param memory grows with this
   */
  LongMultiset(HeldBytes memory) {
    this.memory = memory;
    memory.add(OBJECT_BYTES);
  }

  /** The sum of all counts. */
  long total() {
    return total;
  }

  void add(long key) {
    if (pendingCount == pending.length) {
      makeRoom();
    }
    if (pendingCounts.length > 0) {
      pendingCounts[pendingCount] = 1;
    }
    pending[pendingCount++] = key;
    total++;
  }

  /** Adds a key so many times; cheapest in ascending order of keys. */
  void add(long key, long count) {
    if (pendingCount == 0 && (keyCount == 0 || key > keys[keyCount - 1])) {
      append(key, count);
      total += count;
      return;
    }
    if (count == 1) {
      add(key);
      return;
    }
    if (pendingCount == pending.length) {
      makeRoom();
    }
    if (pendingCounts.length == 0) {
      pendingCounts = allocate(pending.length);
      Arrays.fill(pendingCounts, 0, pendingCount, 1);
    }
    pendingCounts[pendingCount] = count;
    pending[pendingCount++] = key;
    total += count;
  }

  /** Adds all keys of another. */
  void addAll(LongMultiset other) {
    if (other.keyCount > 0) {
      settle();
      merge(other.keys, other.counts, other.keyCount);
      for (int index = 0; index < other.keyCount; index++) {
        total += other.count(index);
      }
    }
    for (int index = 0; index < other.pendingCount; index++) {
      add(other.pending[index], other.pendingCount(index));
    }
  }

  /** Tells all keys with counts, some keys perhaps several times. */
  void forEach(KeyConsumer consumer) {
    for (int index = 0; index < keyCount; index++) {
      consumer.accept(keys[index], count(index));
    }
    for (int index = 0; index < pendingCount; index++) {
      consumer.accept(pending[index], pendingCount(index));
    }
  }

  /** Takes a key with a count. */
  interface KeyConsumer {
    void accept(long key, long count);
  }

  private long pendingCount(int index) {
    return pendingCounts.length == 0 ? 1 : pendingCounts[index];
  }

  /** This with no key pending: itself, or else a copy. */
  LongMultiset settled() {
    if (pendingCount == 0) {
      return this;
    }
    LongMultiset copy = new LongMultiset(new HeldBytes());
    copy.addAll(this);
    copy.settle();
    return copy;
  }

  /** How many distinct keys there are; of a settled one, as all that follows. */
  int keyCount() {
    return keyCount;
  }

  /** The key at a position in [0, keyCount), in ascending order. */
  long key(int index) {
    return keys[index];
  }

  long count(int index) {
    return counts.length == 0 ? 1 : counts[index];
  }

  /** The position of the element that has so many elements before it. */
  int indexOfRank(long rank) {
    if (counts.length == 0) {
      return (int) rank;
    }
    long before = 0;
    int index = 0;
    while (before + counts[index] <= rank) {
      before += counts[index++];
    }
    return index;
  }

  private void append(long key, long count) {
    if (keyCount == keys.length) {
      int capacity = grown(keyCount);
      memory.add(Long.BYTES * (long) (capacity - keys.length));
      keys = Arrays.copyOf(keys, capacity);
      if (counts.length > 0) {
        memory.add(Long.BYTES * (long) (capacity - counts.length));
        counts = Arrays.copyOf(counts, capacity);
      }
    }
    if (count != 1 && counts.length == 0) {
      counts = allocate(keys.length);
      Arrays.fill(counts, 0, keyCount, 1);
    }
    if (counts.length > 0) {
      counts[keyCount] = count;
    }
    keys[keyCount++] = key;
  }

  private void makeRoom() {
    int full = Math.max(MIN_FULL_PENDING, keyCount / 2);
    if (pending.length >= full) {
      settle();
      return;
    }
    int capacity = Math.min(full, grown(pending.length));
    memory.add(Long.BYTES * (long) (capacity - pending.length));
    pending = Arrays.copyOf(pending, capacity);
    if (pendingCounts.length > 0) {
      memory.add(Long.BYTES * (long) (capacity - pendingCounts.length));
      pendingCounts = Arrays.copyOf(pendingCounts, capacity);
    }
  }

  /** Sorts the pending keys into the others. */
  void settle() {
    if (pendingCount == 0) {
      return;
    }
    long[] sorted = Arrays.copyOf(pending, pendingCount);
    Arrays.sort(sorted);
    long[] sortedCounts = new long[pendingCount];
    int distinct = countRuns(sorted, sortedCounts);
    pendingCount = 0;
    merge(sorted, sortedCounts, distinct);
  }

  /** Moves the distinct ones of sorted keys to the front, their counts beside them. */
  private int countRuns(long[] sorted, long[] sortedCounts) {
    int distinct = 0;
    for (int index = 0; index < sorted.length; index++) {
      if (distinct == 0 || sorted[index] != sorted[distinct - 1]) {
        sorted[distinct] = sorted[index];
        sortedCounts[distinct++] = 0;
      }
      sortedCounts[distinct - 1]++;
    }
    if (pendingCounts.length > 0) {
      for (int index = 0; index < pendingCount; index++) {
        sortedCounts[Arrays.binarySearch(sorted, 0, distinct, pending[index])] +=
            pendingCounts[index] - 1;
      }
      memory.add(-Long.BYTES * (long) pendingCounts.length);
      pendingCounts = NONE;
    }
    return distinct;
  }

  private void merge(long[] others, long[] otherCounts, int otherCount) {
    long[] oldKeys = keys;
    long[] oldCounts = counts;
    int oldCount = keyCount;
    memory.add(-Long.BYTES * ((long) oldKeys.length + oldCounts.length));
    keys = allocate(oldCount + otherCount);
    counts = NONE;
    keyCount = 0;
    int left = 0;
    int right = 0;
    while (left < oldCount || right < otherCount) {
      boolean takesLeft =
          right == otherCount || (left < oldCount && oldKeys[left] <= others[right]);
      boolean takesRight =
          left == oldCount || (right < otherCount && others[right] <= oldKeys[left]);
      long key = takesLeft ? oldKeys[left] : others[right];
      long count = 0;
      if (takesLeft) {
        count += oldCounts.length == 0 ? 1 : oldCounts[left];
        left++;
      }
      if (takesRight) {
        count += otherCounts.length == 0 ? 1 : otherCounts[right];
        right++;
      }
      append(key, count);
    }
  }

  private long[] allocate(int capacity) {
    memory.add(Long.BYTES * (long) capacity);
    return new long[capacity];
  }

  private static int grown(int capacity) {
    return Math.max(FIRST_PENDING, Math.addExact(capacity, Math.max(1, capacity >> 1)));
  }
}
