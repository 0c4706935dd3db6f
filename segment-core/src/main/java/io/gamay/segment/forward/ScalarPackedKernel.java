package io.gamay.segment.forward;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** One unaligned 8-byte read per value, without a branch for values that straddle words. */
final class ScalarPackedKernel implements PackedKernel {

  static final ScalarPackedKernel INSTANCE = new ScalarPackedKernel();

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private ScalarPackedKernel() {}

  @Override
  public int valuesPerRead() {
    return 2;
  }

  @Override
  public int valuesPerSelection() {
    return 0;
  }

  @Override
  public void unpack(
      MemorySegment packed, int bits, long first, int length, int[] out, int outFrom) {
    long valueMask = -1L >>> (Long.SIZE - bits);
    long bit = first * bits;
    for (int index = 0; index < length; index++) {
      out[outFrom + index] = (int) (packed.get(LONG, bit >>> 3) >>> (int) (bit & 7) & valueMask);
      bit += bits;
    }
  }

  @Override
  public void select(
      MemorySegment packed, int bits, long first, int length, long[] mask, int[] out) {
    selectWords(packed, bits, first, 0, length, mask, out, 0);
  }

  /** Those of the words of the mask from {@code fromWord} on, to {@code out} from {@code at} on. */
  static void selectWords(
      MemorySegment packed,
      int bits,
      long first,
      int fromWord,
      int length,
      long[] mask,
      int[] out,
      int at) {
    long valueMask = -1L >>> (Long.SIZE - bits);
    int selected = at;
    for (int word = fromWord; word << 6 < length; word++) {
      long base = first + (word << 6);
      for (long left = mask[word]; left != 0; left &= left - 1) {
        long bit = (base + Long.numberOfTrailingZeros(left)) * bits;
        out[selected++] = (int) (packed.get(LONG, bit >>> 3) >>> (int) (bit & 7) & valueMask);
      }
    }
  }

  /** The values at some ascending places; at most 31 bits each. */
  static void readEach(MemorySegment packed, int bits, int[] places, int count, int[] out) {
    int valueMask = bits == 0 ? 0 : -1 >>> (Integer.SIZE - bits);
    long width = bits;
    for (int index = 0; index < count; index++) {
      long bit = places[index] * width;
      out[index] = (int) (packed.get(LONG, bit >>> 3) >>> (int) (bit & 7)) & valueMask;
    }
  }

  @Override
  public void matchRange(
      MemorySegment packed,
      long start,
      int bits,
      long first,
      int length,
      int low,
      int width,
      long[] mask,
      int maskFrom) {
    for (int from = 0; from < length; from += Long.SIZE) {
      int count = Math.min(Long.SIZE, length - from);
      mask[maskFrom + (from >>> 6)] =
          matchWord(packed, start, bits, first + from, count, low, width);
    }
  }

  /** The mask of up to 64 values. */
  static long matchWord(
      MemorySegment packed, long start, int bits, long first, int length, int low, int width) {
    int valueMask = -1 >>> (Integer.SIZE - bits);
    long bit = first * bits;
    long matched = 0;
    for (int index = 0; index < length; index++) {
      int value = (int) (packed.get(LONG, start + (bit >>> 3)) >>> (int) (bit & 7)) & valueMask;
      // The sign bit of the difference of two non-negative numbers, without a branch.
      long isInside = (Integer.toUnsignedLong(value - low) - Integer.toUnsignedLong(width)) >>> 63;
      matched |= isInside << index;
      bit += bits;
    }
    return matched;
  }

  @Override
  public void matchSet(
      MemorySegment packed, int bits, long first, int length, long[] members, long[] mask) {
    for (int word = 0; word << 6 < length; word++) {
      int from = word << 6;
      mask[word] =
          matchWord(packed, bits, first + from, Math.min(Long.SIZE, length - from), members);
    }
  }

  /** The mask of up to 64 values. */
  static long matchWord(MemorySegment packed, int bits, long first, int length, long[] members) {
    int valueMask = -1 >>> (Integer.SIZE - bits);
    long bit = first * bits;
    long matched = 0;
    for (int index = 0; index < length; index++) {
      int value = (int) (packed.get(LONG, bit >>> 3) >>> (int) (bit & 7)) & valueMask;
      matched |= (members[value >>> 6] >>> value & 1) << index;
      bit += bits;
    }
    return matched;
  }

  @Override
  public void matchFew(
      MemorySegment packed, int bits, long first, int length, int[] few, long[] mask) {
    for (int word = 0; word << 6 < length; word++) {
      int from = word << 6;
      mask[word] = matchWord(packed, bits, first + from, Math.min(Long.SIZE, length - from), few);
    }
  }

  /** The mask of up to 64 values. */
  static long matchWord(MemorySegment packed, int bits, long first, int length, int[] few) {
    int valueMask = -1 >>> (Integer.SIZE - bits);
    long bit = first * bits;
    long matched = 0;
    for (int index = 0; index < length; index++) {
      int value = (int) (packed.get(LONG, bit >>> 3) >>> (int) (bit & 7)) & valueMask;
      for (int one : few) {
        matched |= (value == one ? 1L : 0L) << index;
      }
      bit += bits;
    }
    return matched;
  }

  @Override
  public long sum(MemorySegment packed, int bits, long first, int length, long[] mask) {
    int valueMask = -1 >>> (Integer.SIZE - bits);
    long sum = 0;
    for (int word = 0; word << 6 < length; word++) {
      long left = mask[word];
      while (left != 0) {
        long bit = (first + (word << 6) + Long.numberOfTrailingZeros(left)) * bits;
        sum += (int) (packed.get(LONG, bit >>> 3) >>> (int) (bit & 7)) & valueMask;
        left &= left - 1;
      }
    }
    return sum;
  }
}
