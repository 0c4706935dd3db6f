package io.gamay.segment.format;

/**
 * How a block's bytes are to be read. The numbers are part of the format; a new way gets a new one.
 */
public enum BlockEncoding {
  /** Fields one behind the other, in an order of the block kind's own. */
  RECORD(1),
  /** Values of {@code bitsPerValue / 8} bytes each. */
  FIXED(2),
  /** Bytes of values one behind the other; where each ends stands in another block. */
  BYTES(3),
  /** Unsigned integers of {@code bitsPerValue} bits each, see {@link PackedLayout}. */
  PACKED(4),
  /** Roaring bitmaps in their portable form, one behind the other. */
  ROARING(5),
  /**
   * Signed 64-bit integers in groups that are each packed in their own way, see {@link
   * IntegerLayout}.
   */
  INTEGERS(6),
  /** Floating-point numbers as decimals, see {@link DecimalLayout}. */
  DECIMALS(7),
  /** Which number follows from each number of another column, see {@link MappedLayout}. */
  MAPPED(8),
  /**
   * Ascending byte strings, each as what it adds to the one before, see {@link FrontCodedLayout}.
   */
  FRONT_CODED(9),
  /** Bytes of values as codes of a table of symbols, see {@link SymbolLayout}. */
  SYMBOLS(10);

  private static final int NEWEST_OF_VERSION_1 = 5;

  private final int number;

  BlockEncoding(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** Whether files of a format version may have blocks of this encoding. */
  boolean isIn(int formatVersion) {
    return number <= NEWEST_OF_VERSION_1 || formatVersion > 1;
  }

  /** Whether a block of this encoding may have these numbers in the directory. */
  boolean accepts(int bitsPerValue, long count, long lengthBytes) {
    return switch (this) {
      case RECORD, BYTES, ROARING -> bitsPerValue == 0;
      case INTEGERS -> bitsPerValue == 0 && IntegerLayout.canHold(count, lengthBytes);
      case DECIMALS -> bitsPerValue == 0 && DecimalLayout.canHold(count, lengthBytes);
      case FRONT_CODED -> bitsPerValue == 0 && FrontCodedLayout.canHold(count, lengthBytes);
      case SYMBOLS -> bitsPerValue == 0 && SymbolLayout.canHold(lengthBytes);
      case MAPPED ->
          PackedLayout.isWidth(bitsPerValue)
              && count <= PackedLayout.MAX_COUNT
              && lengthBytes
                  == MappedLayout.HEADER_BYTES + PackedLayout.lengthBytes(count, bitsPerValue);
      case FIXED ->
          (bitsPerValue == Integer.SIZE || bitsPerValue == Long.SIZE)
              && lengthBytes / (bitsPerValue / Byte.SIZE) == count
              && lengthBytes % (bitsPerValue / Byte.SIZE) == 0;
      case PACKED ->
          PackedLayout.isWidth(bitsPerValue)
              && count <= PackedLayout.MAX_COUNT
              && lengthBytes == PackedLayout.lengthBytes(count, bitsPerValue);
    };
  }

  static BlockEncoding ofNumber(int number) {
    for (BlockEncoding encoding : values()) {
      if (encoding.number == number) {
        return encoding;
      }
    }
    throw new IllegalArgumentException("unknown block encoding " + number);
  }
}
