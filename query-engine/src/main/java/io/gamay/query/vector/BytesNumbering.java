package io.gamay.query.vector;

import io.gamay.segment.read.BytesBlock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Numbers distinct byte strings 0, 1, 2, ... in the order in which they are first seen. Open
 * addressing with linear probing, at most half full; hashes are kept, so that growing does not read
 * the keys. One thread.
 */
public final class BytesNumbering {

  private static final int INITIAL_SLOTS = 64;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Number + 1 of the key in each slot, 0 where it is empty; length is a power of two. */
  private int[] slots = new int[INITIAL_SLOTS];

  private int[] hashes = new int[INITIAL_SLOTS / 2];
  private final BytesBlock keys = new BytesBlock(INITIAL_SLOTS * 8, INITIAL_SLOTS / 2);

  public int count() {
    return keys.count();
  }

  /** The keys in the order of their numbers. */
  public BytesBlock keys() {
    return keys;
  }

  /** The number of {@code source[from, end)}, a new one if it was not seen before. */
  public int number(byte[] source, int from, int end) {
    int hash = hash(source, from, end);
    int known = find(source, from, end, hash);
    return known >= 0 ? known : insert(source, from, end, hash);
  }

  /** The number of {@code source[from, end)}, -1 if it was not seen. */
  public int indexOf(byte[] source, int from, int end) {
    return find(source, from, end, hash(source, from, end));
  }

  public long sizeBytes() {
    return 64 + 4L * (slots.length + hashes.length + keys.count()) + keys.bytes().length;
  }

  private int find(byte[] source, int from, int end, int hash) {
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (slots[slot] != 0) {
      int number = slots[slot] - 1;
      if (hashes[number] == hash
          && Arrays.equals(keys.bytes(), keys.start(number), keys.end(number), source, from, end)) {
        return number;
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  private int insert(byte[] source, int from, int end, int hash) {
    int number = keys.count();
    if (number == hashes.length) {
      grow();
    }
    int start = keys.append(end - from);
    System.arraycopy(source, from, keys.bytes(), start, end - from);
    hashes[number] = hash;
    place(number);
    return number;
  }

  private void grow() {
    hashes = Arrays.copyOf(hashes, Math.multiplyExact(hashes.length, 2));
    slots = new int[Math.multiplyExact(slots.length, 2)];
    for (int number = 0; number < keys.count(); number++) {
      place(number);
    }
  }

  private void place(int number) {
    int mask = slots.length - 1;
    int slot = hashes[number] & mask;
    while (slots[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    slots[slot] = number + 1;
  }

  private static int hash(byte[] source, int from, int end) {
    long state = 0x9E3779B97F4A7C15L ^ (end - from);
    int position = from;
    for (; position + Long.BYTES <= end; position += Long.BYTES) {
      state = mix(state ^ (long) LONGS.get(source, position));
    }
    long rest = 0;
    for (; position < end; position++) {
      rest = rest << 8 | (source[position] & 0xff);
    }
    state = mix(state ^ rest);
    return (int) (state ^ (state >>> 32));
  }

  private static long mix(long word) {
    long high = Math.multiplyHigh(word, 0xD6E8FEB86659FD93L);
    return high ^ (word * 0xD6E8FEB86659FD93L);
  }
}
