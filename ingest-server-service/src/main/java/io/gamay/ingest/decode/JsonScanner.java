package io.gamay.ingest.decode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A strict cursor over one JSON text (RFC 8259) in UTF-8. Methods move over one token or value and
 * check all of it: grammar, escapes, UTF-8, nesting. Reused by one thread.
 */
final class JsonScanner {

  static final int MAX_DEPTH = 512;

  private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] NOTHING = new byte[0];

  /** The text is {@code source[begin, end)}. */
  private byte[] source = NOTHING;

  private int begin;
  private int at;
  private int end;

  /** The last string without its quotes and escapes: {@code text[textFrom, textTo)}. */
  private byte[] text = NOTHING;

  private int textFrom;
  private int textTo;
  private byte[] unescaped = new byte[256];

  /** The last number: {@code source[numberFrom, at)}. */
  private int numberFrom;

  private boolean isLong;
  private long longValue;

  /** Begins with {@code bytes[from, to)}. */
  void start(byte[] bytes, int from, int to) {
    source = bytes;
    begin = from;
    at = from;
    end = to;
  }

  /** Lets go of the text. */
  void release() {
    start(NOTHING, 0, 0);
    text = NOTHING;
  }

  int position() {
    return at;
  }

  /** Puts the cursor to where a token or value begins or ends. */
  void moveTo(int position) {
    at = position;
  }

  byte[] text() {
    return text;
  }

  int textFrom() {
    return textFrom;
  }

  int textTo() {
    return textTo;
  }

  int numberFrom() {
    return numberFrom;
  }

  /** Whether the last number has no fraction and no exponent and fits a LONG. */
  boolean isLong() {
    return isLong;
  }

  long longValue() {
    return longValue;
  }

  /** Whether {@code bytes[from, to)} is one JSON value and nothing else. */
  boolean isDocument(byte[] bytes, int from, int to) {
    start(bytes, from, to);
    try {
      peek();
      skipValue(0);
      requireEnd();
      return true;
    } catch (JsonSyntaxException notJson) {
      return false;
    }
  }

  /** Moves over white space and returns the next byte without moving over it. */
  byte peek() {
    while (at < end) {
      byte c = source[at];
      if (c > ' ' || (c != ' ' && c != '\n' && c != '\r' && c != '\t')) {
        return c;
      }
      at++;
    }
    throw truncated(at);
  }

  /** Moves over white space and one expected byte. */
  void expect(char expected) {
    byte c = peek();
    if (c != expected) {
      throw malformed(at, "expected '" + expected + "', found " + shown(c));
    }
    at++;
  }

  /** Moves over white space and the byte, if it comes next. */
  boolean take(char wanted) {
    if (peek() != wanted) {
      return false;
    }
    at++;
    return true;
  }

  void requireEnd() {
    while (at < end) {
      byte c = source[at];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        throw malformed(at, "unexpected " + shown(c) + " behind the record");
      }
      at++;
    }
  }

  /** Reads a string; the cursor is at its opening quote. */
  void readString() {
    int from = ++at;
    boolean ascii = true;
    while (at < end) {
      byte c = source[at];
      if (c == '"') {
        text = source;
        textFrom = from;
        textTo = at++;
        if (!ascii) {
          requireUtf8(from, textTo);
        }
        return;
      }
      if (c == '\\') {
        readEscapedString(from, ascii);
        return;
      }
      if (c < 0) {
        ascii = false;
      } else if (c < ' ') {
        throw malformed(at, "control character " + shown(c) + " in a string");
      }
      at++;
    }
    throw truncated(end);
  }

  /** Reads a number; the cursor is at its first byte. */
  void readNumber() {
    numberFrom = at;
    boolean negative = source[at] == '-';
    if (negative) {
      at++;
    }
    int digitsFrom = at;
    long value = 0;
    while (at < end && isDigit(source[at])) {
      value = value * 10 - (source[at] - '0');
      at++;
    }
    int digits = at - digitsFrom;
    if (digits == 0) {
      throw unexpected("a digit");
    }
    if (digits > 1 && source[digitsFrom] == '0') {
      throw malformed(digitsFrom, "number with a leading zero");
    }
    isLong = true;
    if (at < end && source[at] == '.') {
      isLong = false;
      at++;
      readDigits();
    }
    if (at < end && (source[at] == 'e' || source[at] == 'E')) {
      isLong = false;
      at++;
      if (at < end && (source[at] == '+' || source[at] == '-')) {
        at++;
      }
      readDigits();
    }
    if (isLong) {
      setLong(negative, digits, value);
    }
  }

  boolean readTrue() {
    return readWord(TRUE);
  }

  boolean readFalse() {
    return readWord(FALSE);
  }

  boolean readNull() {
    return readWord(NULL);
  }

  /** Moves over one value of any kind; the cursor is at its first byte. */
  void skipValue(int depth) {
    switch (source[at]) {
      case '"' -> readString();
      case '{' -> skipObject(depth);
      case '[' -> skipList(depth);
      case 't' -> requireWord(readTrue());
      case 'f' -> requireWord(readFalse());
      case 'n' -> requireWord(readNull());
      default -> {
        if (source[at] != '-' && !isDigit(source[at])) {
          throw unexpected("a value");
        }
        readNumber();
      }
    }
  }

  /**
   * Copies the valid JSON {@code source[from, at)} without the space between tokens.
   *
   * @return how many bytes were written to {@link #text()} from 0 on
   */
  int copyCompact(int from) {
    int length = at - from;
    ensureUnescaped(length);
    int written = 0;
    boolean inString = false;
    for (int i = from; i < at; i++) {
      byte c = source[i];
      if (inString) {
        unescaped[written++] = c;
        if (c == '\\') {
          unescaped[written++] = source[++i];
        } else if (c == '"') {
          inString = false;
        }
      } else if (c > ' ') {
        unescaped[written++] = c;
        inString = c == '"';
      }
    }
    text = unescaped;
    textFrom = 0;
    textTo = written;
    return written;
  }

  /** Text as a JSON string, quotes included. */
  static byte[] quote(byte[] source, int from, int to) {
    StringBuilder quoted = new StringBuilder(to - from + 2).append('"');
    String value = new String(source, from, to - from, StandardCharsets.UTF_8);
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @param depth of the object or list at the cursor; 0 is the text itself
   */
  void requireDepth(int depth) {
    if (depth >= MAX_DEPTH) {
      throw malformed(at, "nested deeper than " + MAX_DEPTH);
    }
  }

  JsonSyntaxException unexpected(String expected) {
    if (at >= end) {
      return truncated(end);
    }
    return malformed(at, "expected " + expected + ", found " + shown(source[at]));
  }

  private void skipObject(int depth) {
    requireDepth(depth);
    at++;
    if (take('}')) {
      return;
    }
    do {
      if (peek() != '"') {
        throw unexpected("a field name");
      }
      readString();
      expect(':');
      peek();
      skipValue(depth + 1);
    } while (take(','));
    expect('}');
  }

  private void skipList(int depth) {
    requireDepth(depth);
    at++;
    if (take(']')) {
      return;
    }
    do {
      peek();
      skipValue(depth + 1);
    } while (take(','));
    expect(']');
  }

  private void readDigits() {
    int from = at;
    while (at < end && isDigit(source[at])) {
      at++;
    }
    if (at == from) {
      throw unexpected("a digit");
    }
  }

  /** {@code negated} is the number with its sign turned, which holds Long.MIN_VALUE too. */
  private void setLong(boolean negative, int digits, long negated) {
    if (digits < 19) {
      longValue = negative ? negated : -negated;
      return;
    }
    isLong = false;
    if (digits == 19) {
      String number = new String(source, numberFrom, at - numberFrom, StandardCharsets.US_ASCII);
      try {
        longValue = Long.parseLong(number);
        isLong = true;
      } catch (NumberFormatException beyondLong) {
        longValue = 0;
      }
    }
  }

  private boolean readWord(byte[] word) {
    int available = Math.min(word.length, end - at);
    if (!Arrays.equals(source, at, at + available, word, 0, available)) {
      return false;
    }
    if (available < word.length) {
      throw truncated(end);
    }
    at += word.length;
    return true;
  }

  private void requireWord(boolean found) {
    if (!found) {
      throw unexpected("a value");
    }
  }

  private void readEscapedString(int from, boolean asciiSoFar) {
    boolean ascii = asciiSoFar;
    ensureUnescaped(end - from);
    int written = at - from;
    System.arraycopy(source, from, unescaped, 0, written);
    while (at < end) {
      byte c = source[at];
      if (c == '"') {
        text = unescaped;
        textFrom = 0;
        textTo = written;
        if (!ascii) {
          requireUtf8(from, at);
        }
        at++;
        return;
      }
      if (c == '\\') {
        written = readEscape(written);
        continue;
      }
      if (c < 0) {
        ascii = false;
      } else if (c < ' ') {
        throw malformed(at, "control character " + shown(c) + " in a string");
      }
      unescaped[written++] = c;
      at++;
    }
    throw truncated(end);
  }

  private int readEscape(int writtenSoFar) {
    int written = writtenSoFar;
    if (at + 1 >= end) {
      throw truncated(end);
    }
    byte kind = source[at + 1];
    if (kind == 'u') {
      return readUnicodeEscape(written);
    }
    unescaped[written++] =
        switch (kind) {
          case '"', '\\', '/' -> kind;
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          default -> throw malformed(at, "unknown escape \\" + (char) kind);
        };
    at += 2;
    return written;
  }

  /** Six source bytes become at most three, twelve become four: the target never runs out. */
  private int readUnicodeEscape(int writtenSoFar) {
    int escapeAt = at;
    int unit = readHexUnit();
    int codePoint = unit;
    if (Character.isHighSurrogate((char) unit)) {
      if (at + 1 >= end) {
        throw truncated(end);
      }
      if (source[at] != '\\' || source[at + 1] != 'u') {
        throw malformed(escapeAt, "unpaired surrogate");
      }
      int low = readHexUnit();
      if (!Character.isLowSurrogate((char) low)) {
        throw malformed(escapeAt, "unpaired surrogate");
      }
      codePoint = Character.toCodePoint((char) unit, (char) low);
    } else if (Character.isLowSurrogate((char) unit)) {
      throw malformed(escapeAt, "unpaired surrogate");
    }
    return putCodePoint(codePoint, writtenSoFar);
  }

  private int readHexUnit() {
    if (at + 6 > end) {
      throw truncated(end);
    }
    int unit = 0;
    for (int i = at + 2; i < at + 6; i++) {
      int digit = Character.digit(source[i], 16);
      if (digit < 0) {
        throw malformed(i, "expected a hex digit, found " + shown(source[i]));
      }
      unit = unit << 4 | digit;
    }
    at += 6;
    return unit;
  }

  private int putCodePoint(int codePoint, int writtenSoFar) {
    int written = writtenSoFar;
    if (codePoint < 0x80) {
      unescaped[written++] = (byte) codePoint;
    } else if (codePoint < 0x800) {
      unescaped[written++] = (byte) (0xc0 | codePoint >> 6);
      unescaped[written++] = (byte) (0x80 | codePoint & 0x3f);
    } else if (codePoint < 0x10000) {
      unescaped[written++] = (byte) (0xe0 | codePoint >> 12);
      unescaped[written++] = (byte) (0x80 | codePoint >> 6 & 0x3f);
      unescaped[written++] = (byte) (0x80 | codePoint & 0x3f);
    } else {
      unescaped[written++] = (byte) (0xf0 | codePoint >> 18);
      unescaped[written++] = (byte) (0x80 | codePoint >> 12 & 0x3f);
      unescaped[written++] = (byte) (0x80 | codePoint >> 6 & 0x3f);
      unescaped[written++] = (byte) (0x80 | codePoint & 0x3f);
    }
    return written;
  }

  private void requireUtf8(int from, int to) {
    int invalid = Utf8.firstInvalid(source, from, to);
    if (invalid < to) {
      throw malformed(invalid, "not UTF-8: byte " + shown(source[invalid]));
    }
  }

  private void ensureUnescaped(int length) {
    if (unescaped.length < length) {
      unescaped = new byte[Math.max(length, unescaped.length * 2)];
    }
  }

  private JsonSyntaxException malformed(int position, String what) {
    return JsonSyntaxException.malformed(position - begin, what);
  }

  private JsonSyntaxException truncated(int position) {
    return JsonSyntaxException.truncated(position - begin);
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  private static String shown(byte c) {
    return c > ' ' && c < 0x7f ? "'" + (char) c + "'" : String.format("0x%02x", c & 0xff);
  }
}
