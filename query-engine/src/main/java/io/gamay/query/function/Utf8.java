package io.gamay.query.function;

/** UTF-8 text as bytes in [from, end). */
final class Utf8 {

  private Utf8() {}

  /** How many code points. */
  static int length(byte[] text, int from, int end) {
    int length = end - from;
    for (int index = from; index < end; index++) {
      // A byte 10xxxxxx continues a character.
      length -= (text[index] & 0xc0) == 0x80 ? 1 : 0;
    }
    return length;
  }

  static boolean isAscii(byte[] text, int from, int end) {
    int all = 0;
    for (int index = from; index < end; index++) {
      all |= text[index];
    }
    return all >= 0;
  }

  /** The index behind so many code points, at most {@code end}. */
  static int skip(byte[] text, int from, int end, long codePoints) {
    int index = from;
    for (long skipped = 0; skipped < codePoints && index < end; skipped++) {
      index++;
      while (index < end && (text[index] & 0xc0) == 0x80) {
        index++;
      }
    }
    return index;
  }

  static boolean startsWith(
      byte[] text, int from, int end, byte[] prefix, int prefixFrom, int prefixEnd) {
    int length = prefixEnd - prefixFrom;
    return end - from >= length && isEqual(text, from, prefix, prefixFrom, length);
  }

  static boolean endsWith(
      byte[] text, int from, int end, byte[] suffix, int suffixFrom, int suffixEnd) {
    int length = suffixEnd - suffixFrom;
    return end - from >= length && isEqual(text, end - length, suffix, suffixFrom, length);
  }

  /** Where the other text stands first, or -1. */
  static int indexOf(byte[] text, int from, int end, byte[] other, int otherFrom, int otherEnd) {
    int length = otherEnd - otherFrom;
    for (int index = from; index <= end - length; index++) {
      if (isEqual(text, index, other, otherFrom, length)) {
        return index;
      }
    }
    return -1;
  }

  private static boolean isEqual(byte[] a, int aFrom, byte[] b, int bFrom, int length) {
    for (int index = 0; index < length; index++) {
      if (a[aFrom + index] != b[bFrom + index]) {
        return false;
      }
    }
    return true;
  }
}
