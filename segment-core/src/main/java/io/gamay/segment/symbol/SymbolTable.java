package io.gamay.segment.symbol;

import io.gamay.segment.format.BlockOutput;
import io.gamay.segment.format.SymbolLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Symbols and their codes, see {@link SymbolLayout}. Immutable and thread-safe.
 *
 * <p>A symbol is held as its bytes in a long, first byte lowest. Codes are held as they enter the
 * bits of a block: most significant bit lowest.
 */
public final class SymbolTable {

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final long[] symbols;
  private final int[] lengths;
  private final int[] codeBits;
  private final int[] codes;

  /**
   * @param lengths of the symbols in bytes
   * @param codeBits that satisfy Kraft's inequality
   */
  SymbolTable(long[] symbols, int[] lengths, int[] codeBits) {
    this.symbols = symbols;
    this.lengths = lengths;
    this.codeBits = codeBits;
    this.codes = canonicalCodes(codeBits);
  }

  /**
   * Reads a table that lies in a block.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static SymbolTable read(MemorySegment bytes, long at) {
    long end = bytes.byteSize() - SymbolLayout.SLACK_BYTES;
    require(at >= 0 && at <= end - Integer.BYTES, "table outside of the block");
    int count = bytes.get(INT, at);
    require(count >= 1 && count <= SymbolLayout.MAX_SYMBOLS, count + " symbols");
    long[] symbols = new long[count];
    int[] lengths = new int[count];
    int[] codeBits = new int[count];
    long position = at + Integer.BYTES;
    long codeSpace = 0;
    for (int symbol = 0; symbol < count; symbol++) {
      require(position <= end - 2, "table longer than the block");
      lengths[symbol] = bytes.get(ValueLayout.JAVA_BYTE, position);
      codeBits[symbol] = bytes.get(ValueLayout.JAVA_BYTE, position + 1);
      position += 2;
      require(
          lengths[symbol] >= 1
              && lengths[symbol] <= SymbolLayout.MAX_SYMBOL_BYTES
              && codeBits[symbol] >= 1
              && codeBits[symbol] <= SymbolLayout.MAX_CODE_BITS
              && position <= end - lengths[symbol],
          "symbol " + symbol);
      for (int index = 0; index < lengths[symbol]; index++) {
        long value = bytes.get(ValueLayout.JAVA_BYTE, position + index) & 0xff;
        symbols[symbol] |= value << (index * Byte.SIZE);
      }
      position += lengths[symbol];
      codeSpace += 1L << (SymbolLayout.MAX_CODE_BITS - codeBits[symbol]);
    }
    require(codeSpace <= 1L << SymbolLayout.MAX_CODE_BITS, "codes are no prefix code");
    return new SymbolTable(symbols, lengths, codeBits);
  }

  public void write(BlockOutput out) throws IOException {
    out.putInt(symbols.length);
    byte[] field = new byte[2 + SymbolLayout.MAX_SYMBOL_BYTES];
    for (int symbol = 0; symbol < symbols.length; symbol++) {
      field[0] = (byte) lengths[symbol];
      field[1] = (byte) codeBits[symbol];
      for (int index = 0; index < lengths[symbol]; index++) {
        field[2 + index] = (byte) (symbols[symbol] >>> (index * Byte.SIZE));
      }
      out.putBytes(field, 0, 2 + lengths[symbol]);
    }
  }

  /** Size of what {@link #write} writes. */
  public int lengthBytes() {
    return Integer.BYTES + 2 * symbols.length + Arrays.stream(lengths).sum();
  }

  public int size() {
    return symbols.length;
  }

  long symbol(int symbol) {
    return symbols[symbol];
  }

  int length(int symbol) {
    return lengths[symbol];
  }

  int codeBits(int symbol) {
    return codeBits[symbol];
  }

  int code(int symbol) {
    return codes[symbol];
  }

  private static int[] canonicalCodes(int[] codeBits) {
    int[] codes = new int[codeBits.length];
    int code = 0;
    for (int bits = 1; bits <= SymbolLayout.MAX_CODE_BITS; bits++) {
      code <<= 1;
      for (int symbol = 0; symbol < codes.length; symbol++) {
        if (codeBits[symbol] == bits) {
          codes[symbol] = Integer.reverse(code++) >>> (Integer.SIZE - bits);
        }
      }
    }
    return codes;
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }
}
