package io.gamay.segment.format;

/**
 * The layout of signed 64-bit integers in groups of {@link #GROUP_VALUES} (the last may be
 * shorter), little-endian, every part at a multiple of 8 bytes.
 *
 * <pre>
 * payload of group 0, 1, …:  residuals, W bits each | positions, 16 bits each | high parts, H bits each
 * header of group 0, 1, …:   base 8 | slope 8 | payload start in 8-byte words 4 | W 1 | H 1 | exceptions 2
 * slack:                     64 zero bytes
 * </pre>
 *
 * <p>Value i of a group is {@code base + (slope * i >> 16) + residual}, modulo 2^64. Residual i is
 * the i-th W-bit number of the payload; at the positions listed, ascending, its high part stands
 * above these W bits. Packing is that of {@link PackedLayout}, each of the three parts filled up
 * with zeros to 8 bytes.
 */
public final class IntegerLayout {

  public static final int GROUP_SHIFT = 10;
  public static final int GROUP_VALUES = 1 << GROUP_SHIFT;
  public static final int HEADER_BYTES = 24;
  public static final int SLACK_BYTES = PackedLayout.SLACK_BYTES;

  /** The slope's unit is 2^-16 of a step per value. */
  public static final int SLOPE_FRACTION_BITS = 16;

  /** Where the fields lie in a header. */
  public static final int SLOPE = 8;

  public static final int START = 16;
  public static final int WIDTH = 20;
  public static final int HIGH_WIDTH = 21;
  public static final int EXCEPTIONS = 22;

  /** Bits of an exception's position. */
  public static final int POSITION_BITS = 16;

  private IntegerLayout() {}

  public static long groups(long count) {
    return (count + GROUP_VALUES - 1) >>> GROUP_SHIFT;
  }

  /** Bytes of headers and slack. */
  public static long fixedBytes(long count) {
    return groups(count) * HEADER_BYTES + SLACK_BYTES;
  }

  /** Whether residuals and high parts may have so many bits; 0 bits are none at all. */
  public static boolean isWidth(int bits) {
    return bits == 0 || PackedLayout.isWidth(bits);
  }

  static boolean canHold(long count, long lengthBytes) {
    return count <= PackedLayout.MAX_COUNT
        && lengthBytes >= fixedBytes(count)
        && lengthBytes % Long.BYTES == 0;
  }
}
