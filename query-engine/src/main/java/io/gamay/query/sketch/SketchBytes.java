package io.gamay.query.sketch;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.datasketches.cpc.CpcSketch;
import org.apache.datasketches.theta.CompactThetaSketch;
import org.apache.datasketches.theta.ThetaSketch;

/**
 * Sketches out of their bytes. Wrong bytes are a RuntimeException of one kind or another; some the
 * library finds by its own assertions only, which are errors.
 */
public final class SketchBytes {

  private static final int VERSION_AT = 1;
  private static final int LOG_ENTRIES_AT = 3;
  private static final int LOG_TABLE_AT = 4;
  private static final int FLAGS_AT = 5;
  private static final int COUNTS_AT = 8;
  private static final int PACKED_VERSION = 4;
  private static final int COMPACT_FLAG = 8;
  private static final int MAX_LOG_TABLE = 40;

  private SketchBytes() {}

  public static ThetaSketch theta(byte[] bytes) {
    requireHashes(bytes);
    try {
      return CompactThetaSketch.heapify(MemorySegment.ofArray(bytes));
    } catch (AssertionError e) {
      throw new IllegalArgumentException("no theta sketch: " + e.getMessage(), e);
    }
  }

  /**
   * The library makes room for as many hashes as the bytes say, before it looks for them: eight
   * bytes each, in version 4 so many bits; a table that is not compact has a power of two of them.
   */
  private static void requireHashes(byte[] bytes) {
    if (bytes.length < Long.BYTES) {
      throw new IllegalArgumentException("a sketch of %d bytes".formatted(bytes.length));
    }
    int head = (bytes[0] & 0x3F) * Long.BYTES;
    boolean isCompact = (bytes[FLAGS_AT] & COMPACT_FLAG) != 0;
    long bits = 0;
    if (bytes[VERSION_AT] == PACKED_VERSION) {
      bits = packedCount(bytes, head) * Math.max(bytes[LOG_ENTRIES_AT], 1);
    } else if (!isCompact) {
      bits = (long) Long.SIZE << Math.clamp(bytes[LOG_TABLE_AT], 0, MAX_LOG_TABLE);
    } else if (head > Long.BYTES && bytes.length >= COUNTS_AT + Integer.BYTES) {
      int count = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(COUNTS_AT);
      bits = (long) Long.SIZE * count;
    }
    if (bits < 0 || bits > (long) Byte.SIZE * bytes.length) {
      throw new IllegalArgumentException("%d bits in %d bytes".formatted(bits, bytes.length));
    }
  }

  /** Little-endian, in as many bytes as a byte says. */
  private static long packedCount(byte[] bytes, int at) {
    long count = 0;
    for (int index = Math.min(bytes[LOG_TABLE_AT], Integer.BYTES) - 1; index >= 0; index--) {
      count = count << Byte.SIZE | bytes[at + index] & 0xFF;
    }
    return count;
  }

  public static CpcSketch cpc(byte[] bytes) {
    requireCoupons(bytes);
    try {
      return CpcSketch.heapify(bytes);
    } catch (AssertionError e) {
      throw new IllegalArgumentException("no CPC sketch: " + e.getMessage(), e);
    }
  }

  /** Log2 of the rows that the bytes of a CPC sketch say it has. */
  public static int cpcLogEntries(byte[] bytes) {
    return bytes.length > LOG_ENTRIES_AT ? bytes[LOG_ENTRIES_AT] : 0;
  }

  /**
   * The library makes room for as many pairs as the bytes say, before it looks for them; a pair
   * takes a bit at least. They are counted first in sparse formats, second in those with a window.
   */
  private static void requireCoupons(byte[] bytes) {
    if (bytes.length < COUNTS_AT) {
      throw new IllegalArgumentException("a sketch of %d bytes".formatted(bytes.length));
    }
    int format = bytes[FLAGS_AT] >>> 2 & 7;
    boolean isSparse = format == 2 || format == 3;
    boolean hasWindowAndPairs = format >= 6;
    int at = isSparse ? COUNTS_AT : COUNTS_AT + Integer.BYTES;
    if (isSparse || hasWindowAndPairs) {
      int pairs = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
      if (pairs < 0 || pairs > (long) Byte.SIZE * bytes.length) {
        throw new IllegalArgumentException("%d pairs in %d bytes".formatted(pairs, bytes.length));
      }
    }
  }
}
