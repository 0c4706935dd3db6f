package io.gamay.segment.format;

/**
 * What a block holds. The numbers are part of the format: below 128 <em>data</em> (enters the data
 * CRC), from 128 on <em>index</em> (derived from data, has its own checksum only).
 */
public enum BlockKind {
  SCHEMA(1),
  LEDGER(2),
  QUARANTINE(3),
  ROW_OFFSETS(4),
  DICTIONARY_VALUES(16),
  DICTIONARY_ENDS(17),
  DICT_IDS(18),
  ROW_ENDS(19),
  VALUES(20),
  VALUE_ENDS(21),
  NULLS(22),
  ROW_LENGTHS(23),
  RUN_ENDS(24),
  ZONE_MAP(128),
  INVERTED(129),
  INVERTED_ENDS(130),
  INVERTED_COUNTS(131),
  BLOOM(132);

  private static final int FIRST_INDEX_NUMBER = 128;

  private final int number;

  BlockKind(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  public boolean isData() {
    return number < FIRST_INDEX_NUMBER;
  }

  static BlockKind ofNumber(int number) {
    for (BlockKind kind : values()) {
      if (kind.number == number) {
        return kind;
      }
    }
    throw new IllegalArgumentException("unknown block kind " + number);
  }
}
