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

  /** Whether {@code length} bytes are the same. */
  static boolean isEqual(MemorySegment left, long leftOffset, byte[] right, int from, int length) {
    int i = 0;
    for (; i + Long.BYTES <= length; i += Long.BYTES) {
      if (left.get(JAVA_LONG_UNALIGNED, leftOffset + i) != (long) ARRAY_LONG.get(right, from + i)) {
        return false;
      }
    }
    if (i == length) {
      return true;
    }
    if (length >= Long.BYTES) {
      int last = length - Long.BYTES;
      return left.get(JAVA_LONG_UNALIGNED, leftOffset + last)
          == (long) ARRAY_LONG.get(right, from + last);
    }
    for (; i < length; i++) {
      if (left.get(JAVA_BYTE, leftOffset + i) != right[from + i]) {
        return false;
      }
    }
    return true;
  }

  /** Whether {@code length} bytes are the same from byte 8 on; {@code length} is above 8. */
  static boolean isRestEqual(
      MemorySegment left, long leftOffset, byte[] right, int from, int length) {
    int last = length - Long.BYTES;
    for (int i = Long.BYTES; i < last; i += Long.BYTES) {
      if (left.get(JAVA_LONG_UNALIGNED, leftOffset + i) != (long) ARRAY_LONG.get(right, from + i)) {
        return false;
      }
    }
    return left.get(JAVA_LONG_UNALIGNED, leftOffset + last)
        == (long) ARRAY_LONG.get(right, from + last);
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
