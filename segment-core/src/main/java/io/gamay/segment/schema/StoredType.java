package io.gamay.segment.schema;

/** How values are held in buffers, dictionaries and files. */
public enum StoredType {
  INT,
  LONG,
  FLOAT,
  DOUBLE,
  /** UTF-8 bytes, ordered as unsigned bytes. */
  STRING,
  /** Bytes, ordered as unsigned bytes. */
  BYTES,
  /** Bytes in the form of {@link BigDecimalCodec}, ordered as numbers. */
  BIG_DECIMAL;

  /** Whether each value takes the same, known number of bytes. */
  public boolean isFixedWidth() {
    return switch (this) {
      case INT, LONG, FLOAT, DOUBLE -> true;
      case STRING, BYTES, BIG_DECIMAL -> false;
    };
  }

  /** Bytes of one value; 0 for the types of varying width. */
  public int widthBytes() {
    return switch (this) {
      case INT, FLOAT -> 4;
      case LONG, DOUBLE -> 8;
      case STRING, BYTES, BIG_DECIMAL -> 0;
    };
  }
}
