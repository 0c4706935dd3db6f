package io.gamay.ingest.decode;

/** Checks and measures UTF-8 (RFC 3629). */
final class Utf8 {

  private Utf8() {}

  /**
   * Index of the first byte that is not part of a well-formed sequence in [from, to), or {@code
   * to}.
   */
  static int firstInvalid(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      while (at + Long.BYTES <= to && ByteWords.isAscii(ByteWords.get(bytes, at))) {
        at += Long.BYTES;
      }
      if (at == to) {
        return to;
      }
      int lead = bytes[at];
      if (lead >= 0) {
        at++;
        continue;
      }
      int length = sequenceLength(bytes, at, to);
      if (length == 0) {
        return at;
      }
      at += length;
    }
    return to;
  }

  /**
   * Where the first {@code limit} characters (code points) of valid UTF-8 end, or {@code to} if
   * there are no more than that.
   */
  static int endOfCharacters(byte[] bytes, int from, int to, int limit) {
    if (to - from <= limit) {
      return to;
    }
    int characters = 0;
    for (int at = from; at < to; at++) {
      if ((bytes[at] & 0xc0) != 0x80 && characters++ == limit) {
        return at;
      }
    }
    return to;
  }

  /** Length of the multi-byte sequence at {@code at}, 0 if it is not well formed. */
  private static int sequenceLength(byte[] bytes, int at, int to) {
    int lead = bytes[at] & 0xff;
    if (lead >= 0xc2 && lead <= 0xdf) {
      return isContinuation(bytes, at + 1, to) ? 2 : 0;
    }
    if (lead >= 0xe0 && lead <= 0xef) {
      if (!isContinuation(bytes, at + 1, to) || !isContinuation(bytes, at + 2, to)) {
        return 0;
      }
      int second = bytes[at + 1] & 0xff;
      boolean overlong = lead == 0xe0 && second < 0xa0;
      boolean surrogate = lead == 0xed && second >= 0xa0;
      return overlong || surrogate ? 0 : 3;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
      if (!isContinuation(bytes, at + 1, to)
          || !isContinuation(bytes, at + 2, to)
          || !isContinuation(bytes, at + 3, to)) {
        return 0;
      }
      int second = bytes[at + 1] & 0xff;
      boolean overlong = lead == 0xf0 && second < 0x90;
      boolean beyondUnicode = lead == 0xf4 && second >= 0x90;
      return overlong || beyondUnicode ? 0 : 4;
    }
    return 0;
  }

  private static boolean isContinuation(byte[] bytes, int at, int to) {
    return at < to && (bytes[at] & 0xc0) == 0x80;
  }
}
