package io.gamay.query.sql;

/**
 * One token of SQL text.
 *
 * @param text of a WORD as written; of a QUOTED_NAME, STRING or BYTES without quotes, doubled
 *     quotes undone; of a number or symbol as written
 * @param start offset of its first character in the text
 * @param end offset after its last character
 */
record SqlToken(Kind kind, String text, int start, int end) {

  enum Kind {
    /** A keyword or a name: which, only its place tells. */
    WORD,
    QUOTED_NAME,
    STRING,
    /** X'0a1b'; the text is the hexadecimal digits. */
    BYTES,
    INTEGER,
    DECIMAL,
    /** A number with an exponent. */
    DOUBLE,
    SYMBOL,
    END
  }

  boolean isWord(String keyword) {
    return kind == Kind.WORD && text.equalsIgnoreCase(keyword);
  }

  boolean isSymbol(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  boolean isName() {
    return kind == Kind.WORD || kind == Kind.QUOTED_NAME;
  }
}
