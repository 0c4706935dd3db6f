package io.gamay.segment.forward;

import io.gamay.segment.format.IntegerLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Tests the values of one group of {@link IntegerLayout}, its exceptions apart, against a range.
 * Where the header's base, line and width show that all rows or none pass, no value is looked at;
 * residuals of up to 31 bits over a base alone are compared as they are packed; all others are
 * computed one by one. Values are numbers modulo 2^64, as in the layout, so that no bound
 * overflows: a value passes if it lies no further above {@code low} than {@code high} does.
 */
final class GroupMatcher {

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Wider residuals are no ints. */
  private static final int MAX_KERNEL_BITS = 31;

  private static final PackedKernel KERNEL = PackedKernel.best();

  private GroupMatcher() {}

  /**
   * Marks the values at [from, from + length) of a group that are in [low, high].
   *
   * @param header where the group's header lies
   * @param length at least 1
   * @param low at most {@code high}
   * @param mask gets bit {@code bit + i} for value {@code from + i}; clear before
   */
  static void match(
      MemorySegment bytes,
      long header,
      int from,
      int length,
      long low,
      long high,
      long[] mask,
      int bit) {
    int width = bytes.get(ValueLayout.JAVA_BYTE, header + IntegerLayout.WIDTH) & 0xff;
    long slope = bytes.get(LONG, header + IntegerLayout.SLOPE);
    long extent = maxResidual(width);
    long least = bytes.get(LONG, header);
    if (slope != 0) {
      int last = from + length - 1;
      long start = IntegerGroup.line(slope, from);
      long end = IntegerGroup.line(slope, last);
      long rise = Math.abs(end - start);
      boolean isMonotone = Math.multiplyHigh(slope, last) == slope * last >> 63;
      if (!isMonotone || Long.compareUnsigned(extent, -1 - rise) > 0) {
        matchEach(bytes, header, from, length, low, high, mask, bit);
        return;
      }
      extent += rise;
      least += Math.min(start, end);
    }
    // Rows are at most the extent above the least; those pass whose distance is in [nearest,
    // farthest], or, if this wraps around, in either of its parts.
    long nearest = low - least;
    long farthest = high - least;
    boolean isReached = Long.compareUnsigned(nearest, extent) <= 0;
    if (Long.compareUnsigned(nearest, farthest) > 0) {
      if (isReached) {
        matchEach(bytes, header, from, length, low, high, mask, bit);
        return;
      }
      nearest = 0;
    } else if (!isReached) {
      return;
    }
    if (nearest == 0 && Long.compareUnsigned(farthest, extent) >= 0) {
      RowBits.set(mask, bit, bit + length);
    } else if (slope == 0 && width <= MAX_KERNEL_BITS) {
      int span = (int) (Math.min(extent, unsignedToMax(farthest)) - nearest) + 1;
      matchPacked(bytes, header, from, length, (int) nearest, span, mask, bit);
    } else {
      matchEach(bytes, header, from, length, low, high, mask, bit);
    }
  }

  private static long maxResidual(int width) {
    return width == 0 ? 0 : -1L >>> (Long.SIZE - width);
  }

  private static long unsignedToMax(long value) {
    return value < 0 ? Long.MAX_VALUE : value;
  }

  /** Rows up to the mask's next word one by one, all others by the kernel. */
  private static void matchPacked(
      MemorySegment bytes,
      long header,
      int from,
      int length,
      int low,
      int span,
      long[] mask,
      int bit) {
    long start = start(bytes, header);
    int width = bytes.get(ValueLayout.JAVA_BYTE, header + IntegerLayout.WIDTH) & 0xff;
    int head = Math.min(length, -bit & 63);
    if (head > 0) {
      mask[bit >>> 6] |=
          ScalarPackedKernel.matchWord(bytes, start, width, from, head, low, span) << bit;
    }
    if (head < length) {
      KERNEL.matchRange(
          bytes, start, width, from + head, length - head, low, span, mask, (bit + head) >>> 6);
    }
  }

  private static void matchEach(
      MemorySegment bytes,
      long header,
      int from,
      int length,
      long low,
      long high,
      long[] mask,
      int bit) {
    long start = start(bytes, header);
    long base = bytes.get(LONG, header);
    long slope = bytes.get(LONG, header + IntegerLayout.SLOPE);
    int width = bytes.get(ValueLayout.JAVA_BYTE, header + IntegerLayout.WIDTH) & 0xff;
    long residualMask = maxResidual(width);
    long offset = base - low;
    long span = high - low;
    for (int done = 0; done < length; ) {
      int at = bit + done;
      int count = Math.min(Long.SIZE - (at & 63), length - done);
      long word = 0;
      for (int i = 0; i < count; i++) {
        int position = from + done + i;
        int packedBit = position * width;
        long residual =
            bytes.get(LONG, start + (packedBit >>> 3)) >>> (packedBit & 7) & residualMask;
        long distance = offset + IntegerGroup.line(slope, position) + residual;
        word |= (Long.compareUnsigned(distance, span) <= 0 ? 1L : 0L) << i;
      }
      mask[at >>> 6] |= word << at;
      done += count;
    }
  }

  private static long start(MemorySegment bytes, long header) {
    return Integer.toUnsignedLong(bytes.get(INT, header + IntegerLayout.START)) * Long.BYTES;
  }
}
