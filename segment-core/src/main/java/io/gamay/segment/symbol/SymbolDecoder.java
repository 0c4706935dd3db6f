package io.gamay.segment.symbol;

import io.gamay.segment.format.SymbolLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Turns codes back into bytes, one look into a table of 2^{@link SymbolLayout#MAX_CODE_BITS}
 * entries per code. Immutable and thread-safe.
 */
public final class SymbolDecoder {

  private static final ValueLayout.OfLong SEGMENT_LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle ARRAY_LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int CODE_MASK = (1 << SymbolLayout.MAX_CODE_BITS) - 1;

  /** Symbol, length in bytes (4 bits), bits of the code (4 bits); 0 for bits that are no code. */
  private final short[] entries = new short[1 << SymbolLayout.MAX_CODE_BITS];

  private final long[] symbols;
  private final byte[] lengths;

  public SymbolDecoder(SymbolTable table) {
    this.symbols = new long[table.size()];
    this.lengths = new byte[table.size()];
    for (int symbol = 0; symbol < table.size(); symbol++) {
      symbols[symbol] = table.symbol(symbol);
      lengths[symbol] = (byte) table.length(symbol);
      int bits = table.codeBits(symbol);
      for (int entry = table.code(symbol); entry < entries.length; entry += 1 << bits) {
        entries[entry] = (short) (symbol << 4 | bits);
      }
    }
  }

  /**
   * Decodes as many bytes as asked into {@code out[at, at + length)}; bytes behind them may be
   * overwritten too.
   *
   * @param bit where in the segment the first code begins; 8 bytes behind any code are readable
   * @return the bit behind the last code
   * @throws IllegalArgumentException if there are bits that no encoder writes
   */
  public long decode(MemorySegment coded, long bit, byte[] out, int at, int length) {
    int end = at + length;
    int to = at;
    long from = bit;
    while (to < end) {
      long word = coded.get(SEGMENT_LONG, from >>> 3) >>> (int) (from & 7);
      int entry = entries[(int) word & CODE_MASK];
      to = put(entry, out, to);
      from += entry & 0xf;
    }
    if (to != end) {
      throw new IllegalArgumentException("a symbol leaves its value at bit " + from);
    }
    return from;
  }

  /** Where decoded bytes go; grows as needed. Reused by one thread. */
  public static final class Decoded {

    private byte[] bytes = new byte[256];
    private int length;

    /** Holds the value in [0, {@link #length}). */
    public byte[] bytes() {
      return bytes;
    }

    public int length() {
      return length;
    }
  }

  /**
   * Decodes all codes of [bit, endBit) in place of what {@code out} holds.
   *
   * @throws IllegalArgumentException if there are bits that no encoder writes
   */
  public void decode(MemorySegment coded, long bit, long endBit, Decoded out) {
    int to = 0;
    long from = bit;
    while (from < endBit) {
      long word = coded.get(SEGMENT_LONG, from >>> 3) >>> (int) (from & 7);
      int entry = entries[(int) word & CODE_MASK];
      if (to + Long.BYTES > out.bytes.length) {
        out.bytes = Arrays.copyOf(out.bytes, Math.multiplyExact(2, out.bytes.length));
      }
      to = put(entry, out.bytes, to);
      from += entry & 0xf;
    }
    if (from != endBit) {
      throw new IllegalArgumentException("a code leaves its value at bit " + from);
    }
    out.length = to;
  }

  private int put(int entry, byte[] out, int to) {
    if (entry == 0) {
      throw new IllegalArgumentException("bits that are no code");
    }
    int symbol = entry >>> 4 & 0xfff;
    int length = lengths[symbol];
    if (to + Long.BYTES <= out.length) {
      ARRAY_LONG.set(out, to, symbols[symbol]);
    } else {
      for (int index = 0; index < length && to + index < out.length; index++) {
        out[to + index] = (byte) (symbols[symbol] >>> (index * Byte.SIZE));
      }
    }
    return to + length;
  }
}
