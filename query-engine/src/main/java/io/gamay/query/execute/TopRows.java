package io.gamay.query.execute;

import java.util.Arrays;

/**
 * The rows with the smallest keys among those offered, ties by docId. A binary heap with the
 * largest row on top, once it is full. One thread.
 */
final class TopRows {

  /** Of a row in the arrays: prefix, place, length, room, docId. */
  private static final int ROW_BYTES = 28;

  /** So many bytes of keys may be out of use however few are in use. */
  private static final long UNUSED_BYTES = 1 << 16;

  /** Fewer rows are put in order by insertion. */
  private static final int FEW = 8;

  /** Rows that are merged between two checks. */
  private static final int ROWS_PER_CHECK = 4096;

  private final int limit;
  private RowKeys keys = new RowKeys();

  /** The first eight bytes of each key, zeros behind a shorter one. */
  private long[] prefixes = new long[16];

  private long[] places = new long[16];
  private int[] keyLengths = new int[16];

  /** Bytes that each row has at its place. */
  private int[] rooms = new int[16];

  private int[] docIds = new int[16];
  private int count;
  private long roomBytes;
  private long unusedBytes;

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
    int sign = Long.compareUnsigned(prefix(key, length), prefixes[0]);
    if (sign == 0) {
      int start = RowKeys.start(places[0]);
      byte[] largest = keys.array(places[0]);
      sign = Arrays.compareUnsigned(key, 0, length, largest, start, start + keyLengths[0]);
    }
    return sign < 0 || (sign == 0 && docId < docIds[0]);
  }

  int keyLength(int row) {
    return keyLengths[row];
  }

  void copyKey(int row, byte[] out, int at) {
    long place = places[row];
    System.arraycopy(keys.array(place), RowKeys.start(place), out, at, keyLengths[row]);
  }

  int docId(int row) {
    return docIds[row];
  }

  /**
   * The rows kept, in order.
   *
   * @param check called between some thousand rows
   */
  int[] sorted(Runnable check) {
    int[] rows = new int[count];
    Arrays.setAll(rows, row -> row);
    mergeSort(rows.clone(), rows, 0, count, check);
    return rows;
  }

  /** From one array to the other; both hold the same rows before. */
  private void mergeSort(int[] from, int[] to, int start, int end, Runnable check) {
    if (end - start < FEW) {
      insertionSort(to, start, end);
      return;
    }
    int middle = (start + end) >>> 1;
    mergeSort(to, from, start, middle, check);
    mergeSort(to, from, middle, end, check);
    int left = start;
    int right = middle;
    for (int at = start; at < end; at++) {
      if ((at - start) % ROWS_PER_CHECK == ROWS_PER_CHECK - 1) {
        check.run();
      }
      boolean takesLeft = right >= end || (left < middle && compare(from[left], from[right]) <= 0);
      to[at] = takesLeft ? from[left++] : from[right++];
    }
  }

  private void insertionSort(int[] rows, int start, int end) {
    for (int next = start + 1; next < end; next++) {
      int row = rows[next];
      int at = next;
      for (; at > start && compare(rows[at - 1], row) > 0; at--) {
        rows[at] = rows[at - 1];
      }
      rows[at] = row;
    }
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
    return keys.sizeBytes() + (long) ROW_BYTES * docIds.length;
  }

  private void append(byte[] key, int length, int docId) {
    if (count == docIds.length) {
      int capacity = (int) Math.min(2L * count, limit);
      prefixes = Arrays.copyOf(prefixes, capacity);
      places = Arrays.copyOf(places, capacity);
      keyLengths = Arrays.copyOf(keyLengths, capacity);
      rooms = Arrays.copyOf(rooms, capacity);
      docIds = Arrays.copyOf(docIds, capacity);
    }
    set(count++, key, length, docId);
  }

  /** At the place of the row that was there before, if the key fits. */
  private void set(int row, byte[] key, int length, int docId) {
    if (length <= rooms[row]) {
      long place = places[row];
      System.arraycopy(key, 0, keys.array(place), RowKeys.start(place), length);
    } else {
      places[row] = keys.add(key, 0, length);
      unusedBytes += rooms[row];
      roomBytes += length - rooms[row];
      rooms[row] = length;
    }
    prefixes[row] = prefix(key, length);
    keyLengths[row] = length;
    docIds[row] = docId;
    if (unusedBytes > roomBytes + UNUSED_BYTES) {
      compact();
    }
  }

  /** Leaves out the places of keys that were replaced by longer ones. */
  private void compact() {
    RowKeys compacted = new RowKeys();
    roomBytes = 0;
    unusedBytes = 0;
    for (int row = 0; row < count; row++) {
      int length = keyLengths[row];
      places[row] = compacted.add(keys.array(places[row]), RowKeys.start(places[row]), length);
      rooms[row] = length;
      roomBytes += length;
    }
    keys = compacted;
  }

  private static long prefix(byte[] key, int length) {
    long prefix = 0;
    int bytes = Math.min(length, Long.BYTES);
    for (int index = 0; index < bytes; index++) {
      prefix |= (key[index] & 0xFFL) << (Long.SIZE - Byte.SIZE * (index + 1));
    }
    return prefix;
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
    int sign = Long.compareUnsigned(prefixes[a], prefixes[b]);
    if (sign == 0) {
      int startA = RowKeys.start(places[a]);
      int startB = RowKeys.start(places[b]);
      sign =
          Arrays.compareUnsigned(
              keys.array(places[a]),
              startA,
              startA + keyLengths[a],
              keys.array(places[b]),
              startB,
              startB + keyLengths[b]);
    }
    return sign != 0 ? sign : Integer.compare(docIds[a], docIds[b]);
  }

  private void swap(int a, int b) {
    swap(prefixes, a, b);
    swap(places, a, b);
    swap(keyLengths, a, b);
    swap(rooms, a, b);
    swap(docIds, a, b);
  }

  private static void swap(long[] values, int a, int b) {
    long value = values[a];
    values[a] = values[b];
    values[b] = value;
  }

  private static void swap(int[] values, int a, int b) {
    int value = values[a];
    values[a] = values[b];
    values[b] = value;
  }
}
