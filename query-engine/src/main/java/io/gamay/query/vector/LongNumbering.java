package io.gamay.query.vector;

import java.util.Arrays;

/**
 * Numbers distinct longs 0, 1, 2, ... in the order in which they are first seen. Open addressing
 * with linear probing, at most half full. One thread.
 */
public final class LongNumbering {

  private static final int INITIAL_SLOTS = 64;

  /** Number + 1 of the key in each slot, 0 where it is empty; length is a power of two. */
  private int[] slots = new int[INITIAL_SLOTS];

  private long[] keys = new long[INITIAL_SLOTS / 2];
  private int count;

  public int count() {
    return count;
  }

  public long keyAt(int number) {
    return keys[number];
  }

  /** The number of a key, a new one if it was not seen before. */
  public int number(long key) {
    int mask = slots.length - 1;
    int slot = hash(key) & mask;
    while (slots[slot] != 0) {
      int number = slots[slot] - 1;
      if (keys[number] == key) {
        return number;
      }
      slot = (slot + 1) & mask;
    }
    return insert(key, slot);
  }

  /** The number of a key, -1 if it was not seen. */
  public int indexOf(long key) {
    int mask = slots.length - 1;
    int slot = hash(key) & mask;
    while (slots[slot] != 0) {
      if (keys[slots[slot] - 1] == key) {
        return slots[slot] - 1;
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  public long sizeBytes() {
    return 64 + 4L * slots.length + 8L * keys.length;
  }

  private int insert(long key, int slot) {
    if (count == keys.length) {
      grow();
      return number(key);
    }
    keys[count] = key;
    slots[slot] = ++count;
    return count - 1;
  }

  private void grow() {
    keys = Arrays.copyOf(keys, Math.multiplyExact(keys.length, 2));
    slots = new int[Math.multiplyExact(slots.length, 2)];
    int mask = slots.length - 1;
    for (int number = 0; number < count; number++) {
      int slot = hash(keys[number]) & mask;
      while (slots[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = number + 1;
    }
  }

  private static int hash(long key) {
    long product = key * 0x9E3779B97F4A7C15L;
    return (int) (((product ^ (product >>> 32)) * 0xD6E8FEB86659FD93L) >>> 32);
  }
}
