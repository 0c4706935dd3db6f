package io.gamay.query.execute;

import java.util.Arrays;

/**
 * Keys of bytes, one behind the other in few large arrays, which a collector copies as they are. A
 * place is that of a key: the array in the high half, where the key starts in it in the low one.
 */
final class RowKeys {

  private static final int FIRST_BYTES = 1 << 10;
  private static final int MOST_BYTES = 1 << 20;

  /** The first one is where keys without bytes are. */
  private byte[][] arrays = {new byte[0]};

  private int count = 1;
  private int used;
  private long sizeBytes;

  /** Copies a key; gives its place. */
  long add(byte[] key, int from, int length) {
    if (arrays[count - 1].length - used < length) {
      addArray(length);
    }
    long place = (long) (count - 1) << Integer.SIZE | used;
    System.arraycopy(key, from, arrays[count - 1], used, length);
    used += length;
    return place;
  }

  private void addArray(int length) {
    if (count == arrays.length) {
      arrays = Arrays.copyOf(arrays, 2 * count);
    }
    int next = Math.clamp(2L * arrays[count - 1].length, FIRST_BYTES, MOST_BYTES);
    arrays[count] = new byte[Math.max(next, length)];
    sizeBytes += arrays[count].length;
    count++;
    used = 0;
  }

  byte[] array(long place) {
    return arrays[(int) (place >>> Integer.SIZE)];
  }

  static int start(long place) {
    return (int) place;
  }

  /** Of all arrays. */
  long sizeBytes() {
    return sizeBytes;
  }
}
