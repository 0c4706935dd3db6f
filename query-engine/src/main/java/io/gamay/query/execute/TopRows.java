package io.gamay.query.execute;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The rows with the smallest keys among those offered, ties by docId. A binary heap with the
 * largest row on top, once it is full. One thread.
 */
final class TopRows {

  private static final int ROW_BYTES = 40;
  private static final byte[] NO_KEY = new byte[0];

  private final int limit;
  private byte[][] keys = new byte[16][];
  private int[] keyLengths = new int[16];
  private int[] docIds = new int[16];
  private int count;
  private long keyBytes;

  TopRows(int limit) {
    this.limit = limit;
  }

  int limit() {
    return limit;
  }

  int count() {
    return count;
  }

  /** Takes a row in if it is among the first so far; the key is copied. */
  void offer(byte[] key, int length, int docId) {
    if (count < limit) {
      append(key, length, docId);
      if (count == limit) {
        for (int parent = count / 2 - 1; parent >= 0; parent--) {
          siftDown(parent);
        }
      }
      return;
    }
    if (limit > 0 && isBeforeLargest(key, length, docId)) {
      set(0, key, length, docId);
      siftDown(0);
    }
  }

  private boolean isBeforeLargest(byte[] key, int length, int docId) {
    int sign = Arrays.compareUnsigned(key, 0, length, keys[0], 0, keyLengths[0]);
    return sign < 0 || (sign == 0 && docId < docIds[0]);
  }

  byte[] key(int row) {
    return keys[row];
  }

  int keyLength(int row) {
    return keyLengths[row];
  }

  int docId(int row) {
    return docIds[row];
  }

  /** The rows kept, in order. */
  int[] sorted() {
    return IntStream.range(0, count).boxed().sorted(this::compare).mapToInt(row -> row).toArray();
  }

  /** Positions in {@code rows}, in ascending order of the rows' docIds. */
  int[] orderByDocId(int[] rows) {
    long[] packed = new long[rows.length];
    for (int position = 0; position < rows.length; position++) {
      packed[position] = (long) docIds[rows[position]] << Integer.SIZE | position;
    }
    Arrays.sort(packed);
    return Arrays.stream(packed).mapToInt(value -> (int) value).toArray();
  }

  long sizeBytes() {
    return keyBytes + (long) ROW_BYTES * keys.length;
  }

  private void append(byte[] key, int length, int docId) {
    if (count == keys.length) {
      int capacity = (int) Math.min(2L * count, limit);
      keys = Arrays.copyOf(keys, capacity);
      keyLengths = Arrays.copyOf(keyLengths, capacity);
      docIds = Arrays.copyOf(docIds, capacity);
    }
    set(count++, key, length, docId);
  }

  /** Reuses the array of the row that was there before. */
  private void set(int row, byte[] key, int length, int docId) {
    byte[] held = keys[row];
    if (length == 0) {
      held = NO_KEY;
    } else if (held == null || held.length < length) {
      keyBytes += length - (held == null ? 0 : held.length);
      held = Arrays.copyOf(key, length);
    } else {
      System.arraycopy(key, 0, held, 0, length);
    }
    keys[row] = held;
    keyLengths[row] = length;
    docIds[row] = docId;
  }

  private void siftDown(int start) {
    int parent = start;
    while (true) {
      int child = 2 * parent + 1;
      if (child >= count) {
        return;
      }
      if (child + 1 < count && compare(child + 1, child) > 0) {
        child++;
      }
      if (compare(child, parent) <= 0) {
        return;
      }
      swap(parent, child);
      parent = child;
    }
  }

  private int compare(int a, int b) {
    int sign = Arrays.compareUnsigned(keys[a], 0, keyLengths[a], keys[b], 0, keyLengths[b]);
    return sign != 0 ? sign : Integer.compare(docIds[a], docIds[b]);
  }

  private void swap(int a, int b) {
    byte[] key = keys[a];
    keys[a] = keys[b];
    keys[b] = key;
    int length = keyLengths[a];
    keyLengths[a] = keyLengths[b];
    keyLengths[b] = length;
    int docId = docIds[a];
    docIds[a] = docIds[b];
    docIds[b] = docId;
  }
}
