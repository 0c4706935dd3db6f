package io.gamay.segment.format;

/**
 * The layout of packed integers. Value i occupies the bits [i * W, (i + 1) * W) of the block, W
 * being its bits per value; bit b of the block is bit b % 8 (0 = least significant) of byte b / 8.
 * The values are filled up with zeros to a multiple of {@link #BLOCK_VALUES}, and {@link
 * #SLACK_BYTES} zero bytes follow, so that a reader may always load a little too much.
 *
 * <p>W is in [1, 57] or 64: each value then lies within the 8 bytes from its first byte on.
 */
public final class PackedLayout {

  public static final int BLOCK_VALUES = 1024;
  public static final int SLACK_BYTES = 64;

  /** Above this a value might straddle nine bytes, and whole words are taken. */
  private static final int MAX_UNALIGNED_BITS = 57;

  static final long MAX_COUNT = Long.MAX_VALUE / Long.SIZE - BLOCK_VALUES;

  private PackedLayout() {}

  /** Bits per value for values in [0, max], 0 if all are 0. A negative max counts as unsigned. */
  public static int bitsFor(long max) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(max);
    return bits > MAX_UNALIGNED_BITS ? Long.SIZE : bits;
  }

  public static long lengthBytes(long count, int bitsPerValue) {
    long blocks = (count + BLOCK_VALUES - 1) / BLOCK_VALUES;
    return blocks * (BLOCK_VALUES / Byte.SIZE) * bitsPerValue + SLACK_BYTES;
  }

  static boolean isWidth(int bits) {
    return (bits >= 1 && bits <= MAX_UNALIGNED_BITS) || bits == Long.SIZE;
  }
}
