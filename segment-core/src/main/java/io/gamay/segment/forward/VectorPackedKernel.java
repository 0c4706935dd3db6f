package io.gamay.segment.forward;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * A vector of values at a time: L values of W bits lie in L * W / 8 whole bytes if the first of
 * them is a multiple of 8. One load takes them all, a permutation of bytes gives each lane the four
 * bytes that hold its value, a shift by lane and a mask leave the value. W is at most 25, so that
 * four bytes are enough; wider values, and those before and behind the whole vectors, are the
 * scalar twin's. After Willhalm et al., "SIMD-Scan" (PVLDB 2/1, 2009).
 */
final class VectorPackedKernel implements PackedKernel {

  static final VectorPackedKernel INSTANCE = new VectorPackedKernel();

  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
  private static final int LANES = INTS.length();
  private static final long ALL_LANES = -1L >>> (Long.SIZE - LANES);
  private static final int MAX_BITS = 25;

  /** By bits per value. */
  private static final Layout[] LAYOUTS = layouts();

  /** Of eight lanes, by which of them are wanted: which lane goes where to move these forward. */
  private static final int[] FRONT = front();

  private VectorPackedKernel() {}

  /**
   * @param bytes which byte of the load goes where
   * @param shifts by lane, where its value begins in its four bytes
   */
  private record Layout(VectorShuffle<Byte> bytes, IntVector shifts, int mask, int step) {

    IntVector load(MemorySegment packed, long byteOffset) {
      return ByteVector.fromMemorySegment(BYTES, packed, byteOffset, ByteOrder.LITTLE_ENDIAN)
          .rearrange(bytes)
          .reinterpretAsInts()
          .lanewise(VectorOperators.LSHR, shifts)
          .and(mask);
    }
  }

  static boolean isWorthwhile() {
    return BYTES.vectorBitSize() >= 256 && INTS.vectorBitSize() == BYTES.vectorBitSize();
  }

  private static int[] front() {
    int[] front = new int[8 << 8];
    for (int wanted = 0; wanted < 1 << 8; wanted++) {
      int to = wanted << 3;
      for (int left = wanted; left != 0; left &= left - 1) {
        front[to++] = Integer.numberOfTrailingZeros(left);
      }
    }
    return front;
  }

  private static Layout[] layouts() {
    Layout[] layouts = new Layout[MAX_BITS + 1];
    for (int bits = 1; bits <= MAX_BITS; bits++) {
      int[] bytes = new int[BYTES.length()];
      int[] shifts = new int[LANES];
      for (int lane = 0; lane < LANES; lane++) {
        int bit = lane * bits;
        shifts[lane] = bit & 7;
        for (int part = 0; part < Integer.BYTES; part++) {
          bytes[lane * Integer.BYTES + part] = (bit >>> 3) + part;
        }
      }
      layouts[bits] =
          new Layout(
              VectorShuffle.fromArray(BYTES, bytes, 0),
              IntVector.fromArray(INTS, shifts, 0),
              -1 >>> (Integer.SIZE - bits),
              LANES * bits >>> 3);
    }
    return layouts;
  }

  @Override
  public int valuesPerRead() {
    return 12;
  }

  @Override
  public int valuesPerSelection() {
    return 48;
  }

  @Override
  public void unpack(
      MemorySegment packed, int bits, long first, int length, int[] out, int outFrom) {
    int head = Math.min(length, (int) (-first & 7));
    int body = bits > MAX_BITS ? 0 : (length - head) / LANES * LANES;
    int tail = length - head - body;
    if (head > 0) {
      ScalarPackedKernel.INSTANCE.unpack(packed, bits, first, head, out, outFrom);
    }
    if (body > 0) {
      unpackWhole(packed, LAYOUTS[bits], (first + head) * bits >>> 3, body, out, outFrom + head);
    }
    if (tail > 0) {
      ScalarPackedKernel.INSTANCE.unpack(
          packed, bits, first + head + body, tail, out, outFrom + head + body);
    }
  }

  private static void unpackWhole(
      MemorySegment packed, Layout layout, long byteOffset, int length, int[] out, int outFrom) {
    VectorShuffle<Byte> bytes = layout.bytes;
    IntVector shifts = layout.shifts;
    int mask = layout.mask;
    int step = layout.step;
    long at = byteOffset;
    for (int index = 0; index < length; index += LANES) {
      ByteVector.fromMemorySegment(BYTES, packed, at, ByteOrder.LITTLE_ENDIAN)
          .rearrange(bytes)
          .reinterpretAsInts()
          .lanewise(VectorOperators.LSHR, shifts)
          .and(mask)
          .intoArray(out, outFrom + index);
      at += step;
    }
  }

  @Override
  public void select(
      MemorySegment packed, int bits, long first, int length, long[] mask, int[] out) {
    boolean isWhole = bits <= MAX_BITS && (first & 7) == 0;
    // The last words' vectors would reach behind the packed values, or behind the array.
    int words = isWhole ? length >>> 6 : 0;
    int selected = 0;
    int word = 0;
    if (words > 0) {
      Layout layout = LAYOUTS[bits];
      VectorShuffle<Byte> bytes = layout.bytes;
      IntVector shifts = layout.shifts;
      int valueMask = layout.mask;
      int step = layout.step;
      long at = first * bits >>> 3;
      int room = out.length - Long.SIZE;
      for (; word < words && selected <= room; word++) {
        long left = mask[word];
        for (int bit = 0; bit < Long.SIZE; bit += LANES) {
          long wanted = left >>> bit & ALL_LANES;
          IntVector values =
              ByteVector.fromMemorySegment(BYTES, packed, at, ByteOrder.LITTLE_ENDIAN)
                  .rearrange(bytes)
                  .reinterpretAsInts()
                  .lanewise(VectorOperators.LSHR, shifts)
                  .and(valueMask);
          IntVector moved =
              LANES == 8
                  ? IntVector.fromArray(INTS, FRONT, (int) wanted << 3).selectFrom(values)
                  : values.compress(VectorMask.fromLong(INTS, wanted));
          moved.intoArray(out, selected);
          selected += Long.bitCount(wanted);
          at += step;
        }
      }
    }
    ScalarPackedKernel.selectWords(packed, bits, first, word, length, mask, out, selected);
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
    int skew = (int) (first & 7);
    int words = bits > MAX_BITS ? 0 : (length + skew) >>> 6;
    if (words == 0) {
      ScalarPackedKernel.INSTANCE.matchRange(
          packed, start, bits, first, length, low, width, mask, maskFrom);
      return;
    }
    long byteOffset = start + ((first - skew) * bits >>> 3);
    int maskTo = maskFrom + words;
    matchWhole(packed, LAYOUTS[bits], byteOffset, low, width, mask, maskFrom, maskTo);
    int done = (words << 6) - skew;
    int tail = length - done;
    long behind =
        tail == 0
            ? 0
            : ScalarPackedKernel.matchWord(packed, start, bits, first + done, tail, low, width);
    close(mask, maskFrom, maskTo, skew, behind, tail);
  }

  /** Whole words of 64 values, from a value on whose number is a multiple of 8. */
  private static void matchWhole(
      MemorySegment packed,
      Layout layout,
      long byteOffset,
      int low,
      int width,
      long[] mask,
      int maskFrom,
      int maskTo) {
    VectorShuffle<Byte> bytes = layout.bytes;
    IntVector shifts = layout.shifts;
    int valueMask = layout.mask;
    int step = layout.step;
    long at = byteOffset;
    for (int word = maskFrom; word < maskTo; word++) {
      long matched = 0;
      for (int bit = 0; bit < Long.SIZE; bit += LANES) {
        long lanes =
            ByteVector.fromMemorySegment(BYTES, packed, at, ByteOrder.LITTLE_ENDIAN)
                .rearrange(bytes)
                .reinterpretAsInts()
                .lanewise(VectorOperators.LSHR, shifts)
                .and(valueMask)
                .sub(low)
                .compare(VectorOperators.ULT, width)
                .toLong();
        matched |= lanes << bit;
        at += step;
      }
      mask[word] = matched;
    }
  }

  /**
   * Moves a mask of whole words [from, to) that begins {@code skew} values too early to its place,
   * and adds the values behind them.
   */
  private static void close(long[] mask, int from, int to, int skew, long behind, int tail) {
    if (skew == 0) {
      if (tail > 0) {
        mask[to] = behind;
      }
      return;
    }
    int last = to - 1;
    for (int word = from; word < last; word++) {
      mask[word] = mask[word] >>> skew | mask[word + 1] << (Long.SIZE - skew);
    }
    mask[last] = mask[last] >>> skew | behind << (Long.SIZE - skew);
    if (tail > skew) {
      mask[to] = behind >>> skew;
    }
  }

  @Override
  public void matchSet(
      MemorySegment packed, int bits, long first, int length, long[] members, long[] mask) {
    int skew = (int) (first & 7);
    int words = bits > MAX_BITS ? 0 : (length + skew) >>> 6;
    if (words == 0) {
      ScalarPackedKernel.INSTANCE.matchSet(packed, bits, first, length, members, mask);
      return;
    }
    matchWhole(packed, LAYOUTS[bits], (first - skew) * bits >>> 3, words, members, mask);
    int done = (words << 6) - skew;
    int tail = length - done;
    long behind =
        tail == 0 ? 0 : ScalarPackedKernel.matchWord(packed, bits, first + done, tail, members);
    close(mask, 0, words, skew, behind, tail);
  }

  /** Gathers the members' word of each value and shifts its bit to the front. */
  private static void matchWhole(
      MemorySegment packed,
      Layout layout,
      long byteOffset,
      int words,
      long[] members,
      long[] mask) {
    int[] memberWords = new int[LANES];
    int half = LANES >>> 1;
    long at = byteOffset;
    for (int word = 0; word < words; word++) {
      long matched = 0;
      for (int bit = 0; bit < Long.SIZE; bit += LANES) {
        IntVector values = layout.load(packed, at);
        values.lanewise(VectorOperators.LSHR, 6).intoArray(memberWords, 0);
        long low = members(members, memberWords, 0, values, 0);
        long high = members(members, memberWords, half, values, 1);
        matched |= (low | high << half) << bit;
        at += layout.step;
      }
      mask[word] = matched;
    }
  }

  /** Which of one half of a vector's values are members. */
  private static long members(
      long[] members, int[] memberWords, int from, IntVector values, int part) {
    LongVector shifts = values.convertShape(VectorOperators.I2L, LONGS, part).reinterpretAsLongs();
    return LongVector.fromArray(LONGS, members, 0, memberWords, from)
        .lanewise(VectorOperators.LSHR, shifts)
        .and(1)
        .compare(VectorOperators.NE, 0)
        .toLong();
  }

  @Override
  public void matchFew(
      MemorySegment packed, int bits, long first, int length, int[] few, long[] mask) {
    int skew = (int) (first & 7);
    int words = bits > MAX_BITS ? 0 : (length + skew) >>> 6;
    if (words == 0) {
      ScalarPackedKernel.INSTANCE.matchFew(packed, bits, first, length, few, mask);
      return;
    }
    matchWhole(packed, LAYOUTS[bits], (first - skew) * bits >>> 3, words, few, mask);
    int done = (words << 6) - skew;
    int tail = length - done;
    long behind =
        tail == 0 ? 0 : ScalarPackedKernel.matchWord(packed, bits, first + done, tail, few);
    close(mask, 0, words, skew, behind, tail);
  }

  /** Compares a vector of values with each of the few. */
  private static void matchWhole(
      MemorySegment packed, Layout layout, long byteOffset, int words, int[] few, long[] mask) {
    VectorShuffle<Byte> bytes = layout.bytes;
    IntVector shifts = layout.shifts;
    int valueMask = layout.mask;
    int step = layout.step;
    long at = byteOffset;
    for (int word = 0; word < words; word++) {
      long matched = 0;
      for (int bit = 0; bit < Long.SIZE; bit += LANES) {
        IntVector values =
            ByteVector.fromMemorySegment(BYTES, packed, at, ByteOrder.LITTLE_ENDIAN)
                .rearrange(bytes)
                .reinterpretAsInts()
                .lanewise(VectorOperators.LSHR, shifts)
                .and(valueMask);
        long lanes = 0;
        for (int one : few) {
          lanes |= values.compare(VectorOperators.EQ, one).toLong();
        }
        matched |= lanes << bit;
        at += step;
      }
      mask[word] = matched;
    }
  }

  @Override
  public long sum(MemorySegment packed, int bits, long first, int length, long[] mask) {
    int words = bits > MAX_BITS || (first & 7) != 0 ? 0 : length >>> 6;
    long sum = 0;
    if (words > 0) {
      sum = sumWhole(packed, LAYOUTS[bits], first * bits >>> 3, words, mask);
    }
    int done = words << 6;
    if (done < length) {
      sum += sumScalar(packed, bits, first, done, length, mask);
    }
    return sum;
  }

  private static long sumWhole(
      MemorySegment packed, Layout layout, long byteOffset, int words, long[] mask) {
    LongVector sums = LongVector.zero(LONGS);
    long at = byteOffset;
    for (int word = 0; word < words; word++) {
      long selected = mask[word];
      // Lanes of 32 bits hold the sum of a word's values: at most 64 / LANES of 25 bits each.
      IntVector lanes = IntVector.zero(INTS);
      for (int bit = 0; bit < Long.SIZE; bit += LANES) {
        VectorMask<Integer> wanted = VectorMask.fromLong(INTS, selected >>> bit);
        lanes = lanes.add(layout.load(packed, at), wanted);
        at += layout.step;
      }
      LongVector pairs = lanes.reinterpretAsLongs();
      sums = sums.add(pairs.and(0xFFFF_FFFFL)).add(pairs.lanewise(VectorOperators.LSHR, 32));
    }
    return sums.reduceLanes(VectorOperators.ADD);
  }

  private static long sumScalar(
      MemorySegment packed, int bits, long first, int from, int length, long[] mask) {
    long sum = 0;
    int[] value = new int[1];
    for (int word = from >>> 6; word << 6 < length; word++) {
      for (long left = mask[word]; left != 0; left &= left - 1) {
        long index = first + (word << 6) + Long.numberOfTrailingZeros(left);
        ScalarPackedKernel.INSTANCE.unpack(packed, bits, index, 1, value, 0);
        sum += Integer.toUnsignedLong(value[0]);
      }
    }
    return sum;
  }
}
