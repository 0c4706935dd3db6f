package io.gamay.segment.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Comparisons of byte runs, 8 bytes a step. */
final class OffHeapBytes {

  private static final VarHandle ARRAY_LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private OffHeapBytes() {}

  /** Whether {@code length} bytes are the same; looks at all of them, they nearly always are. */
  static boolean isEqual(MemorySegment left, long leftOffset, byte[] right, int from, int length) {
    if (length > Long.BYTES) {
      long first = differences(left, leftOffset, right, from, 0);
      return (first | restDifferences(left, leftOffset, right, from, length)) == 0;
    }
    int differences = 0;
    for (int i = 0; i < length; i++) {
      differences |= left.get(JAVA_BYTE, leftOffset + i) ^ right[from + i];
    }
    return differences == 0;
  }

  /**
   * Whether {@code length} bytes are the same from byte 8 on; {@code length} is above 8. Looks at
   * all of them, they nearly always are.
   */
  static boolean isRestEqual(
      MemorySegment left, long leftOffset, byte[] right, int from, int length) {
    return restDifferences(left, leftOffset, right, from, length) == 0;
  }

  private static long restDifferences(
      MemorySegment left, long leftOffset, byte[] right, int from, int length) {
    int last = length - Long.BYTES;
    long differences = differences(left, leftOffset, right, from, last);
    for (int i = Long.BYTES; i < last; i += Long.BYTES) {
      differences |= differences(left, leftOffset, right, from, i);
    }
    return differences;
  }

  /** The bits in which 8 bytes differ. */
  private static long differences(
      MemorySegment left, long leftOffset, byte[] right, int from, int at) {
    return left.get(JAVA_LONG_UNALIGNED, leftOffset + at) ^ (long) ARRAY_LONG.get(right, from + at);
  }

  /** Orders two runs by their unsigned bytes, a prefix first. */
  static int compare(
      MemorySegment left,
      long leftOffset,
      int leftLength,
      MemorySegment right,
      long rightOffset,
      int rightLength) {
    long mismatch =
        MemorySegment.mismatch(
            left,
            leftOffset,
            leftOffset + leftLength,
            right,
            rightOffset,
            rightOffset + rightLength);
    if (mismatch < 0 || mismatch == Math.min(leftLength, rightLength)) {
      return Integer.compare(leftLength, rightLength);
    }
    return Integer.compare(
        left.get(JAVA_BYTE, leftOffset + mismatch) & 0xFF,
        right.get(JAVA_BYTE, rightOffset + mismatch) & 0xFF);
  }
}
