package io.gamay.segment.forward;

import java.lang.foreign.MemorySegment;

/**
 * Unpacks a run of values of a packed block. Implementations differ in speed only; each is
 * stateless.
 */
interface RunUnpacker {

  /**
   * Writes the values [first, first + length) to {@code out[outFrom, outFrom + length)}. Bounds are
   * the caller's care.
   *
   * @param packed in the form of {@link io.gamay.segment.format.PackedLayout}, its slack included
   * @param bitsPerValue in [1, 32]
   */
  void unpack(
      MemorySegment packed, int bitsPerValue, long first, int length, int[] out, int outFrom);
}
