package io.gamay.segment.format;

/**
 * The layout of ascending byte strings in runs of {@link #RUN_VALUES}.
 *
 * <pre>
 * header:  length of the common prefix 4 | its bytes | least length 4 | least share 4
 *          | bits of a length 1 | bits of a share 1 | table of symbols, see {@link SymbolLayout}
 * runs:    from the next byte on; each begins at a full byte
 * slack:   64 zero bytes
 * </pre>
 *
 * <p>All values begin with the common prefix; what follows is about the rest of them. A run holds,
 * bit by bit, lowest bit first: of its first value the length less the least length, then the codes
 * of its bytes; of each other value how many bytes it shares with the one before, less the least
 * share, then its length less the least length, then the codes of the bytes behind those shared.
 * Zeros fill the last byte. Where each run ends, counted from the first run's first byte, stands in
 * another block.
 */
public final class FrontCodedLayout {

  public static final int RUN_SHIFT = 4;
  public static final int RUN_VALUES = 1 << RUN_SHIFT;
  public static final int SLACK_BYTES = PackedLayout.SLACK_BYTES;

  /** Lengths and shares have at most so many bits. */
  public static final int MAX_FIELD_BITS = 31;

  private static final int LEAST_HEADER_BYTES = 18;

  private FrontCodedLayout() {}

  public static int runs(int count) {
    return (count + RUN_VALUES - 1) >>> RUN_SHIFT;
  }

  static boolean canHold(long count, long lengthBytes) {
    return count <= Integer.MAX_VALUE - RUN_VALUES
        && lengthBytes >= LEAST_HEADER_BYTES + SLACK_BYTES;
  }
}
