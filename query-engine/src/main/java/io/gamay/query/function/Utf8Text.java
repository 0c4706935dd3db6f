package io.gamay.query.function;

import java.nio.charset.StandardCharsets;

/** UTF-8 bytes as characters: ASCII where it lies, other text decoded. Reused. One thread. */
final class Utf8Text implements CharSequence {

  private byte[] bytes = {};
  private int start;
  private int length;
  private String decoded = "";
  private boolean isDecoded;

  /** Makes this the text in [from, end), which must not change while this is in use. */
  CharSequence set(byte[] source, int from, int end) {
    isDecoded = !Utf8.isAscii(source, from, end);
    if (isDecoded) {
      decoded = new String(source, from, end - from, StandardCharsets.UTF_8);
      return decoded;
    }
    bytes = source;
    start = from;
    length = end - from;
    return this;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public char charAt(int index) {
    return (char) bytes[start + index];
  }

  @Override
  public CharSequence subSequence(int from, int to) {
    return new String(bytes, start + from, to - from, StandardCharsets.US_ASCII);
  }

  @Override
  public String toString() {
    return isDecoded ? decoded : new String(bytes, start, length, StandardCharsets.US_ASCII);
  }
}
