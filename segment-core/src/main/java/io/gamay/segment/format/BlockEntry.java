package io.gamay.segment.format;

/**
 * One line of the block directory.
 *
 * @param column 0-based position in the schema, {@link #WHOLE_SEGMENT} for blocks of no column
 * @param bitsPerValue of {@link BlockEncoding#FIXED} and {@link BlockEncoding#PACKED}, else 0
 * @param count values (or bitmaps, or records) in the block
 * @param byteOffset where the block starts in the file
 * @param crc CRC-32C of its bytes
 */
public record BlockEntry(
    int column,
    BlockKind kind,
    BlockEncoding encoding,
    int bitsPerValue,
    long count,
    long byteOffset,
    long lengthBytes,
    int crc) {

  public static final int WHOLE_SEGMENT = -1;

  String title() {
    return column == WHOLE_SEGMENT ? kind.toString() : kind + " of column " + column;
  }
}
