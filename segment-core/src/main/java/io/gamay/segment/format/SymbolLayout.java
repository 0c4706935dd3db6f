package io.gamay.segment.format;

/**
 * The layout of values as codes of symbols: a table of symbols, from the next byte on the codes of
 * all values one behind the other, bit by bit, zeros up to a full byte, then {@link #SLACK_BYTES}
 * zero bytes.
 *
 * <pre>
 * table:  symbols 4 | for each: length in bytes 1 | bits of its code 1 | its bytes
 * </pre>
 *
 * <p>A symbol is 1 to 8 bytes, its code 1 to {@link #MAX_CODE_BITS} bits; there is at least one
 * symbol and at most {@link #MAX_SYMBOLS}. The codes are those of the canonical Huffman code:
 * symbols in the order of code length, then of the table, get ascending codes, from 0 on, each the
 * one before plus 1, with zeros appended where codes become longer. A code enters the block's bits
 * most significant bit first.
 */
public final class SymbolLayout {

  public static final int MAX_SYMBOLS = 512;
  public static final int MAX_SYMBOL_BYTES = 8;
  public static final int MAX_CODE_BITS = 12;
  public static final int SLACK_BYTES = PackedLayout.SLACK_BYTES;

  private SymbolLayout() {}

  static boolean canHold(long lengthBytes) {
    return lengthBytes >= Integer.BYTES + SLACK_BYTES;
  }
}
