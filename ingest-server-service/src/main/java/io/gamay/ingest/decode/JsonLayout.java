package io.gamay.ingest.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a record was laid out: the bytes between its values, in order. Of a record that is JSON, what
 * stands between two values is separators, space and a name; where the same bytes stand again
 * behind a value, the next one begins. Immutable.
 */
final class JsonLayout {

  /** More fields than this are not worth remembering. */
  private static final int MAX_FIELDS = 1_000;

  /** A gap is compared as words of so many bytes. */
  private static final int WORDS = 2 * Long.BYTES;

  private final Gap[] gaps;

  private JsonLayout(List<Gap> gaps) {
    this.gaps = gaps.toArray(Gap[]::new);
  }

  /**
   * What stands before a value, or behind the last one.
   *
   * <p>Compared as two words, the first 16 bytes, and what is longer byte by byte.
   */
  static final class Gap {

    private final byte[] bytes;
    private final long firstWord;
    private final long firstMask;
    private final long secondWord;
    private final long secondMask;

    /** Position of the field behind it in {@link FieldTree}, -1 if nobody asked for it. */
    final int member;

    final int length;

    private Gap(byte[] bytes, int member) {
      this.bytes = bytes;
      this.member = member;
      this.length = bytes.length;
      byte[] padded = Arrays.copyOf(bytes, Math.max(length, WORDS));
      this.firstMask = mask(length);
      this.secondMask = mask(length - Long.BYTES);
      this.firstWord = ByteWords.get(padded, 0) & firstMask;
      this.secondWord = ByteWords.get(padded, Long.BYTES) & secondMask;
    }

    /**
     * Whether these bytes stand in {@code text[at, end)}, at its beginning; 16 bytes from {@code
     * at} on can be read.
     */
    boolean stands(byte[] text, int at, int end) {
      long difference =
          (ByteWords.get(text, at) ^ firstWord) & firstMask
              | (ByteWords.get(text, at + Long.BYTES) ^ secondWord) & secondMask;
      return difference == 0
          && at + length <= end
          && (length <= WORDS
              || Arrays.equals(text, at + WORDS, at + length, bytes, WORDS, length));
    }

    private static long mask(int length) {
      if (length <= 0) {
        return 0;
      }
      return length >= Long.BYTES ? -1 : (1L << length * Byte.SIZE) - 1;
    }
  }

  /** How many values there are. */
  int size() {
    return gaps.length - 1;
  }

  /** What stands before each value, then what ends the record; owned by this layout. */
  Gap[] gaps() {
    return gaps;
  }

  /**
   * The layout of the record {@code source[from, to)}; null if the record is not JSON, is no
   * object, or has no field.
   */
  static @Nullable JsonLayout of(byte[] source, int from, int to, FieldTree fields) {
    JsonScanner scanner = new JsonScanner();
    scanner.start(source, from, to);
    try {
      return read(source, from, to, fields, scanner);
    } catch (JsonSyntaxException notJson) {
      return null;
    }
  }

  private static @Nullable JsonLayout read(
      byte[] source, int from, int to, FieldTree fields, JsonScanner scanner) {
    List<Gap> gaps = new ArrayList<>();
    scanner.expect('{');
    int valueEnd = from;
    do {
      if (scanner.peek() != '"' || gaps.size() == MAX_FIELDS) {
        return null;
      }
      scanner.readString();
      int member = fields.find(scanner.text(), scanner.textFrom(), scanner.textTo());
      scanner.expect(':');
      scanner.peek();
      gaps.add(new Gap(Arrays.copyOfRange(source, valueEnd, scanner.position()), member));
      scanner.skipValue(1);
      valueEnd = scanner.position();
    } while (scanner.take(','));
    scanner.expect('}');
    scanner.requireEnd();
    gaps.add(new Gap(Arrays.copyOfRange(source, valueEnd, to), -1));
    return new JsonLayout(gaps);
  }
}
