package io.gamay.segment.forward;

import java.lang.foreign.MemorySegment;

/**
 * What is done with runs of packed integers, in the form of {@link
 * io.gamay.segment.format.PackedLayout} with its slack. Implementations differ in speed only; each
 * is stateless. Bounds are the caller's care. A run is the values [first, first + length); a mask
 * has one bit per value of the run, value {@code first + i} being bit {@code i % 64} of word {@code
 * i / 64}, and zeros behind the last.
 */
public sealed interface PackedKernel permits ScalarPackedKernel, VectorPackedKernel {

  /** The fastest that this machine and JVM can run. */
  static PackedKernel best() {
    return PackedKernelChoice.BEST;
  }

  /** Values one by one: the twin that others are compared with. */
  static PackedKernel scalar() {
    return ScalarPackedKernel.INSTANCE;
  }

  /** How many values of a run are unpacked in the time that one takes which is read alone. */
  int valuesPerRead();

  /**
   * How many values of a run are passed over in the time that one takes which is selected alone.
   */
  int valuesPerSelection();

  /**
   * Writes a run to {@code out[outFrom, outFrom + length)}.
   *
   * @param bits per value, in [1, 32]
   */
  void unpack(MemorySegment packed, int bits, long first, int length, int[] out, int outFrom);

  /**
   * Writes those values of a run that a mask names to {@code out}, one behind the other.
   *
   * @param bits per value, in [1, 31]
   * @param mask of the run; names no more values than {@code out} holds
   */
  void select(MemorySegment packed, int bits, long first, int length, long[] mask, int[] out);

  /**
   * Tells which values of a run are in [low, low + width), unsigned.
   *
   * @param start byte at which value 0 begins
   * @param bits per value, in [1, 31]
   * @param mask receives the answer in the {@code ceil(length / 64)} words from {@code maskFrom} on
   */
  void matchRange(
      MemorySegment packed,
      long start,
      int bits,
      long first,
      int length,
      int low,
      int width,
      long[] mask,
      int maskFrom);

  /**
   * Tells which values of a run are members of a set.
   *
   * @param bits per value, in [1, 31]
   * @param members bit {@code v % 64} of word {@code v / 64} stands for the value v
   * @param mask receives the answer in its first {@code ceil(length / 64)} words
   */
  void matchSet(
      MemorySegment packed, int bits, long first, int length, long[] members, long[] mask);

  /**
   * Tells which values of a run are one of a few.
   *
   * @param bits per value, in [1, 31]
   * @param mask receives the answer in its first {@code ceil(length / 64)} words
   */
  void matchFew(MemorySegment packed, int bits, long first, int length, int[] few, long[] mask);

  /**
   * The sum of those values of a run that a mask names.
   *
   * @param bits per value, in [1, 31]
   */
  long sum(MemorySegment packed, int bits, long first, int length, long[] mask);
}
