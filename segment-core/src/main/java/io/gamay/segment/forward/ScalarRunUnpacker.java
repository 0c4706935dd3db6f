package io.gamay.segment.forward;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** One unaligned 8-byte read per value, without a branch for values that straddle words. */
final class ScalarRunUnpacker implements RunUnpacker {

  static final ScalarRunUnpacker INSTANCE = new ScalarRunUnpacker();

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private ScalarRunUnpacker() {}

  @Override
  public void unpack(
      MemorySegment packed, int bitsPerValue, long first, int length, int[] out, int outFrom) {
    long mask = -1L >>> (Long.SIZE - bitsPerValue);
    long bit = first * bitsPerValue;
    for (int index = 0; index < length; index++) {
      out[outFrom + index] = (int) (packed.get(LONG, bit >>> 3) >>> (int) (bit & 7) & mask);
      bit += bitsPerValue;
    }
  }
}
