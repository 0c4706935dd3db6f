package io.gamay.segment.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/**
 * Tests runs of values of one width without a branch per value and sets the bits of those that
 * pass: value i of a run is bit {@code bit + i} of a mask, bit b being bit {@code b % 64} of word
 * {@code b / 64}. Bits of the run are clear beforehand. Unsigned bytes and shorts are compared
 * eight and four at a time in the lanes of a long.
 */
final class RunMatcher {

  private static final boolean LANES_ASCEND = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private static final long BYTE_ONES = 0x0101010101010101L;
  private static final long BYTE_TOPS = BYTE_ONES << 7;
  private static final long BYTE_GATHER = 0x0102040810204080L;
  private static final long SHORT_ONES = 0x0001000100010001L;
  private static final long SHORT_TOPS = SHORT_ONES << 15;
  private static final long SHORT_GATHER = 1L << 48 | 1L << 33 | 1L << 18 | 1L << 3;

  private RunMatcher() {}

  /** Unsigned bytes in [low, high); 0 <= low < high. */
  static void bytes(
      MemorySegment source, int first, int run, int low, int high, long[] mask, int bit) {
    int done = 0;
    while (done < run) {
      int at = bit + done;
      int count = Math.min(Long.SIZE - (at & 63), run - done);
      long word =
          count == Long.SIZE && LANES_ASCEND
              ? byteWord(source, first + done, low, high)
              : byteBits(source, first + done, count, low, high);
      mask[at >>> 6] |= word << at;
      done += count;
    }
  }

  /** Unsigned shorts in [low, high); 0 <= low < high. */
  static void shorts(
      MemorySegment source, int first, int run, int low, int high, long[] mask, int bit) {
    int done = 0;
    while (done < run) {
      int at = bit + done;
      int count = Math.min(Long.SIZE - (at & 63), run - done);
      long word =
          count == Long.SIZE && LANES_ASCEND
              ? shortWord(source, first + done, low, high)
              : shortBits(source, first + done, count, low, high);
      mask[at >>> 6] |= word << at;
      done += count;
    }
  }

  /**
   * Ints in [low, high].
   *
   * @param flip bits to turn over in negative ones: 0, or all but the sign for sortable floats
   */
  static void ints(
      MemorySegment source, int first, int run, int low, int high, int flip, long[] mask, int bit) {
    long width = (long) high - low;
    int done = 0;
    while (done < run) {
      int at = bit + done;
      int count = Math.min(Long.SIZE - (at & 63), run - done);
      long word = 0;
      for (int i = 0; i < count; i++) {
        int value = source.get(JAVA_INT, (long) (first + done + i) << 2);
        long distance = (value ^ value >> 31 & flip) - low & 0xFFFFFFFFL;
        word |= ~(width - distance >> 63) & 1L << i;
      }
      mask[at >>> 6] |= word << at;
      done += count;
    }
  }

  /**
   * Longs in [low, high].
   *
   * @param flip bits to turn over in negative ones: 0, or all but the sign for sortable doubles
   */
  static void longs(
      MemorySegment source,
      int first,
      int run,
      long low,
      long high,
      long flip,
      long[] mask,
      int bit) {
    long width = high - low + Long.MIN_VALUE;
    int done = 0;
    while (done < run) {
      int at = bit + done;
      int count = Math.min(Long.SIZE - (at & 63), run - done);
      long word = 0;
      for (int i = 0; i < count; i++) {
        long value = source.get(JAVA_LONG, (long) (first + done + i) << 3);
        long distance = (value ^ value >> 63 & flip) - low + Long.MIN_VALUE;
        word |= distance <= width ? 1L << i : 0;
      }
      mask[at >>> 6] |= word << at;
      done += count;
    }
  }

  /** Unsigned bytes that are members of a set. */
  static void byteMembers(
      MemorySegment source, int first, int run, long[] members, long[] mask, int bit) {
    int done = 0;
    while (done < run) {
      int at = bit + done;
      int count = Math.min(Long.SIZE - (at & 63), run - done);
      long word = 0;
      for (int i = 0; i < count; i++) {
        int value = source.get(JAVA_BYTE, first + done + i) & 0xFF;
        word |= (members[value >>> 6] >>> value & 1) << i;
      }
      mask[at >>> 6] |= word << at;
      done += count;
    }
  }

  /** Unsigned shorts that are members of a set. */
  static void shortMembers(
      MemorySegment source, int first, int run, long[] members, long[] mask, int bit) {
    int done = 0;
    while (done < run) {
      int at = bit + done;
      int count = Math.min(Long.SIZE - (at & 63), run - done);
      long word = 0;
      for (int i = 0; i < count; i++) {
        int value = source.get(JAVA_SHORT, (long) (first + done + i) << 1) & 0xFFFF;
        word |= (members[value >>> 6] >>> value & 1) << i;
      }
      mask[at >>> 6] |= word << at;
      done += count;
    }
  }

  /** Ints that are members of a set. */
  static void intMembers(
      MemorySegment source, int first, int run, long[] members, long[] mask, int bit) {
    int done = 0;
    while (done < run) {
      int at = bit + done;
      int count = Math.min(Long.SIZE - (at & 63), run - done);
      long word = 0;
      for (int i = 0; i < count; i++) {
        int value = source.get(JAVA_INT, (long) (first + done + i) << 2);
        word |= (members[value >>> 6] >>> value & 1) << i;
      }
      mask[at >>> 6] |= word << at;
      done += count;
    }
  }

  private static long byteBits(MemorySegment source, int first, int count, int low, int high) {
    int width = high - low;
    long word = 0;
    for (int i = 0; i < count; i++) {
      long distance = (source.get(JAVA_BYTE, first + i) & 0xFF) - low & 0xFFFFFFFFL;
      word |= distance - width >>> 63 << i;
    }
    return word;
  }

  private static long byteWord(MemorySegment source, int first, int low, int high) {
    long lows = low * BYTE_ONES;
    long highs = high * BYTE_ONES;
    long allBelow = high > 0xFF ? -1L : 0;
    long word = 0;
    for (int step = 0; step < Long.SIZE; step += 8) {
      long lanes = source.get(JAVA_LONG_UNALIGNED, first + step);
      long inside =
          (isBelow(lanes, highs, BYTE_TOPS) | allBelow) & ~isBelow(lanes, lows, BYTE_TOPS);
      word |= ((inside & BYTE_TOPS) >>> 7) * BYTE_GATHER >>> 56 << step;
    }
    return low > 0xFF ? 0 : word;
  }

  private static long shortBits(MemorySegment source, int first, int count, int low, int high) {
    int width = high - low;
    long word = 0;
    for (int i = 0; i < count; i++) {
      long value = source.get(JAVA_SHORT, (long) (first + i) << 1) & 0xFFFF;
      word |= (value - low & 0xFFFFFFFFL) - width >>> 63 << i;
    }
    return word;
  }

  private static long shortWord(MemorySegment source, int first, int low, int high) {
    long lows = low * SHORT_ONES;
    long highs = high * SHORT_ONES;
    long allBelow = high > 0xFFFF ? -1L : 0;
    long word = 0;
    for (int step = 0; step < Long.SIZE; step += 4) {
      long lanes = source.get(JAVA_LONG_UNALIGNED, (long) (first + step) << 1);
      long inside =
          (isBelow(lanes, highs, SHORT_TOPS) | allBelow) & ~isBelow(lanes, lows, SHORT_TOPS);
      word |= (((inside & SHORT_TOPS) >>> 15) * SHORT_GATHER >>> 48 & 0xF) << step;
    }
    return low > 0xFFFF ? 0 : word;
  }

  /** The top bit of each lane whose unsigned value is below that of a bound; other bits are any. */
  private static long isBelow(long lanes, long bounds, long tops) {
    long same = lanes ^ ~bounds;
    long atLeast = (lanes | tops) - (bounds & ~tops);
    return ~lanes & bounds | same & ~atLeast;
  }
}
