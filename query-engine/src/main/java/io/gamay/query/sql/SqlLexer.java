package io.gamay.query.sql;

import io.gamay.query.sql.SqlToken.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts SQL text into tokens; comments and white space go. Single quotes make strings, double quotes
 * names; back-ticks and everything that is not SQL here are errors. Not for use twice.
 */
final class SqlLexer {

  private static final int MAX_NAME_LENGTH = 1024;
  private static final int MAX_NUMBER_LENGTH = 1000;

  private final SqlSource source;
  private final String text;
  private final List<SqlToken> tokens = new ArrayList<>();
  private int position;

  SqlLexer(SqlSource source) {
    this.source = source;
    this.text = source.text();
  }

  /** The tokens, with an END at the end. */
  List<SqlToken> tokens() {
    skipBlanks();
    while (position < text.length()) {
      readToken();
      skipBlanks();
    }
    tokens.add(new SqlToken(Kind.END, "", position, position));
    return tokens;
  }

  private void skipBlanks() {
    while (position < text.length()) {
      if (Character.isWhitespace(text.charAt(position)) || text.charAt(position) == '\u00a0') {
        position++;
      } else if (text.startsWith("--", position)) {
        int lineEnd = text.indexOf('\n', position);
        position = lineEnd < 0 ? text.length() : lineEnd + 1;
      } else if (text.startsWith("/*", position)) {
        int commentEnd = text.indexOf("*/", position + 2);
        if (commentEnd < 0) {
          throw source.error(position, "comment is not closed, expected */");
        }
        position = commentEnd + 2;
      } else {
        return;
      }
    }
  }

  private void readToken() {
    char first = text.charAt(position);
    if (first == '\'') {
      readQuoted(Kind.STRING, '\'', position);
    } else if (first == '"') {
      readQuoted(Kind.QUOTED_NAME, '"', position);
    } else if (isDigit(first) || (first == '.' && isDigit(peek(1)) && !followsName())) {
      readNumber();
    } else if (isNameStart(first)) {
      readWord();
    } else {
      readSymbol(first);
    }
  }

  /** Whether a dot here separates the parts of a name. */
  private boolean followsName() {
    return !tokens.isEmpty() && tokens.getLast().isName() && tokens.getLast().end() == position;
  }

  private void readQuoted(Kind kind, char quote, int start) {
    var unquoted = new StringBuilder();
    position++;
    while (true) {
      int next = text.indexOf(quote, position);
      if (next < 0) {
        throw source.error(
            start,
            (kind == Kind.QUOTED_NAME ? "quoted name" : "string")
                + " is not closed, expected "
                + quote);
      }
      unquoted.append(text, position, next);
      position = next + 1;
      if (position >= text.length() || text.charAt(position) != quote) {
        break;
      }
      unquoted.append(quote);
      position++;
    }
    if (kind == Kind.QUOTED_NAME && unquoted.isEmpty()) {
      throw source.error(start, "quoted name is empty");
    }
    if (kind == Kind.QUOTED_NAME && unquoted.length() > MAX_NAME_LENGTH) {
      throw source.error(start, "name is longer than " + MAX_NAME_LENGTH + " characters");
    }
    tokens.add(new SqlToken(kind, unquoted.toString(), start, position));
  }

  private void readWord() {
    int start = position;
    while (position < text.length() && isNamePart(text.charAt(position))) {
      position++;
    }
    if (position - start > MAX_NAME_LENGTH) {
      throw source.error(start, "name is longer than " + MAX_NAME_LENGTH + " characters");
    }
    String word = text.substring(start, position);
    if (peek(0) == '\'') {
      readPrefixedString(word, start);
    } else {
      tokens.add(new SqlToken(Kind.WORD, word, start, position));
    }
  }

  private void readPrefixedString(String prefix, int start) {
    if (!prefix.equalsIgnoreCase("x")) {
      throw source.error(start, "unexpected string after '" + prefix + "', expected a blank");
    }
    readQuoted(Kind.BYTES, '\'', start);
    String digits = tokens.getLast().text();
    boolean isHexadecimal = digits.chars().allMatch(digit -> Character.digit(digit, 16) >= 0);
    if (!isHexadecimal || digits.length() % 2 != 0) {
      throw source.error(start, "malformed bytes, expected pairs of hexadecimal digits");
    }
  }

  private void readNumber() {
    int start = position;
    Kind kind = Kind.INTEGER;
    skipDigits();
    if (peek(0) == '.') {
      kind = Kind.DECIMAL;
      position++;
      skipDigits();
    }
    if (peek(0) == 'e' || peek(0) == 'E') {
      kind = Kind.DOUBLE;
      position++;
      if (peek(0) == '+' || peek(0) == '-') {
        position++;
      }
      if (!isDigit(peek(0))) {
        throw source.error(start, "malformed number, expected digits after the exponent's E");
      }
      skipDigits();
    }
    if (isNamePart(peek(0)) || peek(0) == '.') {
      throw source.error(start, "malformed number, expected a blank before '" + peek(0) + "'");
    }
    if (position - start > MAX_NUMBER_LENGTH) {
      throw source.error(start, "number is longer than " + MAX_NUMBER_LENGTH + " characters");
    }
    tokens.add(new SqlToken(kind, text.substring(start, position), start, position));
  }

  private void skipDigits() {
    while (isDigit(peek(0))) {
      position++;
    }
  }

  private void readSymbol(char first) {
    if (first == '`') {
      throw source.error(position, "unexpected '`', expected double quotes around a name");
    }
    String pair = text.substring(position, Math.min(position + 2, text.length()));
    String symbol =
        switch (pair) {
          case "<>", "!=", "<=", ">=", "||", "::" -> pair;
          case "==" -> throw source.error(position, "unexpected '==', expected '='");
          default -> String.valueOf(first);
        };
    if (symbol.length() == 1 && "()+-*/%,;.<>=[]".indexOf(first) < 0) {
      throw source.error(
          position, "unexpected character '" + visible(first) + "'" + instead(first));
    }
    tokens.add(new SqlToken(Kind.SYMBOL, symbol, position, position + symbol.length()));
    position += symbol.length();
  }

  /** What to write for an operator of other databases. */
  private static String instead(char operator) {
    return switch (operator) {
      case '^' -> ": write POWER(a, b), or BIT_XOR(a, b)";
      case '&' -> ": write AND, or BIT_AND(a, b)";
      case '|' -> ": write OR, or BIT_OR(a, b)";
      case '~' -> ": write REGEXP_LIKE(x, 'pattern'), or BIT_NOT(a)";
      case '!' -> ": write NOT";
      default -> "";
    };
  }

  private static String visible(char character) {
    return Character.isISOControl(character) || Character.isSurrogate(character)
        ? "\\u%04x".formatted((int) character)
        : String.valueOf(character);
  }

  /** The character this far ahead; NUL after the end. */
  private char peek(int ahead) {
    return position + ahead < text.length() ? text.charAt(position + ahead) : '\0';
  }

  private static boolean isDigit(char character) {
    return character >= '0' && character <= '9';
  }

  private static boolean isNameStart(char character) {
    return Character.isLetter(character) || character == '_' || character == '$';
  }

  private static boolean isNamePart(char character) {
    return isNameStart(character) || isDigit(character);
  }
}
