package io.gamay.segment.symbol;

import io.gamay.segment.format.SymbolLayout;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds the symbols of a value, the longest that fits at each place. The table has every byte that
 * may come as a symbol of its own. One thread.
 */
public final class SymbolEncoder {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final SymbolTable table;

  /** By the first two bytes: the first of the longer symbols that begin so, else 0; plus 1. */
  private final short[] firstOfPair = new short[1 << 16];

  /** The next symbol with the same two bytes, of the same length or shorter; plus 1. */
  private final short[] next;

  private final short[] ofByte = new short[1 << 8];

  public SymbolEncoder(SymbolTable table) {
    this.table = table;
    this.next = new short[table.size()];
    for (int length = 2; length <= SymbolLayout.MAX_SYMBOL_BYTES; length++) {
      for (int symbol = table.size() - 1; symbol >= 0; symbol--) {
        if (table.length(symbol) == length) {
          int pair = (int) table.symbol(symbol) & 0xffff;
          next[symbol] = firstOfPair[pair];
          firstOfPair[pair] = (short) (symbol + 1);
        }
      }
    }
    for (int symbol = 0; symbol < table.size(); symbol++) {
      if (table.length(symbol) == 1) {
        ofByte[(int) table.symbol(symbol)] = (short) (symbol + 1);
      }
    }
  }

  /** Bits of the codes of {@code bytes[from, to)}. */
  public long bits(byte[] bytes, int from, int to) {
    long bits = 0;
    for (int at = from; at < to; ) {
      int symbol = symbolAt(bytes, at, to);
      bits += table.codeBits(symbol);
      at += table.length(symbol);
    }
    return bits;
  }

  /** Writes the codes of {@code bytes[from, to)}. */
  public void encode(byte[] bytes, int from, int to, BitOutput out) throws IOException {
    for (int at = from; at < to; ) {
      int symbol = symbolAt(bytes, at, to);
      out.put(table.code(symbol), table.codeBits(symbol));
      at += table.length(symbol);
    }
  }

  /**
   * The symbol that comes next; {@code at} is below {@code to}.
   *
   * @throws IllegalArgumentException if the table lacks the byte
   */
  int symbolAt(byte[] bytes, int at, int to) {
    int left = to - at;
    if (left > 1) {
      long word = word(bytes, at, left);
      for (int next = firstOfPair[(int) word & 0xffff]; next != 0; next = this.next[next - 1]) {
        int length = table.length(next - 1);
        if (length <= left
            && (word ^ table.symbol(next - 1)) << (Long.SIZE - length * Byte.SIZE) == 0) {
          return next - 1;
        }
      }
    }
    int symbol = ofByte[bytes[at] & 0xff] - 1;
    if (symbol < 0) {
      throw new IllegalArgumentException("no symbol for byte %02x".formatted(bytes[at]));
    }
    return symbol;
  }

  private static long word(byte[] bytes, int at, int left) {
    if (at + Long.BYTES <= bytes.length) {
      return (long) LONG.get(bytes, at);
    }
    long word = 0;
    for (int index = Math.min(left, Long.BYTES) - 1; index >= 0; index--) {
      word = word << Byte.SIZE | bytes[at + index] & 0xff;
    }
    return word;
  }
}
